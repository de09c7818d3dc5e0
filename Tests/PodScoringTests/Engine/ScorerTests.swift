import KubernetesAPI
import PodScoring
import Testing

/// The engine, with made-up rules.
@Suite struct ScorerTests {
    private static func rule(_ id: String, _ polarity: Rule.Polarity, selector: String = ".x", windows: Bool = true) -> Rule {
        Rule(
            id: id,
            selector: selector,
            polarity: polarity,
            scope: .pod,
            reason: "Because.",
            fix: "do it",
            fixClass: .manifest,
            example: "x: y",
            references: ["https://example.com/"],
            appliesToWindows: windows
        )
    }

    private static func entry(_ id: String, _ points: Int, selector: String = ".x", outcome: CheckOutcome = .holds) -> Ruleset.Entry {
        Ruleset.Entry(rule(id, points < 0 ? .negative : .positive, selector: selector), points: points, kinds: .pod) { _ in outcome }
    }

    private static func ruleset(_ entries: [Ruleset.Entry]) -> Ruleset {
        Ruleset(name: "made/up", isReleased: true, zeroFails: false, entries: entries)
    }

    private static let fault = CheckOutcome.fails([Finding(.pod, "x")])

    @Test func `Positive rules add points if they hold and negative rules deduct points if they fail`() throws {
        let ruleset = Self.ruleset([
            Self.entry("Earned", 4), Self.entry("Missed", 2, outcome: Self.fault), Self.entry("Absent", 8, outcome: .notApplicable),
            Self.entry("Clean", -16), Self.entry("Fired", -32, outcome: Self.fault), Self.entry("Silent", -64, outcome: .notApplicable),
        ])
        let report = Scorer(ruleset).score(try .pod("{}"))
        #expect(report.score == 4 - 32)
        #expect(report.bestPossibleScore == 4 + 2)
        #expect(report.results.map { report.entry(of: $0).rule.id } == ["Fired", "Clean", "Earned", "Missed"])
        #expect(report.outcome(ofRule: "Missed") == Self.fault)
        #expect(report.outcome(ofRule: "Absent") == nil && report.outcome(ofRule: "Unknown") == nil)
    }

    @Test func `A ruleset lists rules by points, then by selector, then by id`() {
        let ruleset = Self.ruleset([
            Self.entry("B", 1, selector: ".b"), Self.entry("D", -1, selector: ".a"), Self.entry("C", 1, selector: ".a"),
            Self.entry("E", -7), Self.entry("Z", 0), Self.entry("F", 3),
        ])
        #expect(ruleset.entries.map(\.rule.id) == ["E", "F", "C", "D", "B", "Z"])
    }

    @Test func `A ruleset can list its rules by selector only, and can have its own selectors`() {
        let entries = [
            Self.entry("Heavy", 9, selector: ".z"), Self.entry("Light", 1, selector: ".b"), Self.entry("Negative", -30, selector: ".c"),
            Ruleset.Entry(Self.rule("Own", .positive, selector: ".z"), points: 5, kinds: .pod, selector: ".a") { _ in .holds },
        ]
        let ruleset = Ruleset(name: "made/up", isReleased: true, zeroFails: false, order: .selector, entries: entries)
        #expect(ruleset.entries.map(\.rule.id) == ["Own", "Light", "Negative", "Heavy"])
        #expect(ruleset.entries.map(\.selector) == [".a", ".b", ".c", ".z"])
        #expect(Self.ruleset(entries).entries.map(\.rule.id) == ["Negative", "Heavy", "Own", "Light"])
    }

    @Test func `A rule applies only to its kinds`() throws {
        let ruleset = Self.ruleset([
            Ruleset.Entry(Self.rule("Stateful", .positive), points: 1, kinds: [.statefulSet, .deployment]) { _ in .holds }
        ])
        #expect(!Scorer(ruleset).score(try .pod("{}")).isScorable)
        #expect(ruleset.bestPossibleScore(for: .pod) == 0 && ruleset.bestPossibleScore(for: .deployment) == 1)
    }

    @Test(arguments: [(true, 0), (false, 2)])
    func `A ruleset can leave out rules whose field Windows forbids`(spares: Bool, score: Int) throws {
        let entry = Ruleset.Entry(Self.rule("Linux", .positive, windows: false), points: 2, kinds: .pod) { _ in .holds }
        let ruleset = Ruleset(name: "made/up", isReleased: true, zeroFails: false, sparesWindows: spares, entries: [entry])
        let report = Scorer(ruleset).score(try .pod(#"{"os": {"name": "windows"}}"#))
        #expect(report.score == score && report.bestPossibleScore == score)
        #expect(Scorer(ruleset).score(try .pod(#"{"os": {"name": "linux"}}"#)).score == 2)
    }

    @Test func `Only the label of an unreleased ruleset says so`() {
        #expect(Self.ruleset([]).label == "made/up")
        #expect(Ruleset(name: "made/up", isReleased: false, zeroFails: false, entries: []).label == "made/up (unreleased)")
    }

    @Test(arguments: [
        (Finding(.pod, "hostPID"), "spec.hostPID"),
        (Finding(.container(.initContainers, 2), "image"), "spec.initContainers[2].image"),
        (Finding(.volume(1), "hostPath.path"), "spec.volumes[1].hostPath.path"),
        (Finding(.object, "subjects[0].name"), "subjects[0].name"),
    ])
    func `A finding's path starts at the top of the object`(finding: Finding, path: String) {
        #expect(finding.path(below: "spec") == path)
    }

    @Test func `Fields that only look alike are stored in two ways`() {
        let finding = Finding(.object, "e\u{301}")
        #expect(finding.isStored(like: Finding(.object, "e\u{301}")))
        #expect(!finding.isStored(like: Finding(.object, "\u{E9}")))
    }
}
