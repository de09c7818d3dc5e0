import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// Answers stay within the limits of the API server, whatever the request.
struct BudgetTests {
    static let alphabet: [Unicode.Scalar] = [
        "a", "b", "-", "\"", "\\", "\n", "\t", "\u{0}", "\u{1B}", "\u{7F}", "\u{85}", "é", "漢", "😀", "\u{202E}", "\u{2028}", "\u{301}",
        "\u{FFFF}", "\u{10FFFF}",
    ]

    /// Numbers that are the same in each run.
    struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }

    static func text(_ numbers: inout Numbers, upTo limit: Int = 80) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...limit, using: &numbers) {
            text.append(alphabet.randomElement(using: &numbers) ?? "x")
        }
        return String(text)
    }

    /// The made-up rules and sixty more with long texts, all of which fail in every container.
    static let large = Ruleset(
        name: "large",
        isReleased: true,
        zeroFails: false,
        entries: MadeUp.ruleset.entries
            + (0..<60).map { number in
                MadeUp.container("AnotherRuleNumber\(number)", number % 7, field: "securityContext.someLongFieldName\(number)") { _ in true
                }
            }
    )

    static func request(seed: UInt64) -> AdmissionRequest {
        var numbers = Numbers(state: seed)
        var pod = PodSpec()
        pod.osName = seed % 3 == 0 ? "windows" : nil
        pod.hostPID = true
        pod.containers = (0..<Int(seed % 5) * 125).map { _ in .bare(text(&numbers)) }
        pod.initContainers = [.bare(text(&numbers))]
        pod.volumes = [
            Volume().with { volume in
                volume.name = text(&numbers)
                volume.hostPath = "/"
            }
        ]
        var request = AdmissionRequest.create(
            seed % 2 == 0 ? .pod(pod, name: text(&numbers, upTo: 300)) : .workload(.deployment, pod) { $0.name = text(&numbers) }
        )
        request.namespace = text(&numbers, upTo: 300)
        return request
    }

    static func decisions(seed: UInt64) -> [Decision] {
        var level = ScorePolicy.Level.strict
        level.minimumScore = Int(seed % 200)
        level.require = large.entries.prefix(seed % 4 == 0 ? 3 : 60).map(\.rule.id)
        level.forbid = ["HostPID", "HostFolder"]
        var numbers = Numbers(state: seed &+ 1)
        let policy = ScorePolicy.payments(
            enforce: level,
            warn: level,
            audit: level,
            workloads: .enforce,
            ruleset: large,
            name: text(&numbers, upTo: 300)
        )
        let request = request(seed: seed)
        var unreadable = request
        unreadable.object = .undecodable(DecodingFailure(.duplicateKey(text(&numbers)), at: .byteOffset(1)))
        return EnforcementMode.allCases.flatMap { mode in
            [request, unreadable].map { Decider(mode: mode).decide($0, by: policy) }
        }
    }

    static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func `Messages, warnings and annotations are bounded lines`(seed: UInt64) {
        for decision in Self.decisions(seed: seed) {
            let response = decision.response
            if let denial = response.denial {
                #expect(denial.message.utf8.count <= 1_000)
                #expect(!denial.message.isEmpty)
                #expect(denial.causes.count <= 33)
                #expect(([denial.message] + denial.causes.flatMap { [$0.reason, $0.message, $0.field] }).allSatisfy(Self.isOneLine))
            }
            #expect(response.warnings.allSatisfy { Self.isOneLine($0) && $0.unicodeScalars.count <= 256 })
            #expect(response.warnings.reduce(0) { $0 + $1.unicodeScalars.count } <= 4_096)
            #expect(response.auditAnnotations.allSatisfy { Self.isOneLine($0.value) && $0.value.utf8.count <= 1_000 })
            #expect(response.isAllowed == (decision.outcome != .deny))
            #expect((decision.outcome == .warn) == !response.warnings.isEmpty)
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>) func `The same request gets the same answer`(seed: UInt64) {
        #expect(Self.decisions(seed: seed).map(\.response) == Self.decisions(seed: seed).map(\.response))
    }

    @Test func `Entries that do not fit are counted`() throws {
        let decision = try #require(Self.decisions(seed: 7).first { $0.response.denial?.code == 403 })
        #expect(decision.response.denial?.message.contains(" more") == true)
        #expect(decision.response.denial?.causes.last?.reason == "more")
        let warned = try #require(Self.decisions(seed: 7).first { $0.response.warnings.count > 1 })
        #expect(warned.response.warnings.last?.hasPrefix("+") == true)
        #expect(warned.response.warnings.last?.hasSuffix(" more") == true)
    }

    @Test func `The API server accepts the keys of annotations`() {
        let keys = Self.decisions(seed: 2).flatMap { $0.response.auditAnnotations.map(\.key) }
        #expect(keys.contains("violations"))
        #expect(keys.allSatisfy { $0.utf8.count <= 63 && $0.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil })
    }
}
