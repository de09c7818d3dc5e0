import Foundation
import KubernetesAPI
import PodScoring
import Testing
import YAML

@testable import AdmissionPolicy

/// The page about policies, `docs/policy.md`.
struct PolicyPageTests {
    /// A row in a table of fields.
    struct Row: Sendable, CustomTestStringConvertible {
        let kind: PolicyKind
        let field: String
        let cells: [String]

        var testDescription: String { "\(kind.rawValue) \(field)" }

        /// A complete document with the example of the field; the cells must be complete.
        var document: String {
            let value = cells.last?.trimmingCharacters(in: CharacterSet(charactersIn: "`")) ?? ""
            return PolicyPageTests.document(of: kind, with: field, as: value)
        }
    }

    private static let page: String = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appending(path: "docs/policy.md")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    /// The rows of the tables whose first column is `field`; those after the heading of waivers are about waivers.
    static let rows: [Row] = {
        var kind = PolicyKind.policy
        var isInTable = false
        var rows: [Row] = []
        for line in page.components(separatedBy: "\n") {
            if line == "## A waiver" { kind = .waiver }
            if !line.hasPrefix("|") { isInTable = false }
            if line.hasPrefix("| field |") { isInTable = true }
            guard isInTable, line.hasPrefix("| `") else { continue }
            let cells = line.components(separatedBy: " | ").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "| ")) }
            rows.append(Row(kind: kind, field: cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "`")), cells: cells))
        }
        return rows
    }()

    /// The examples in code blocks.
    static let examples: [String] = {
        let parts = page.components(separatedBy: "```")
        return parts.indices.filter { $0 % 2 == 1 && parts[$0].hasPrefix("yaml\n") }.map { String(parts[$0].dropFirst(5)) }
    }()

    private static func problems(_ text: String) -> [String] {
        let source = PolicySource(name: "p", documents: YAMLStream(Array(text.utf8)).compactMap { try? $0.get() })
        do {
            let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true)
            return try reader.read([source]).warnings.map(\.description)
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(arguments: examples) func `The examples are read without errors and warnings`(example: String) {
        #expect(Self.problems(example) == [])
    }

    @Test func `There is an example of each kind`() {
        for kind in PolicyKind.allCases { #expect(Self.examples.contains { $0.contains("kind: \(kind.rawValue)\n") }) }
    }

    @Test(arguments: rows) func `The example of a field is read without errors and warnings`(row: Row) throws {
        try #require(row.cells.count == 5, "\(row.field) lacks a cell, or has a bar that is not escaped")
        #expect(!row.cells[1].isEmpty && !row.cells[2].isEmpty)
        #expect(Self.problems(row.document) == [])
    }

    @Test func `Every field has a row, and every row a field`() {
        let document = ["apiVersion", "kind"] + MetadataField.allCases.map { "metadata.\($0)" }
        let specification = SpecField.allCases.filter { $0 != .match }.map { "spec.\($0)" } + MatchField.allCases.map { "spec.match.\($0)" }
        let level = LevelField.allCases.map { "spec.enforce.\($0)" } + RampField.allCases.map { "spec.enforce.from.\($0)" }
        let standard = StandardField.allCases.map { "spec.enforce.podSecurityStandard.\($0)" }
        let exempt = ExemptField.allCases.map { "spec.exempt.\($0)" }
        let selector =
            SelectorField.allCases.map { "spec.match.namespaceSelector.\($0)" }
            + RequirementField.allCases.map { "spec.match.namespaceSelector.matchExpressions.\($0.rawValue)" }
        let policy = document + specification + selector + level + standard + exempt + NodesField.allCases.map { "spec.nodes.\($0)" }
        let match = WaiverMatchField.allCases.map { "spec.match.\($0)" }
        let waiver = document + WaiverField.allCases.filter { $0 != .match }.map { "spec.\($0)" } + match
        #expect(Self.rows.filter { $0.kind == .policy }.map(\.field).sorted() == policy.sorted())
        #expect(Self.rows.filter { $0.kind == .waiver }.map(\.field).sorted() == waiver.sorted())
    }

    @Test func `The limits are those of the program`() {
        func range(_ kind: PolicyKind, _ field: String) -> String {
            Self.rows.first { $0.kind == kind && $0.field == field }?.cells[3] ?? ""
        }
        let points = PolicyDocumentReader.pointsLimit
        #expect(range(.policy, "metadata.name").hasPrefix("1 to \(NameForm.label.lengthLimit) of"))
        #expect(range(.policy, "spec.match.namespaces").contains("\(PolicyConflicts.globLimit) globs"))
        for field in ["matchLabels", "matchExpressions", "matchExpressions.values"] {
            #expect(range(.policy, "spec.match.namespaceSelector.\(field)").contains("up to \(PolicyDocumentReader.requirementLimit)"))
        }
        #expect(Self.page.contains("more than \(PolicyConflicts.selectorLimit) globs or selectors"))
        #expect(range(.policy, "spec.points") == "0 to \(points) for a positive rule, -\(points) to 0 for a negative one")
        #expect(range(.policy, "spec.enforce.from").contains("\(PolicyDocumentReader.stepLimit) steps"))
        #expect(range(.policy, "spec.ruleset") == Ruleset.all.map { "`\($0.name)`" }.joined(separator: ", "))
        #expect(range(.policy, "spec.workloads") == ScorePolicy.Workloads.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "))
        for field in ["message", "runbook"] { #expect(range(.policy, "spec.\(field)").contains("\(PolicyGuidance.textByteLimit) bytes")) }
        for (field, form) in [("pods", NameForm.subdomain), ("containers", .label), ("images", .image), ("serviceAccounts", .subdomain)] {
            #expect(range(.waiver, "spec.match.\(field)").contains("up to \(form.lengthLimit) characters"))
        }
        #expect(Self.page.contains("From \(ScoreWaiver.noticeDays) days before"))
    }

    /// A complete document with the given value of one field.
    private static func document(of kind: PolicyKind, with field: String, as value: String) -> String {
        var fields: [(path: String, value: String)] = [
            ("apiVersion", PolicyReader.apiVersion), ("kind", kind.rawValue), ("metadata.name", "a"), ("spec.match.namespaces", "[a]"),
        ]
        switch kind {
        case .policy:
            if !field.hasPrefix("spec.enforce") { fields.append(("spec.enforce.minimumScore", "1")) }
            if field.hasPrefix("spec.enforce.podSecurityStandard.") {
                fields += [("spec.enforce.podSecurityStandard.level", "baseline"), ("spec.enforce.podSecurityStandard.version", "v1.30")]
            }
            if field == "spec.enforce" { fields.removeAll { $0.path == "spec.enforce.minimumScore" } }
        case .waiver:
            fields += [
                ("spec.rules", "[CapDropAll]"), ("spec.expires", "2027-12-31"), ("spec.owner", "a"), ("spec.reason", "b"),
            ]
            if field == "spec.rules" || field == "spec.minimumScore" { fields.append(("spec.match.images", "[a]")) }
        }
        let expressions = "spec.match.namespaceSelector.matchExpressions"
        if field.hasPrefix(expressions + ".") {
            let name = field.dropFirst(expressions.count + 1)
            let others = [("key", "a"), ("operator", "In"), ("values", "[b]")].filter { $0.0 != name }.map { "\($0.0): \($0.1)" }
            fields.append((expressions, "[{\(name): \(value), \(others.joined(separator: ", "))}]"))
        } else if field.hasPrefix("spec.enforce.from.") {
            let other = field.hasSuffix("date") ? "minimumScore: 1" : "date: 2027-01-01"
            fields.append(("spec.enforce.from", "[{\(field.components(separatedBy: ".").last ?? ""): \(value), \(other)}]"))
        } else {
            fields.removeAll { $0.path == field }
            fields.append((field, value))
        }
        return flow(fields.map { ($0.path.components(separatedBy: ".")[...], $0.value) }) + "\n"
    }

    /// Writes fields, given by their paths, as one mapping in braces.
    private static func flow(_ fields: [(path: ArraySlice<String>, value: String)]) -> String {
        var keys: [String] = []
        for field in fields { if let key = field.path.first, !keys.contains(key) { keys.append(key) } }
        let members = keys.map { key in
            let inner = fields.filter { $0.path.first == key }
            if inner.count == 1, inner[0].path.count == 1 { return "\(key): \(inner[0].value)" }
            return "\(key): \(flow(inner.map { ($0.path.dropFirst(), $0.value) }))"
        }
        return "{" + members.joined(separator: ", ") + "}"
    }
}
