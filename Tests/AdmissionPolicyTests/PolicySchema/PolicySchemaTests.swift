import Foundation
import KubernetesAPI
import PodScoring
import Testing
import YAML

@testable import AdmissionPolicy

/// The schema of policies beside the strict reader, with the documents of the reader's tests.
struct PolicySchemaTests {
    /// A document of the reader's tests.
    struct Document: Sendable, CustomTestStringConvertible {
        let text: String
        let problems: [String]

        var errors: [String] { problems.filter { !$0.contains(": warning: ") } }
        var testDescription: String { errors.first ?? "valid: \(text.suffix(60))" }
    }

    /// What the reader rejects and the schema cannot say, by the first error, with the reason.
    static let onlyTheReaderSees: [(error: String, reason: String)] = [
        ("no policy in the file", "a schema is for one document"),
        ("duplicate field", "a value has each key once"),
        ("is not after", "a schema compares no dates"),
        ("a ramp must not fall", "a schema compares no numbers of a document"),
        ("+overrides", "the range of scores follows from the points"),
        ("invalid name \"jane\\u{200B}\"", "the pattern knows only the blanks of ASCII"),
        ("would exempt everyone", "the schema knows the plain spelling alone"),
        ("which are read only with --cluster", "a schema does not know what else is read"),
        ("invalid label key", "a schema of draft 7 that Helm and editors share describes no keys"),
        ("namespaceSelector has no requirement", "an object without members is one like others"),
        ("more than 32 entries in matchLabels", "the number of members is not limited"),
    ]

    /// The documents of the reader's tests, valid and invalid.
    static let documents: [Document] = {
        let match = "match: {namespaces: [a]}\n"
        let examples = PolicyProblemTests.documents + PolicyProblemTests.specifications + PolicyProblemTests.levels
        var documents = examples.map { Document(text: $0.text, problems: $0.problems) }
        documents += WaiverProblemTests.examples.map { Document(text: WaiverProblemTests.waiver($0.specification), problems: $0.problems) }
        documents += ExemptionProblemTests.examples.map {
            Document(text: PolicyText.policy("\(match)warn: {minimumScore: 1}\nexempt: " + $0.exempt), problems: $0.problems)
        }
        documents += PolicyPointsTests.problems.map { Document(text: PolicyPointsTests.text($0.0), problems: $0.1) }
        documents += PolicyStandardTests.problems.map { Document(text: PolicyStandardTests.text($0.0), problems: $0.1) }
        documents += SelectorProblemTests.examples.map { Document(text: SelectorProblemTests.text($0.match), problems: $0.problems) }
        documents += RampProblemTests.examples.map { Document(text: PolicyText.policy(match + $0.level), problems: $0.problems) }
        return documents
    }()

    private static func schema(_ rulesets: [Ruleset], _ standard: Ruleset) throws -> JSONSchema {
        try JSONSchema(PolicySchema(rulesets: rulesets, defaultRuleset: standard).json)
    }

    /// The problems of each document in a text.
    private static func problems(_ text: String, with schema: JSONSchema) throws -> [String] {
        try YAMLStream(Array(text.utf8), duplicateKeys: .kept).flatMap { schema.problems(with: try $0.get()) }
    }

    @Test(arguments: documents) func `The schema rejects what the reader rejects, and nothing else`(document: Document) throws {
        let found = try Self.problems(document.text, with: Self.schema(MadeUpRulesets.rulesets, MadeUpRulesets.current))
        guard let error = document.errors.first else {
            #expect(found == [], "the reader accepts it")
            return
        }
        let exception = Self.onlyTheReaderSees.first { error.contains($0.error) }
        #expect(!found.isEmpty || exception != nil, "the schema accepts it, and the list has no reason")
    }

