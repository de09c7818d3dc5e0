import Foundation
import PodScoring
import Reports
import Testing

/// Failing objects compared with a baseline.
@Suite struct BaselineTests {
    private static func pod(
        _ name: String,
        hostPID: Bool = true,
        containers: String = "{name: a, image: x@sha256:1}",
        hostIPC: Bool = false
    ) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name)}
        spec:
          hostPID: \(hostPID)
          hostIPC: \(hostIPC)
          containers: [\(containers)]
        ---

        """
    }

    private static func entries(_ text: String, ruleset: Ruleset = .podscoreV1, in file: String = "f") -> [Baseline.Entry] {
        ScannedText(ruleset: ruleset).documents(text, named: file).compactMap { Baseline.Entry($0) }
    }

    private static let baseline = Baseline(entries(pod("web")))

    @Test(arguments: [
        (pod("web"), Baseline.Verdict.known), ("# moved\n" + pod("web"), .known),
        (pod("other"), .new),
        (pod("web").replacing("name: web", with: "name: web, namespace: x"), .new),
        (pod("web", hostIPC: true), .worse(["score -18 (was -9)", "HostIPC is new"])),
        (pod("web", containers: "{name: b, image: x@sha256:1}"), .worse(["ApparmorAny (container b) is new"])),
    ])
    func `A baseline identifies objects by name, and violations by rule and container`(text: String, verdict: Baseline.Verdict) throws {
        let entry = try #require(Self.entries(text).first)
        let found = Self.baseline.verdict(on: entry)
        if case .worse(let expected) = verdict, case .worse(let reasons) = found {
            #expect(reasons.prefix(expected.count).elementsEqual(expected), "\(reasons)")
        } else {
            #expect(found == verdict)
        }
    }

    @Test func `A score of another ruleset is worse, because it cannot be compared`() throws {
        let entry = try #require(Self.entries(Self.pod("web"), ruleset: .kubesecV2).first)
        guard case .worse(let reasons) = Self.baseline.verdict(on: entry) else { throw CocoaError(.coderInvalidValue) }
        #expect(reasons.first == "ruleset kubesec/v2 (was podscore/v1 (unreleased))")
    }

    @Test func `Objects with the same name in different files are different entries`() throws {
        let (worse, better) = (Self.pod("web", hostIPC: true), Self.pod("web"))
        let baseline = Baseline(Self.entries(worse, in: "./b.yaml") + Self.entries(better, in: "a.yaml"))
        #expect(baseline.entries.map(\.file) == ["a.yaml", "b.yaml"] && baseline.entries.map(\.score) == [-9, -18])
        #expect(try Baseline(parsing: baseline.json.span) == baseline)
        for (text, file, isKnown) in [(better, "a.yaml", true), (worse, "././b.yaml", true), (worse, "a.yaml", false)] {
            let entry = try #require(Self.entries(text, in: file).first)
            #expect((baseline.verdict(on: entry) == .known) == isKnown, "\(file)")
        }
        #expect(baseline.verdict(on: try #require(Self.entries(better, in: "moved/a.yaml").first)) == .new)
    }

    @Test func `An entry without a file, as in earlier baselines, applies to objects in any file`() throws {
        let json = String(decoding: Self.baseline.json, as: UTF8.self).replacing(/\s*"file": "f",/, with: "")
        #expect(!json.contains("\"file\""))
        let baseline = try Baseline(parsing: Array(json.utf8).span)
        var comparison = BaselineComparison(baseline)
        for file in ["a.yaml", "b.yaml"] {
            let entry = try #require(Self.entries(Self.pod("web"), in: file).first)
            #expect(baseline.verdict(on: entry) == .known)
            comparison.note(entry)
        }
        #expect(comparison.outdated.isEmpty)
        #expect(String(decoding: baseline.json, as: UTF8.self) == json)
        let both = Baseline(baseline.entries + Self.entries(Self.pod("web", hostIPC: true), in: "b.yaml"))
        let verdicts = ["a.yaml", "b.yaml"].flatMap { Self.entries(Self.pod("web", hostIPC: true), in: $0) }.map { both.verdict(on: $0) }
        #expect(verdicts.count == 2 && verdicts.first != .known && verdicts.last == .known)
    }

    @Test func `Only objects that fail are in a baseline`() {
        #expect(Self.entries(Self.pod("web", hostPID: false) + "kind: ConfigMap\n---\nkind: [\n").isEmpty)
    }

    @Test func `The JSON of a baseline does not depend on the order of objects and can be read back`() throws {
        let texts = [Self.pod("b"), Self.pod("a", hostIPC: true), Self.pod("a")]
        let first = Baseline(Self.entries(texts.joined()))
        let second = Baseline(Self.entries(texts.reversed().joined()))
        #expect(first.json == second.json)
        #expect(try Baseline(parsing: first.json.span) == first)
        #expect(first.entries.map(\.name) == ["a", "b"])
        #expect(first.entries.first?.score == -18)
    }

    @Test(arguments: [
        ("", "1:1: the document ends too early"), ("[]", "1:1: expected object, found array"),
        ("{}", "1:1: missing field \"podscoreBaseline\""),
        (#"{"podscoreBaseline": 2, "objects": []}"#, "1:22: podscoreBaseline: unsupported version; expected 1"),
        (#"{"podscoreBaseline": 1, "objects": [], "x": 1}"#, "1:40: unknown field \"x\""),
        (#"{"podscoreBaseline": 1, "objects": [{"kind": 5}]}"#, "1:46: kind: expected string, found number"),
        (
            #"{"podscoreBaseline": 1, "objects": [{"kind": "", "namespace": "", "name": "", "findings": [{"rul": ""}]}]}"#,
            "1:92: missing field \"rule\""
        ),
        (
            #"{"podscoreBaseline": 1, "objects": [{"kind": "", "namespace": "", "name": "", "file": 1}]}"#,
            "1:87: file: expected string, found number"
        ),
    ])
    func `An invalid baseline is an error with its position`(text: String, error: String) {
        let found = #expect(throws: BaselineError.self) { try Baseline(parsing: Array(text.utf8).span) }
        #expect(found?.description == error)
    }

    @Test func `Fixed violations and removed objects are outdated`() {
        let baseline = Baseline(Self.entries(Self.pod("web", hostIPC: true) + Self.pod("gone") + Self.pod("fixed")))
        var comparison = BaselineComparison(baseline)
        for entry in Self.entries(Self.pod("web") + Self.pod("fixed", hostPID: false)) { comparison.note(entry) }
        #expect(
            comparison.outdated == [
                "Pod/fixed.default in f: passed or removed", "Pod/gone.default in f: passed or removed",
                "Pod/web.default in f: HostIPC is fixed",
            ]
        )
    }
}
