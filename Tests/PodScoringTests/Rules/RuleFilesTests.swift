import Foundation
import PodScoring
import Testing

/// The steps of adding a rule: a test fails for each one that is missing.
@Suite struct RuleFilesTests {
    @Test func `Each file in Rules has the name of its rule`() {
        let folder = TestFolder.repository.appending(path: "Sources/PodScoring/Rules")
        let files = TestFolder.names(in: folder).map { $0.replacing(".swift", with: "") }
        #expect(files == RuleCatalog.builtIn.map(\.id).sorted())
    }

    @Test(arguments: RuleCatalog.builtIn.map(\.id))
    func `Every rule has a fixture that matches and one that does not`(rule: String) {
        let files = Fixture.files(of: rule)
        #expect(files.contains { $0.hasPrefix("match.") }, "write Fixtures/\(rule)/match.NAME.yaml")
        #expect(files.contains { $0.hasPrefix("no-match.") }, "write Fixtures/\(rule)/no-match.NAME.yaml")
        #expect(files.allSatisfy { $0.hasPrefix("match.") || $0.hasPrefix("no-match.") })
    }

    @Test func `Every folder of fixtures belongs to a rule`() {
        #expect(TestFolder.names(in: Fixture.directory) == RuleCatalog.builtIn.map(\.id).sorted())
    }

    @Test(arguments: try Fixture.loadAll())
    func `A rule matches just the fields that its fixture names`(fixture: Fixture) throws {
        let rule = try #require(RuleCatalog.rule(named: fixture.rule))
        let ruleset = try #require(fixture.ruleset.map(Ruleset.named) ?? Ruleset.first(with: fixture.rule))
        let outcome = try #require(ruleset.outcome(of: fixture.rule, fixture.subject))
        let isFired = rule.polarity == .positive ? outcome == .holds : outcome != .holds
        #expect(isFired == fixture.matches)
        #expect(outcome.paths(in: fixture.subject.kind) == fixture.fields)
    }
}
