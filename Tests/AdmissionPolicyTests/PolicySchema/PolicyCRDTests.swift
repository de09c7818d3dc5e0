import Foundation
import KubernetesAPI
import PodScoring
import Testing
import YAML

@testable import AdmissionPolicy

/// The CRDs beside the rules of Kubernetes and beside the strict reader.
struct PolicyCRDTests {
    /// A place in a structural schema.
    struct Place {
        let path: String
        let schema: ManifestNode

        /// Whether Kubernetes describes the place, and not the CRD.
        var isOfKubernetes: Bool { ["apiVersion", "kind", "metadata"].contains(path) }
    }

    private static let made = PolicySchema(rulesets: MadeUpRulesets.rulesets, defaultRuleset: MadeUpRulesets.current)
    private static let released = PolicySchema(rulesets: Ruleset.all, defaultRuleset: .podscoreV1)

    /// All places of the schema of a kind.
    private static func places(of kind: PolicyKind, in schema: PolicySchema = released) throws -> [Place] {
        places(below: try StructuralSchema(of: kind, in: schema).root, at: "")
    }

    private static func places(below schema: ManifestNode, at path: String) -> [Place] {
        let inner = members(of: schema["properties"]).flatMap { places(below: $0.value, at: path.isEmpty ? $0.key : "\(path).\($0.key)") }
        let items = (schema["items"] ?? schema["additionalProperties"]).map { places(below: $0, at: path + "[]") } ?? []
        return [Place(path: path, schema: schema)] + inner + items
    }

    private static func members(of node: ManifestNode?) -> [ManifestNode.Member] {
        guard case .object(let members) = node?.value else { return [] }
        return members
    }

    @Test(arguments: PolicyKind.allCases) func `The schema is structural`(kind: PolicyKind) throws {
        let allowed = [
            "type", "description", "required", "properties", "additionalProperties", "items", "enum", "pattern", "format", "maxLength",
            "minimum", "maximum", "minItems", "maxItems", "maxProperties", "x-kubernetes-validations", "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys",
        ]
        for place in try Self.places(of: kind) + Self.places(of: kind, in: Self.made) {
            let keywords = Self.members(of: place.schema).map(\.key)
            #expect(keywords.filter { !allowed.contains($0) } == [], "\(place.path)")
            #expect(place.schema["type"]?.text != nil, "\(place.path) has no type")
            #expect(place.schema["properties"] == nil || place.schema["additionalProperties"] == nil, "\(place.path)")
            #expect((place.schema["type"]?.text == "array") == (place.schema["items"] != nil), "\(place.path)")
        }
    }

    @Test(arguments: PolicyKind.allCases) func `Every value has a bound, so that the cost of CEL has one`(kind: PolicyKind) throws {
        for place in try Self.places(of: kind) where !place.isOfKubernetes {
            func has(_ keyword: String) -> Bool { place.schema[keyword] != nil }
            switch place.schema["type"]?.text {
            case "string": #expect(has("maxLength") || has("enum") || has("format"), "\(place.path)")
            case "integer": #expect(has("minimum") && (has("maximum") || place.path.hasSuffix("observedGeneration")), "\(place.path)")
            case "array": #expect(has("maxItems") && has("x-kubernetes-list-type"), "\(place.path)")
            case "object": #expect(has("properties") || has("maxProperties"), "\(place.path)")
            default: #expect(place.schema["type"]?.text == "boolean", "\(place.path)")
            }
        }
    }

    @Test(arguments: PolicyKind.allCases) func `Every field has a sentence, and a name that CEL can use`(kind: PolicyKind) throws {
        let reserved = [
            "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
            "namespace", "package", "return",
        ]
        for place in try Self.places(of: kind) where !place.path.hasSuffix("[]") && place.path != "metadata" {
            #expect(place.schema["description"]?.text?.hasSuffix(".") == true, "\(place.path)")
            let name = place.path.split(separator: ".").last.map(String.init) ?? "root"
            #expect(name.wholeMatch(of: /[A-Za-z][A-Za-z0-9]*/) != nil && !reserved.contains(name), "\(place.path)")
        }
    }

