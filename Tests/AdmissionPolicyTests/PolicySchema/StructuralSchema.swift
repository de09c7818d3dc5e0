import KubernetesAPI
import PodScoring
import YAML

@testable import AdmissionPolicy

/// The structural schema of a CRD, applied as an API server applies it with strict field validation.
struct StructuralSchema {
    /// The CRD.
    let definition: ManifestNode
    /// The schema of a whole object.
    let root: ManifestNode

    private static let nothing = ManifestNode(.null, at: Position(line: 1, column: 1))

    /// Reads the schema from the CRD of a kind.
    init(of kind: PolicyKind, in schema: PolicySchema) throws {
        var json = JSONWriter()
        schema.writeCRD(of: kind, to: &json)
        var stream = YAMLStream(json.bytes)
        definition = try stream.next()?.get() ?? Self.nothing
        root = definition["spec"]?["versions"]?[0]?["schema"]?["openAPIV3Schema"] ?? Self.nothing
    }

    /// The fields that are wrong, each with the reason, such as `spec.enforce.minimumScore: maximum`; empty if the schema accepts the object.
    ///
    /// Unknown and duplicate fields come first and alone, since an API server then looks no further.
    func problems(with object: ManifestNode) -> [String] {
        let duplicates = Self.duplicates(in: object, at: "")
        let found = duplicates + metadataProblems(with: object["metadata"]) + problemsBesideMetadata(with: object)
        let strict = found.filter { $0.hasSuffix(": unknown") || $0.hasSuffix(": duplicate") }
        return strict.isEmpty ? found : strict
    }

    private func problemsBesideMetadata(with object: ManifestNode) -> [String] {
        guard case .object(let members) = object.value else { return [": type"] }
        let others = ManifestNode(.object(members.filter { $0.key != "metadata" && $0.key != "status" }), at: object.position)
        return JSONSchema(structural: root).problems(with: Self.withoutNull(others)).map { String($0.dropFirst()) }
    }

    /// The problems of the metadata, of which the CRD may only describe the name; errors of Kubernetes call it ObjectMeta.
    private func metadataProblems(with metadata: ManifestNode?) -> [String] {
        guard let metadata else { return ["name: required"] }
        guard case .object(let members) = metadata.value else { return ["ObjectMeta: type"] }
        let known = ["name", "namespace", "generateName", "labels", "annotations", "finalizers", "ownerReferences"]
        var problems = members.filter { !known.contains($0.key) }.map { "metadata.\($0.key): unknown" }
        for field in ["labels", "annotations"] {
            guard let values = metadata[field] else { continue }
            let areTexts = if case .object(let members) = values.value { members.allSatisfy { $0.value.text != nil } } else { false }
            if !areTexts { problems.append("ObjectMeta: type") }
        }
        guard let name = metadata["name"], let schema = root["properties"]?["metadata"]?["properties"]?["name"] else {
            return problems + ["name: required"]
        }
        guard let text = name.text else { return problems + ["ObjectMeta: type"] }
        if text.isEmpty { return problems + ["name: required"] }
        return problems + JSONSchema(structural: schema).problems(with: name).map { "metadata.name" + $0 }
    }

    /// The fields that an object has twice.
    private static func duplicates(in value: ManifestNode, at path: String) -> [String] {
        switch value.value {
        case .array(let elements): return elements.enumerated().flatMap { duplicates(in: $1, at: "\(path)[\($0)]") }
        case .object(let members):
            var keys: Set<String> = []
            return members.flatMap { member in
                let inner = path.isEmpty ? member.key : "\(path).\(member.key)"
                return (keys.insert(member.key).inserted ? [] : ["\(member.key): duplicate"]) + duplicates(in: member.value, at: inner)
            }
        default: return []
        }
    }

    /// The value as an API server validates it: without fields that are null, and with 7.0 as the integer 7.
    static func withoutNull(_ value: ManifestNode) -> ManifestNode {
        switch value.value {
        case .array(let elements): return ManifestNode(.array(elements.map(withoutNull)), at: value.position)
        case .object(let members):
            let kept = members.compactMap { member -> ManifestNode.Member? in
                if case .null = member.value.value { return nil }
                return ManifestNode.Member(key: member.key, keyPosition: member.keyPosition, value: withoutNull(member.value))
            }
            return ManifestNode(.object(kept), at: value.position)
        case .number(let text):
            guard let number = Double(text), let integer = Int64(exactly: number) else { return value }
            return ManifestNode(.integer(integer), at: value.position)
        default: return value
        }
    }
}