    @Test func `Each reason is needed`() throws {
        let schema = try Self.schema(MadeUpRulesets.rulesets, MadeUpRulesets.current)
        let accepted = try Self.documents.filter { document in
            try !document.errors.isEmpty && Self.problems(document.text, with: schema).isEmpty
        }
        let more = try [
            PolicyPointsTests.text("{CapDropAll: 0}", minimum: 7),
            SelectorProblemTests.text("match: {namespaceSelector: {matchLabels: {team: shop}}}"),
            Self.exempting("users: [\"jane\\u200b\"]"),
            Self.exempting("groups: [System:Authenticated]"), Self.exempting("users: [a], users: [a]"),
        ].filter { try Self.problems($0, with: schema).isEmpty }.flatMap { PolicyText.problems($0) }
        let errors = accepted.compactMap(\.errors.first) + more
        for (error, _) in Self.onlyTheReaderSees { #expect(errors.contains { $0.contains(error) }, "\(error)") }
    }

    private static func exempting(_ exempt: String) -> String {
        PolicyText.policy("match: {namespaces: [a]}\nwarn: {minimumScore: 1}\nexempt: {\(exempt)}")
    }

    @Test(arguments: PolicyPageTests.examples) func `The schema accepts the examples of the page`(example: String) throws {
        #expect(try Self.problems(example, with: Self.schema(Ruleset.all, .podscoreV1)) == [])
    }

    @Test(arguments: PolicyPageTests.rows) func `The schema accepts the example of a field`(row: PolicyPageTests.Row) throws {
        #expect(try Self.problems(row.document, with: Self.schema(Ruleset.all, .podscoreV1)) == [])
    }

    @Test(arguments: PolicyKind.allCases) func `The schema has the fields of the page, each with a sentence`(kind: PolicyKind) throws {
        let schema = try Self.schema(Ruleset.all, .podscoreV1)
        let definition = try #require(schema.definition(kind.rawValue))
        let fields = Self.fields(of: definition, in: schema, below: "").filter { !$0.path.hasPrefix("spec.points.") }
        for field in fields { #expect(field.summary.hasSuffix("."), "\(field.path)") }
        let described = Set(fields.map(\.path).map { $0.replacing(/^spec\.(warn|audit)\./, with: "spec.enforce.") })
        let objects = ["metadata", "spec", "spec.match"]
        #expect(described == Set(PolicyPageTests.rows.filter { $0.kind == kind }.map(\.field) + objects))
    }

    /// The fields of a schema with their paths and descriptions; elements of lists have the path of the list.
    private static func fields(of schema: ManifestNode, in all: JSONSchema, below path: String) -> [(path: String, summary: String)] {
        if let name = (schema["$ref"] ?? schema["allOf"]?[0]?["$ref"])?.text?.split(separator: "/").last {
            return all.definition(String(name)).map { fields(of: $0, in: all, below: path) } ?? []
        }
        if let items = schema["items"] { return fields(of: items, in: all, below: path) }
        guard case .object(let members) = schema["properties"]?.value else { return [] }
        return members.flatMap { member in
            let inner = path.isEmpty ? member.key : "\(path).\(member.key)"
            return [(inner, member.value["description"]?.text ?? "")] + fields(of: member.value, in: all, below: inner)
        }
    }

    @Test(arguments: Ruleset.all.map(\.name)) func `A minimum is in the range of the ruleset unless the policy has points`(name: String)
        throws
    {
        let ruleset = try #require(Ruleset.all.first { $0.name == name })
        let schema = try Self.schema(Ruleset.all, .podscoreV1)
        let (worst, best) = (ruleset.worstPossibleScore(for: .pod), ruleset.bestPossibleScore(for: .pod))
        func isAccepted(_ minimum: Int, _ more: String = "") throws -> Bool {
            let spec = "match: {namespaces: [a]}\nruleset: \(name)\nwarn: {minimumScore: \(minimum)}\n" + more
            return try Self.problems(PolicyText.policy(spec), with: schema).isEmpty
        }
        #expect(try [worst, best].allSatisfy { try isAccepted($0) })
        #expect(try ![worst - 1, best + 1].contains { try isAccepted($0) })
        #expect(try isAccepted(best + 1, "points: {CapDropAll: 100}"))
    }

    @Test func `A policy can give points only to rules of its ruleset`() throws {
        let schema = try Self.schema(Ruleset.all, .podscoreV1)
        for (ruleset, isAccepted) in [("", true), ("ruleset: kubesec/v2\n", false)] {
            let text = PolicyText.policy("match: {namespaces: [a]}\n\(ruleset)points: {ImagePinnedByDigest: 2}\nwarn: {minimumScore: 1}")
            #expect(try Self.problems(text, with: schema).isEmpty == isAccepted)
        }
    }

    @Test func `docs/policy.schema.json is up to date; run make docs`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/policy.schema.json")
        let written = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let current = String(decoding: PolicySchema(rulesets: Ruleset.all, defaultRuleset: .podscoreV1).json, as: UTF8.self)
        #expect(written == current, "run make docs")
    }
}