    @Test(arguments: PolicyKind.allCases) func `Every condition says what to change, and points at a field that exists`(kind: PolicyKind)
        throws
    {
        for place in try Self.places(of: kind) + Self.places(of: kind, in: Self.made) {
            for rule in place.schema["x-kubernetes-validations"]?.elements ?? [] {
                #expect(rule["rule"]?.text?.isEmpty == false)
                let message = try #require(rule["message"]?.text)
                #expect(message.utf8.count <= 2048 && !message.contains("\n"), "\(message)")
                let fields = (rule["fieldPath"]?.text ?? "").split(separator: ".")
                let target = fields.reduce(Optional(place.schema)) { $0?["properties"]?[String($1)] }
                #expect(target != nil, "\(message)")
            }
        }
    }

    @Test(arguments: PolicyKind.allCases) func `The kind is known under names that kubectl users expect`(kind: PolicyKind) throws {
        let definition = try StructuralSchema(of: kind, in: Self.released).definition
        let names = try #require(definition["spec"]?["names"])
        let singular = try #require(names["singular"]?.text)
        #expect(definition["metadata"]?["name"]?.text == "\(names["plural"]?.text ?? "").podscore.dev")
        #expect(singular == kind.rawValue.lowercased())
        #expect(names["listKind"]?.text == kind.rawValue + "List")
        #expect(names["categories"]?[0]?.text == "podscore", "all is a category of Kubernetes")
        #expect(definition["spec"]?["scope"]?.text == "Cluster")
        let version = try #require(definition["spec"]?["versions"]?[0])
        #expect(PolicyReader.apiVersion == "\(definition["spec"]?["group"]?.text ?? "")/\(version["name"]?.text ?? "")")
        #expect(version["subresources"]?["status"] != nil)
        let columns = (version["additionalPrinterColumns"]?.elements ?? []).filter { $0["priority"] == nil }.map { $0["name"]?.text ?? "" }
        let ofSpec = kind == .policy ? ["Ruleset", "Enforce", "Warn", "Audit"] : ["Expires", "Owner", "Rules", "Minimum"]
        #expect(columns == ofSpec + ["Namespaces", "Ready", "Age"])
    }

    @Test(arguments: PolicyKind.allCases) func `Every column shows a field that exists`(kind: PolicyKind) throws {
        let schema = try StructuralSchema(of: kind, in: Self.released)
        for column in schema.definition["spec"]?["versions"]?[0]?["additionalPrinterColumns"]?.elements ?? [] {
            let path = column["jsonPath"]?.text ?? ""
            if path == ".metadata.creationTimestamp" { continue }
            let names = path.replacing(#"[?(@.type=="Ready")]"#, with: ".items").split(separator: ".")
            let field = names.reduce(Optional(schema.root)) { $1 == "items" ? $0?["items"] : $0?["properties"]?[String($1)] }
            let type = try #require(field?["type"]?.text, "\(path)")
            #expect(column["type"]?.text == (type == "array" ? "string" : type), "\(path)")
        }
    }

    @Test func `The schema rejects nothing that the reader accepts`() throws {
        for document in try ClusterDocuments.all() where document.errors.isEmpty {
            #expect(document.schemaProblems == [], "\(document.text)")
        }
    }

    @Test func `What only the reader rejects has a reason, and each reason is needed`() throws {
        let documents = try ClusterDocuments.all()
        #expect(documents.count > 250)
        #expect(!ClusterDocuments.exceptions.isEmpty)
        for exception in ClusterDocuments.exceptions {
            #expect(documents.contains { $0.rejection == .reader && $0.errors[0].contains(exception.error) }, "\(exception.error)")
            #expect(!exception.reason.isEmpty)
        }
    }

    @Test func `Tests/Cluster/policy-documents.json is up to date; run with PODSCORE_RECORD_DOCUMENTS=1`() throws {
        let current = try ClusterDocuments.json()
        if ProcessInfo.processInfo.environment["PODSCORE_RECORD_DOCUMENTS"] == "1" {
            try current.write(to: ClusterDocuments.file, atomically: true, encoding: .utf8)
        }
        let written = (try? String(contentsOf: ClusterDocuments.file, encoding: .utf8)) ?? ""
        #expect(written == current)
    }
}
