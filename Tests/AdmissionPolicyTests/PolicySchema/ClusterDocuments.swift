import Foundation
import KubernetesAPI
import PodScoring
import YAML

@testable import AdmissionPolicy

/// The documents of the policy tests, read under the released rulesets, beside the CRDs.
///
/// `Tests/Cluster/policy-documents.json` holds them for the checks of the chart, which evaluate CEL, and for a real API server.
enum ClusterDocuments {
    /// Who rejects a document.
    enum Rejection: String {
        /// Nobody: the document is valid.
        case none
        /// The schema of the CRD.
        case schema
        /// A condition of the CRD in CEL.
        case rule
        /// Only the strict reader, for a reason that the decision lists.
        case reader
    }

    /// A document with what is known about it.
    struct Document {
        let kind: PolicyKind
        let text: String
        /// The errors of the strict reader, without their place.
        let errors: [String]
        /// The problems of the structural schema.
        let schemaProblems: [String]
        /// The errors of the strict reader for what an API server makes of the document before it validates.
        let errorsLeft: [String]

        /// Who rejects the document.
        var rejection: Rejection {
            if errors.isEmpty { return .none }
            if !schemaProblems.isEmpty { return .schema }
            let left = errorsLeft.filter { error in !ClusterDocuments.exceptions.contains { error.contains($0.error) } }
            return left.isEmpty ? .reader : .rule
        }
    }

    /// A row of the table of the decision: what only the strict reader rejects.
    struct Exception {
        let error: String
        let reason: String
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The file with the documents.
    static let file = root.appending(path: "Tests/Cluster/policy-documents.json")

