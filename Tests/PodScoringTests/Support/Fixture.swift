import Foundation
import KubernetesAPI
import PodScoring
import Testing

/// A manifest that shows what a rule matches, in `Fixtures/<rule id>/`.
///
/// `match.*.yaml` is an object for which a positive rule holds or a negative one fails, `no-match.*.yaml` the opposite. Comments at the top
/// name the expected fields, one on each line: `# field: spec.containers[0].securityContext.privileged`. `# context: admittedPod` stands for a
/// Pod in an AdmissionReview, and `# ruleset: NAME` for a ruleset other than the first that has the rule.
struct Fixture: Sendable, CustomTestStringConvertible {
    let rule: String
    let file: String
    let fields: [String]
    let ruleset: String?
    let subject: ScoringSubject

    /// Whether the rule is expected to match.
    var matches: Bool { file.hasPrefix("match.") }

    var testDescription: String { rule + "/" + file }

    /// The folder with a folder for each rule.
    static let directory = TestFolder.tests.appending(path: "Fixtures")

    /// The names of the files of a rule, sorted; empty if it has no folder.
    static func files(of rule: String) -> [String] {
        TestFolder.names(in: directory.appending(path: rule)).filter { $0.hasSuffix(".yaml") }
    }

    /// Reads one fixture.
    static func load(_ file: String, of rule: String) throws -> Fixture {
        let text = try String(contentsOf: directory.appending(path: rule).appending(path: file), encoding: .utf8)
        let comments = text.split(separator: "\n").prefix { $0.hasPrefix("#") }.map { $0.dropFirst().split(separator: ": ", maxSplits: 1) }
        let document = text.split(separator: "\n").drop { $0.hasPrefix("#") }.joined(separator: "\n")
        func values(_ key: String) -> [String] {
            comments.filter { $0.first?.drop { $0 == " " } == key[...] }.compactMap { $0.last.map(String.init) }
        }
        let context: ScoringSubject.Context = values("context") == ["admittedPod"] ? .admittedPod : .authored
        let object = try KubernetesObject(parsing: document)
        return Fixture(
            rule: rule,
            file: file,
            fields: values("field"),
            ruleset: values("ruleset").first,
            subject: ScoringSubject(object, context: context)
        )
    }

    /// All fixtures of all rules, in the catalog's order.
    static func loadAll() throws -> [Fixture] {
        try RuleCatalog.builtIn.flatMap { rule in try files(of: rule.id).map { try load($0, of: rule.id) } }
    }
}
