import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The platform team's message and runbook at the end of denials and warnings.
struct GuidanceTextTests {
    static func guidance(_ message: String?, _ runbook: String? = nil) throws -> PolicyGuidance {
        try #require(
            PolicyGuidance(message: message.map { try PolicyMessage(parsing: $0) }, runbook: runbook.map { try RunbookURL(parsing: $0) })
        )
    }

    static let link = "https://wiki.example/pods"
    static let pod = PodSpec.of(.good("app").with { $0.securityContext.runAsNonRoot = nil })
    static let level = ScorePolicy.Level.asking(require: ["NonRoot"])

    static func response(_ request: AdmissionRequest, by policy: ScorePolicy, mode: EnforcementMode = .enforce) -> AdmissionResponse {
        Decider(mode: mode).decide(request, by: policy).response
    }

    static let endings: [(message: String?, runbook: String?, ending: String)] = [
        ("Ask in #platform-help.", link, "Ask in #platform-help. Runbook: https://wiki.example/pods"),
        ("Ask in #platform-help", link, "Ask in #platform-help. Runbook: https://wiki.example/pods"),
        ("Ask us!", link, "Ask us! Runbook: https://wiki.example/pods"), ("Ask us", nil, "Ask us"),
        (nil, link, "Runbook: https://wiki.example/pods"),
    ]

    @Test(arguments: endings)
    func `A denial ends with the message and the runbook`(message: String?, runbook: String?, ending: String) throws {
        let policy = try ScorePolicy.payments(enforce: Self.level, guidance: Self.guidance(message, runbook))
        let denial = Self.response(.create(.pod(Self.pod)), by: policy).denial
        #expect(
            denial?.message == """
                Pod payments/web violates policy payments (score 7 of 8); \
                required: NonRoot (container "app": set securityContext.runAsNonRoot). \(ending)
                """
        )
    }

    @Test func `The last cause of a denial is the runbook, whatever the number of causes`() throws {
        let policy = try ScorePolicy.payments(enforce: .strict, guidance: Self.guidance("Ask us", Self.link))
        var pod = PodSpec.of()
        pod.containers = (0..<60).map { .bare("c\($0)") }
        for pod in [Self.pod, pod] {
            let causes = try #require(Self.response(.create(.pod(pod)), by: policy).denial).causes
            #expect(causes.last == AdmissionResponse.Status.Cause(reason: "runbook", message: Self.link, field: ""))
            #expect(causes.count { $0.reason == "runbook" } == 1)
            #expect(causes.count <= DenialCauses.limit + 1)
            #expect(!causes.contains { $0.message.contains("Ask us") })
        }
        let silent = try ScorePolicy.payments(enforce: .strict, guidance: Self.guidance("Ask us"))
        #expect(Self.response(.create(.pod(Self.pod)), by: silent).denial?.causes.contains { $0.reason == "runbook" } == false)
    }

    @Test func `Warnings end with one line of guidance, also if there are two reasons to warn`() throws {
        var enforce = ScorePolicy.Level.asking(1)
        enforce.ramp = [.init(date: CivilDate.today.advanced(byDays: 1), minimumScore: 8)]
        let guidance = try Self.guidance("Ask us", Self.link)
        for policy in [
            ScorePolicy.payments(enforce: enforce, warn: Self.level, guidance: guidance),
            ScorePolicy.payments(warn: Self.level, guidance: guidance),
        ] {
            let warnings = Self.response(.create(.pod(Self.pod)), by: policy).warnings
            #expect(warnings.last == "Ask us. Runbook: https://wiki.example/pods")
            #expect(warnings.count { $0.contains("Ask us") || $0.contains(Self.link) } == 1)
            #expect(warnings.count >= 3)
        }
    }

    @Test func `A workload gets the guidance in its warnings and in its denial`() throws {
        let guidance = try Self.guidance("Ask us", Self.link)
        let request = AdmissionRequest.create(.workload(.deployment, Self.pod))
        #expect(Self.response(request, by: ScorePolicy.payments(enforce: Self.level, guidance: guidance)).warnings.last == guidance.line)
        let denial = Self.response(request, by: ScorePolicy.payments(enforce: Self.level, workloads: .enforce, guidance: guidance)).denial
        #expect(denial?.message.hasSuffix(". Ask us. Runbook: https://wiki.example/pods") == true)
    }

    @Test func `Nothing is said to those who are admitted without a warning, nor in mode audit`() throws {
        let policy = try ScorePolicy.payments(enforce: Self.level, guidance: Self.guidance("Ask us", Self.link))
        #expect(Self.response(.create(.pod(.of(.good("app")))), by: policy).warnings.isEmpty)
        #expect(Self.response(.create(.pod(Self.pod)), by: policy, mode: .audit).warnings.isEmpty)
    }

    @Test func `An object that cannot be evaluated gets the guidance`() throws {
        let policy = try ScorePolicy.payments(enforce: Self.level, guidance: Self.guidance("Ask us", Self.link))
        let request = AdmissionRequest.create(.pod(Self.pod)).with { $0.object = .absent }
        let text = "Pod payments/web cannot be evaluated by policy payments: the request carries no object"
        let denial = try #require(Self.response(request, by: policy).denial)
        #expect(denial.message == text + ". Ask us. Runbook: https://wiki.example/pods")
        #expect(denial.causes.map(\.message) == [denial.message])
        #expect(
            Self.response(request, by: policy, mode: .warn).warnings
                == ["would be denied: " + text, "Ask us. Runbook: https://wiki.example/pods"]
        )
    }

    /// The longest message and the longest URL.
    static let longest = (message: String(repeating: "m", count: 200), runbook: link + "/" + String(repeating: "r", count: 174))

    /// A request with the longest names that is violated in every way.
    private static func longestRequest(_ pod: PodSpec) -> AdmissionRequest {
        var pod = pod
        pod.containers = (0..<40).map { .bare(String(repeating: "c", count: 60) + "\($0)") }
        pod.hostPID = true
        var request = AdmissionRequest.create(.pod(pod, name: String(repeating: "n", count: 253)))
        request.kind.kind = String(repeating: "K", count: 63)
        request.namespace = String(repeating: "s", count: 63)
        return request
    }

    @Test(arguments: ["linux", "windows"])
    func `With the longest texts a denial has all of the sentence and the guidance, and a reason`(system: String) throws {
        let guidance = try Self.guidance(Self.longest.message, Self.longest.runbook)
        var level = ScorePolicy.Level.asking(
            20,
            require: Ruleset.podscoreV1.entries.filter { $0.rule.polarity == .positive }.map(\.rule.id),
            standard: PodSecurityStandard(.restricted, .latest)
        )
        for requiresRules in [true, false] {
            if !requiresRules { level.require = [] }
            let policy = ScorePolicy.payments(
                enforce: level,
                ruleset: .podscoreV1,
                name: String(repeating: "p", count: 100),
                guidance: guidance
            )
            let request = Self.longestRequest(.of { $0.osName = system })
            var pod = request
            pod.kind.kind = "Pod"
            let denial = try #require(Self.response(pod, by: policy).denial)
            let message = denial.message
            #expect(message.utf8.count <= DenialMessage.byteLimit)
            #expect(message.hasSuffix(". \(Self.longest.message). Runbook: \(Self.longest.runbook)"))
            #expect(denial.causes.first.map { message.hasPrefix($0.message) } == true)
            #expect(message.contains(requiresRules ? "; required: " : "; restricted@latest: "), "\(message)")
            #expect(message.contains(" and ") && message.contains(" more"))
        }
    }

    /// The most that the parts of a denial can have, in bytes.
    @Test func `The parts of the longest denial leave room for a reason and a change`() throws {
        // `KIND NAMESPACE/NAME`, ` scores -3800 of 3800, below the minimum 3800 (3800, scaled for Windows) of policy `, and the policy's name.
        let title = 30 + 1 + 63 + 1 + 120
        let verdict = " scores -3800 of 3800, below the minimum 3800 (3800, scaled for Windows) of policy ".utf8.count + 100
        let guidance = try Self.guidance(Self.longest.message, Self.longest.runbook)
        #expect(guidance.line.utf8.count == PolicyGuidance.lineByteLimit)
        let room = DenialMessage.byteLimit - title - verdict - DenialMessage.ending(with: guidance).utf8.count
        let checks = StandardCheckCatalog.all.map { "; restricted@v1.100: \($0.id)\(FixClass.application.tag)".utf8.count }
        let rules = RuleCatalog.builtIn.map { "; forbidden: \($0.id)\(FixClass.application.tag)".utf8.count }
        let more = " and 99 more".utf8.count
        #expect(room / 2 >= (checks + rules).reduce(0, max) + more)
        // The undecodable: its reason has 200 bytes.
        let undecodable = title + " cannot be evaluated by policy ".utf8.count + 100 + 2 + 200
        #expect(undecodable + DenialMessage.ending(with: guidance).utf8.count <= DenialMessage.byteLimit)
    }

    @Test func `Warnings keep long guidance in two lines that are not cut, within the limits`() throws {
        let guidance = try Self.guidance(Self.longest.message, Self.longest.runbook)
        let lines = WarningLines.bounded((10..<40).map { "\($0)" + String(repeating: "x", count: 200) }, guidance: guidance)
        #expect(lines.suffix(2) == [Self.longest.message, "Runbook: \(Self.longest.runbook)"])
        #expect(lines.dropLast(2).last?.hasPrefix("+") == true)
        #expect(lines.allSatisfy { $0.utf8.count <= WarningLines.lineLimit })
        #expect(lines.reduce(0) { $0 + $1.unicodeScalars.count } <= WarningLines.totalLimit)
        #expect(lines.count > 8)
    }

    @Test func `An undecodable object with the longest names is denied within the limit`() throws {
        let guidance = try Self.guidance(Self.longest.message, Self.longest.runbook)
        let policy = ScorePolicy.payments(
            enforce: Self.level,
            workloads: .enforce,
            name: String(repeating: "p", count: 300),
            guidance: guidance
        )
        var request = Self.longestRequest(.of())
        request.kind = AdmissionRequest.create(.workload(.deployment, .of())).kind
        request.object = .undecodable(DecodingFailure(.missingField(String(repeating: "f", count: 500)), at: .byteOffset(9)))
        let denial = try #require(Self.response(request, by: policy).denial)
        #expect(denial.message.utf8.count <= DenialMessage.byteLimit)
        #expect(denial.message.hasSuffix("Runbook: \(Self.longest.runbook)"))
    }
}
