import Foundation
import KubernetesAPI
import PodScoring
import Testing

/// A released ruleset never changes the score of a Pod; an unreleased one changes it only together with its file.
@Suite struct GoldenTests {
    /// Set to `1`, it writes the scores of the corpus instead of comparing them; see docs/adding-a-rule.md.
    private static let isRecording = ProcessInfo.processInfo.environment["PODSCORE_RECORD_GOLDENS"] == "1"

    @Test(arguments: Ruleset.all)
    func `A ruleset scores the corpus as its file says`(ruleset: Ruleset) throws {
        let now = GoldenText(scoring: try CorpusManifest.loadAll(), by: ruleset)
        let file = GoldenFile(ruleset)
        if Self.isRecording {
            let refused = try file.record(now, promised: try file.committed() ?? nil)
            #expect(refused.isEmpty, "\(Self.complaint(ruleset, refused))")
            return
        }
        let frozen = try #require(try file.read(), "the scores of \(ruleset.name) are not recorded: see docs/adding-a-rule.md")
        let changes = frozen.changes(in: now)
        #expect(changes.isEmpty, "\(Self.complaint(ruleset, changes))")
        let added = now.sections.map(\.title).filter { frozen.section($0) == nil }
        #expect(added.isEmpty, "record the new manifests, see docs/adding-a-rule.md: \(added.joined(separator: "; "))")
    }

    private static func complaint(_ ruleset: Ruleset, _ changes: [String]) -> String {
        let advice =
            ruleset.isReleased
            ? "is released: its scores never change. A changed rule needs a new ruleset version"
            : "scores some manifests differently. Change its file by hand where that is intended"
        return "\(ruleset.name) \(advice); see docs/adding-a-rule.md.\n\(changes.joined(separator: "\n"))"
    }

    @Test(.disabled(if: isRecording, "the files are being written"))
    func `Every file of scores belongs to a ruleset`() {
        let names = Ruleset.all.map { GoldenFile($0).url.lastPathComponent }
        #expect(TestFolder.names(in: TestFolder.tests.appending(path: "Goldens")) == names.sorted())
    }

    @Test(arguments: Ruleset.all)
    func `In the corpus every rule holds for one manifest and fails for another`(ruleset: Ruleset) throws {
        var holding: Set<String> = []
        var failing: Set<String> = []
        for manifest in try CorpusManifest.loadAll() {
            let report = Scorer(ruleset).score(ScoringSubject(manifest.object, context: .authored))
            for result in report.results {
                let id = report.entry(of: result).rule.id
                if result.outcome == .holds { holding.insert(id) } else { failing.insert(id) }
            }
        }
        let all = Set(ruleset.entries.map(\.rule.id))
        #expect(all.subtracting(holding).sorted() == [] && all.subtracting(failing).sorted() == [])
    }

    @Test func `The corpus has every kind and every list of containers`() throws {
        let corpus = try CorpusManifest.loadAll()
        #expect(corpus.count >= 60)
        let kinds = Set(corpus.map(\.object.kind))
        #expect(WorkloadKind.allCases.map(\.rawValue).filter { !kinds.contains($0) } == [])
        let pods = corpus.compactMap(\.object.podSpec)
        #expect(pods.contains { $0.containers.count > 1 } && pods.contains { $0.ephemeralContainers.count > 0 })
        #expect(pods.contains { $0.initContainers.contains(where: \.isRestartable) })
        #expect(pods.contains { $0.initContainers.contains { !$0.isRestartable } })
        #expect(pods.count { $0.osName == "windows" } >= 5)
    }
}

/// The comparison itself, with a made-up ruleset.
@Suite struct GoldenMechanismTests {
    private static let corpus = [("a.yaml", true), ("b.yaml", false)].map { file, isHostPID in
        var object = KubernetesObject()
        var pod = PodSpec()
        pod.hostPID = isHostPID
        object.kind = "Deployment"
        object.content = .template(
            {
                var template = PodTemplateSpec()
                template.spec = pod
                return template
            }(),
            volumeClaimTemplates: []
        )
        return CorpusManifest(file: file, object: object)
    }

    private static func ruleset(points: Int) -> Ruleset {
        Ruleset(
            name: "made/up",
            isReleased: true,
            zeroFails: false,
            entries: [Ruleset.Entry(.hostPID, points: points, kinds: .everyPodKind, check: { CheckOutcome.heldUnless($0.pod.hostPID) })]
        )
    }

    @Test func `A changed score is shown as a diff of its manifest only`() {
        let before = GoldenText(scoring: Self.corpus, by: Self.ruleset(points: -9))
        let after = GoldenText(scoring: Self.corpus, by: Self.ruleset(points: -8))
        #expect(GoldenText(parsing: before.text) == before)
        #expect(before.changes(in: before).isEmpty)
        #expect(
            before.changes(in: after) == [
                "  a.yaml, as written", "-   Deployment scores -9 of 0", "-   costs -9 HostPID", "+   Deployment scores -8 of 0",
                "+   costs -8 HostPID",
            ]
        )
        #expect(GoldenText(scoring: Array(Self.corpus.dropFirst()), by: Self.ruleset(points: -9)).changes(in: after).isEmpty)
        #expect(before.changes(in: GoldenText(scoring: [], by: Self.ruleset(points: -9))).count == 2)
    }

    @Test func `Frozen scores are not overwritten, and new manifests are added`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "goldens-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = GoldenFile(Self.ruleset(points: -9), in: directory)
        let first = GoldenText(scoring: [Self.corpus[0]], by: file.ruleset)
        #expect(try file.record(first, promised: nil) == [])
        #expect(try file.read() == first)
        let changed = GoldenText(scoring: Self.corpus, by: Self.ruleset(points: -8))
        #expect(try file.record(changed, promised: first).isEmpty == false)
        #expect(try file.read() == first)
        let grown = GoldenText(scoring: Self.corpus, by: file.ruleset)
        #expect(try file.record(grown, promised: first) == [])
        #expect(try file.read() == grown)
        #expect(try file.committed() == nil)
    }
}

extension CheckOutcome {
    /// Holds unless the flag is set.
    fileprivate static func heldUnless(_ flag: Bool?) -> CheckOutcome {
        flag == true ? .fails([]) : .holds
    }
}
