import AdmissionPolicy
import Foundation
import KubernetesAPI
import Manifests
import Reports
import Testing

/// Reports by the definitions of their kinds.
struct ReportSchemaTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/crds")

    /// The definitions, by the kind and version of the objects, as schemas that allow no other field.
    private static func schemas() throws -> [String: JSONSchema] {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        var schemas: [String: JSONSchema] = [:]
        for file in files {
            var stream = ManifestStream(source: file.path, bytes: Array(try Data(contentsOf: file)))
            let spec = try #require(stream.next()?.node?["spec"])
            for version in spec["versions"]?.elements ?? [] {
                let root = try #require(version["schema"]?["openAPIV3Schema"])
                let type = "\(spec["group"]?.text ?? "")/\(version["name"]?.text ?? "") \(spec["names"]?["kind"]?.text ?? "")"
                schemas[type] = try JSONSchema(JSONSerialization.data(withJSONObject: closed(root)))
            }
        }
        return schemas
    }

    /// A structural schema without the keywords that restrict nothing; an object with known fields allows no others.
    private static func closed(_ node: ManifestNode) -> Any {
        switch node.value {
        case .object(let members):
            let kept = members.filter { !$0.key.hasPrefix("x-kubernetes-") }.map { ($0.key, closed($0.value)) }
            var object = Dictionary(kept) { first, _ in first }
            if object["properties"] is [String: Any], object["type"] as? String == "object" { object["additionalProperties"] = false }
            return object
        case .array(let elements): return elements.map(closed)
        case .string(let text): return text
        case .integer(let integer): return integer
        case .bool(let isTrue): return isTrue
        case .number, .null: return NSNull()
        }
    }

    private static func object(_ report: ReportObject, _ api: ReportAPI) throws -> (type: String, value: [String: Any]) {
        let bytes = ReportObjectList(api).item(report)
        let value = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        return ("\(value["apiVersion"] ?? "") \(value["kind"] ?? "")", value)
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: folder.path),
            "the folder ../shared with the definitions of reports is missing"
        ),
        arguments: [ReportAPI.openReports, .policyReport],
        ["shop", nil]
    )
    func `A report is one of its definition`(api: ReportAPI, namespace: String?) throws {
        let schemas = try Self.schemas()
        let strict = DecidedPod(
            enforce: DecidedPod.level(9, forbid: ["Privileged"]),
            warn: DecidedPod.level(require: ["RunAsNonRoot"]),
            audit: DecidedPod.level(standard: "restricted")
        )
        for decided in [strict, DecidedPod()] {
            for uid in ["u", ""] {
                let decision = try #require(decided.decision())
                let report = ReportObject(DecidedPod.scope(namespace: namespace, uid: uid), worst: decision, isTemplate: true)
                let (type, value) = try Self.object(report, api)
                let schema = try #require(schemas[type], "no definition of \(type)")
                #expect(schema.problems(of: value) == [])
            }
        }
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: folder.path), "the folder ../shared with the definitions of reports is missing")
    )
    func `The check of a definition finds unknown, missing and wrong fields`() throws {
        let schema = try #require(try Self.schemas()["wgpolicyk8s.io/v1alpha2 PolicyReport"])
        let wrong: [String: Any] = [
            "source": "podscore", "summary": ["fail": "1"], "results": [["result": "bad", "properties": ["score": 1]]],
        ]
        #expect(
            schema.problems(of: wrong).sorted() == [
                "$.results[0].properties.score: no string", "$.results[0].result: not allowed", "$.results[0]: lacks policy",
                "$.summary.fail: no integer", "$: unknown source",
            ]
        )
    }
}
