import KubernetesAPI
import Testing

@testable import PodScoring

/// A ruleset with other points for some of its rules.
struct OverrideTests {
    static func entry(_ id: String, _ points: Int) -> Ruleset.Entry {
        let rule = Rule(
            id: id,
            selector: id,
            polarity: points < 0 ? .negative : .positive,
            scope: .pod,
            reason: "Because.",
            fix: "mend it",
            fixClass: .manifest,
            example: "{}",
            references: ["https://example.com/"],
            appliesToWindows: id != "Linux"
        )
        return Ruleset.Entry(rule, points: points, kinds: .everyPodKind) { _ in points < 0 ? .fails([]) : .holds }
    }

    /// Every property has another value than it has by default.
    static let ruleset = Ruleset(
        name: "made/up",
        isReleased: true,
        zeroFails: true,
        sparesWindows: false,
        entries: [entry("Linux", 1), entry("Best", 5), entry("Worst", -9)]
    )

    @Test func `Overridden points count in the score and in the best possible score`() {
        let report = Scorer(Self.ruleset.overriding(points: [("Linux", 4), ("Worst", -2)])).score(ScoringSubject(pod: PodSpec()))
        #expect(report.score == 7)
        #expect(report.bestPossibleScore == 9)
    }

    @Test func `A rule with no points leaves the score and stays in the report`() {
        let report = Scorer(Self.ruleset.overriding(points: [("Best", 0), ("Worst", 0)])).score(ScoringSubject(pod: PodSpec()))
        #expect(report.score == 1)
        #expect(report.bestPossibleScore == 1)
        #expect(report.outcome(ofRule: "Best") == .holds)
        #expect(report.outcome(ofRule: "Worst") == .fails([]))
    }

    @Test func `A report keeps its order, most points first`() {
        #expect(Self.ruleset.entries.map(\.rule.id) == ["Worst", "Best", "Linux"])
        #expect(Self.ruleset.overriding(points: [("Worst", -2)]).entries.map(\.rule.id) == ["Best", "Worst", "Linux"])
    }

    @Test(arguments: [(true, "made/up+overrides"), (false, "made/up+overrides (unreleased)")])
    func `The label says that points are overridden`(isReleased: Bool, label: String) {
        let ruleset = Ruleset(name: "made/up", isReleased: isReleased, zeroFails: false, entries: [Self.entry("Best", 5)])
        #expect(ruleset.overriding(points: [("Best", 6)]).label == label)
        #expect(ruleset.overriding(points: []).label == ruleset.label)
    }

    @Test func `An override changes only the name and the points`() {
        let overridden = Self.ruleset.overriding(points: [("Best", 6)])
        for (old, new) in zip(Mirror(reflecting: Self.ruleset).children, Mirror(reflecting: overridden).children)
        where !["name", "label", "entries", "steps", "overrides"].contains(old.label) {
            #expect(String(describing: old.value) == String(describing: new.value), "\(old.label ?? "")")
        }
        #expect(!overridden.sparesWindows && overridden.zeroFails && overridden.isReleased)
        #expect(overridden.steps.map(\.points) == overridden.entries.map(\.points))
        #expect(overridden.steps.map(\.appliesToWindows) == [true, true, false])
    }
}