    /// The table of the decision.
    static let exceptions: [Exception] = {
        let page = (try? String(contentsOf: root.appending(path: "docs/decisions/0015-what-a-crd-cannot-say.md"), encoding: .utf8)) ?? ""
        return page.components(separatedBy: "\n").filter { $0.hasPrefix("| `") }.compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "` ")) }
            return cells.count == 2 ? Exception(error: cells[0], reason: cells[1]) : nil
        }
    }()

    /// Policies of the Namespace `a` that only an API server or the released rulesets make interesting.
    private static let policies: [String] = [
        "enforce: {minimumScor: 9}", "enforce: {require: [RunAsNonroot]}", "enforce: {require: [Privileged]}",
        "enforce: {forbid: [RunAsNonRoot]}", "enforce: {forbid: [SystemMastersBound]}", "enforce: {require: [RunAsNonRoot, RunAsNonRoot]}",
        "enforce: {minimumScore: 21}", "enforce: {minimumScore: 22}", "warn: {minimumScore: -9999}",
        "ruleset: kubesec/v2\naudit: {minimumScore: 1000}", "ruleset: kubesec/v2\naudit: {minimumScore: 3}",
        "ruleset: kubesec/v2\npoints: {ImagePinnedByDigest: 2}\nwarn: {minimumScore: 1}",
        "ruleset: kubesec/v2\nenforce: {require: [ImagePinnedByDigest], minimumScore: 3}",
        "points: {ImagePinnedByDigest: 100}\nwarn: {minimumScore: 120}", "points: {ImagePinnedByDigest: 0}\nwarn: {minimumScore: 21}",
        "points: {Privileged: 0}\nenforce: {from: [{date: 2027-01-01, minimumScore: 22}]}",
        "points: {Privileged: 1}\nwarn: {minimumScore: 1}", "points: {RunAsNonRoot: 101}\nwarn: {minimumScore: 1}",
        "warn: {minimumScore: 7.0}", "warn: {minimumScore: 7}\nenforce: null", "enforce: null",
        "warn: {minimumScore: 7}\nmessage: \"a\\u0378b\"", "warn: {minimumScore: 7}\nmessage: \"\\u00a0\\u2003\"",
        "warn: {minimumScore: 7}\nexempt: {users: [\"jane\\u200b\"]}", "warn: {minimumScore: 7}\nexempt: {users: [\"jane\\u00a0\"]}",
        "warn: {minimumScore: 7}\nexempt: {groups: [System:Authenticated]}",
        "warn: {minimumScore: 7}\nexempt: {users: [\"system:node:a\"]}", "warn: {minimumScore: 7}\nexempt: {users: [jane, jane]}",
        "warn: {minimumScore: 7}\nexempt: {serviceAccounts: [\"system:serviceaccounts\"]}",
        "warn: {minimumScore: 7}\nexempt: {serviceAccounts: [\"system:anonymous\"]}",
        "warn: {minimumScore: 7}\nexempt: {serviceAccounts: [\"kube-system:job-controller\"]}",
    ]

    /// Patterns of images, some of which name a repository.
    private static let repositories = [
        "a:5000/b", "a:5000/b:1", "a/b:*", "a/b@*", "a/b:1@sha256:0/*", "a*", "a:*", "*:1", "a/*/b", "a//b", "/a", "a/", "a:1/*", ":1",
        "@a",
        "a/b:1/c", "a/b:1@c:2/d",
    ]

    /// More documents of the same sort.
    private static let more: [String] = {
        let names = (1...129).map { "n\($0)" }.joined(separator: ", ")
        let simple = PolicyText.policy(named: "a", namespaces: "[a]")
        let rest = "\nexpires: 2027-03-31\nowner: ops\nreason: "
        let waivers = ["rules: [HostPID, HostPID]\(rest)because", "rules: [HostPID]\(rest)\"\\u3000\"", "rules: [HostPID]\(rest)漢字"]
        return policies.map { PolicyText.policy("match: {namespaces: [a]}\n\($0)") }
            + [PolicyText.policy(named: "a", namespaces: "[a, a]"), PolicyText.policy(named: "a", namespaces: "[\(names)]")]
            + ["\(simple)status: {conditions: []}\n", simple.replacing("{name: a}", with: "{name: a, finalizers: [a.b/c]}")]
            + waivers.map { WaiverProblemTests.waiver("match: {namespaces: [a]}\n\($0)") }
            + WaiverProblemTests.minimums.map { WaiverProblemTests.waiver(matching: $0.match, waiving: $0.waived) }
            + repositories.map { WaiverProblemTests.waiver(matching: "images: [\"\($0)\"]", waiving: "minimumScore: 4") }
    }()

    /// All documents of both kinds; each is valid YAML.
    static func all() throws -> [Document] {
        let schema = PolicySchema(rulesets: Ruleset.all, defaultRuleset: .podscoreV1)
        let guidance = GuidanceProblemTests.examples.map {
            PolicyText.policy("match: {namespaces: [a]}\nwarn: {minimumScore: 1}\n" + $0.field)
        }
        let page = PolicyPageTests.examples.flatMap { $0.components(separatedBy: "\n---\n") } + PolicyPageTests.rows.map(\.document)
        let texts = PolicySchemaTests.documents.map(\.text) + guidance + page + more
        let schemas = try PolicyKind.allCases.map { ($0, try StructuralSchema(of: $0, in: schema)) }
        var known: Set<String> = []
        return texts.filter { known.insert($0).inserted }.compactMap { text -> Document? in
            guard let node = document(in: text), node["apiVersion"]?.text == PolicyReader.apiVersion,
                let (kind, schema) = schemas.first(where: { $0.0.rawValue == node["kind"]?.text })
            else { return nil }
            return Document(
                kind: kind,
                text: text,
                errors: errors(in: node),
                schemaProblems: schema.problems(with: node),
                errorsLeft: errors(in: StructuralSchema.withoutNull(node))
            )
        }
    }

    /// The only document of a text; `nil` for none or several.
    private static func document(in text: String) -> ManifestNode? {
        let documents = YAMLStream(Array(text.utf8), duplicateKeys: .kept).compactMap { try? $0.get() }
        return documents.count == 1 ? documents[0] : nil
    }

    private static func errors(in node: ManifestNode) -> [String] {
        do {
            let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true)
            _ = try reader.read([PolicySource(name: "p", documents: [node])])
            return []
        } catch {
            return error.problems.filter { $0.severity == .error }.map(\.what.description)
        }
    }

    /// The documents as JSON.
    static func json() throws -> String {
        var json = JSONWriter(layout: .indented)
        json.beginArray()
        for document in try all() {
            json.beginObject()
            json.member("kind", document.kind.rawValue)
            json.member("text", document.text)
            json.member("rejectedBy", document.rejection.rawValue)
            json.member("error", document.errors.first)
            if document.rejection == .schema {
                json.member("field", document.schemaProblems.first.map { String($0.prefix { $0 != ":" }) })
            }
            json.endObject()
        }
        json.endArray()
        json.endLine()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
