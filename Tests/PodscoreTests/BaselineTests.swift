import Foundation
import PodScoring
import Reports
import Testing

@testable import podscore

/// What a baseline excuses, and what it does not.
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

    private static func documents(_ text: String, ruleset: Ruleset = .podscoreV1) -> [ScannedDocument] {
        ManifestScan(ruleset: ruleset, policies: nil, defaultNamespace: "default").scan(Array(text.utf8), named: "f")
    }

    private static func entries(_ text: String, ruleset: Ruleset = .podscoreV1) -> [Baseline.Entry] {
        documents(text, ruleset: ruleset).compactMap { Baseline.Entry($0) }
    }

    private static let baseline = Baseline(entries(pod("web")))

    @Test(arguments: [
        (pod("web"), Baseline.Verdict.known), ("# moved\n" + pod("web"), .known),
        (pod("other"), .new),
        (pod("web").replacing("name: web", with: "name: web, namespace: x"), .new),
        (pod("web", hostIPC: true), .worse(["scores -18 and not -9", "HostIPC is new"])),
        (pod("web", containers: "{name: b, image: x@sha256:1}"), .worse(["ApparmorAny (container b) is new"])),
    ])
    func `An object is known by kind, namespace and name, its faults by rule and container`(text: String, verdict: Baseline.Verdict) throws
    {
        let entry = try #require(Self.entries(text).first)
        let found = Self.baseline.verdict(on: entry)
        if case .worse(let expected) = verdict, case .worse(let reasons) = found {
            #expect(reasons.prefix(expected.count).elementsEqual(expected), "\(reasons)")
        } else {
            #expect(found == verdict)
        }
    }

    @Test func `Another ruleset makes scores that cannot be compared`() throws {
        let entry = try #require(Self.entries(Self.pod("web"), ruleset: .kubesecV2).first)
        guard case .worse(let reasons) = Self.baseline.verdict(on: entry) else { throw CocoaError(.coderInvalidValue) }
        #expect(reasons.first == "scored by kubesec/v2 and not by podscore/v1 (unreleased)")
    }

    @Test func `What is good enough is in no baseline`() {
        #expect(Self.entries(Self.pod("web", hostPID: false) + "kind: ConfigMap\n---\nkind: [\n").isEmpty)
    }

    @Test func `A baseline is the same text whatever the order, and reads as itself`() throws {
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
        (#"{"podscoreBaseline": 2, "objects": []}"#, "1:22: podscoreBaseline: expected 1, which is the version that this program reads"),
        (#"{"podscoreBaseline": 1, "objects": [], "x": 1}"#, "1:40: unknown field \"x\""),
        (#"{"podscoreBaseline": 1, "objects": [{"kind": 5}]}"#, "1:46: kind: expected string, found number"),
        (
            #"{"podscoreBaseline": 1, "objects": [{"kind": "", "namespace": "", "name": "", "findings": [{"rul": ""}]}]}"#,
            "1:92: missing field \"rule\""
        ),
    ])
    func `What is no baseline is refused with its place`(text: String, error: String) {
        let found = #expect(throws: BaselineError.self) { try Baseline(parsing: Array(text.utf8).span) }
        #expect(found?.description == error)
    }

    @Test func `What was mended or is gone is stale`() {
        let baseline = Baseline(Self.entries(Self.pod("web", hostIPC: true) + Self.pod("gone") + Self.pod("mended")))
        var comparison = BaselineComparison(baseline)
        for entry in Self.entries(Self.pod("web") + Self.pod("mended", hostPID: false)) { comparison.note(entry) }
        #expect(
            comparison.stale == [
                "Pod/gone.default: not refused any more, or gone", "Pod/mended.default: not refused any more, or gone",
                "Pod/web.default: HostIPC is mended",
            ]
        )
    }

    @Test func `A baseline is compared with before it is written anew`() throws {
        let folder = try ScratchFolder()
        let file = folder.file("baseline.json")
        let old = Self.pod("old") + Self.pod("mended", hostIPC: true)
        #expect(try Run.podscore("scan", "--write-baseline", file, "-", input: old).status == 0)
        let text = Self.pod("old", hostIPC: true) + Self.pod("new") + Self.pod("mended")
        let scan = try Run.podscore("scan", "--format", "json", "--baseline", file, "--write-baseline", file, "-", input: text)
        #expect(scan.status == 1)
        #expect(["worse", "new", "known"].allSatisfy { scan.output.contains("\"baseline\": \"\($0)\"") })
        let note = "podscore: note: \(file) has 1 stale entry, left out of the new one\n    Pod/mended.default: HostIPC is mended\n"
        #expect(scan.errors == note)
        let again = try Run.podscore("scan", "--baseline", file, "--write-baseline", folder.file("other"), "-", input: text)
        #expect(again.status == 0 && again.errors.isEmpty)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == String(contentsOfFile: folder.file("other"), encoding: .utf8))
        let mended = try Run.podscore("scan", "--baseline", file, "--write-baseline", folder.file("other"), "-", input: Self.pod("new"))
        #expect(mended.status == 0)
        #expect(mended.errors.hasPrefix("podscore: note: \(file) has 2 stale entries, left out of the new one\n"))
    }

    @Test func `The command writes a baseline, and fails for what is new alone`() throws {
        let folder = try ScratchFolder()
        let file = folder.file("baseline.json")
        let old = Self.pod("old")
        let written = try Run.podscore("scan", "--write-baseline", file, "-", input: old)
        #expect(written.status == 0 && written.errors.isEmpty)
        #expect(try Run.podscore("scan", "-", input: old).status == 1)
        let known = try Run.podscore("scan", "--format", "json", "--baseline", file, "-", input: old)
        #expect(known.status == 0 && known.output.contains("\"baseline\": \"known\""), "\(known.errors)")
        let new = try Run.podscore("scan", "--format", "table", "--baseline", file, "-", input: old + Self.pod("new"))
        #expect(new.status == 1)
        #expect(new.output.contains("  known to the baseline, so it does not count\n") && new.output.contains("  not in the baseline\n"))
        #expect(new.output.hasSuffix("2 documents: 2 scored (1 refused, 1 in the baseline), 0 not scorable, 0 broken\n"))
        let mended = try Run.podscore("scan", "--baseline", file, "-", input: Self.pod("old", hostPID: false))
        #expect(mended.status == 0)
        #expect(
            mended.errors
                == "podscore: note: \(file) has 1 stale entry; --write-baseline makes it anew\n    Pod/old.default: not refused any more, or gone\n"
        )
        #expect(try Run.podscore("scan", "--baseline", file, "-", input: old + "kind: [\n").status == 2)
        let missing = try Run.podscore("scan", "--baseline", folder.file("none"), "-", input: old)
        #expect(missing.status == 2 && missing.errors.contains("No such file or directory; --write-baseline makes one"))
        #expect(
            try Run.podscore(
                "scan",
                "--ruleset",
                "kubesec/v2",
                "--write-baseline",
                file,
                "-",
                input: old + "apiVersion: v1\nkind: Service\n"
            ).status == 0
        )
    }
}
