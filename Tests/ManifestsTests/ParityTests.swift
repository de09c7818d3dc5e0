import Foundation
import KubernetesAPI
import Manifests
import Testing
import YAML

/// The same document has the same model in every format and with every reader.
struct ParityTests {
    /// Decodes an object from bytes of JSON.
    private func fromJSON(_ text: String) throws -> KubernetesObject {
        let bytes = Array(text.utf8)
        var reader = JSONReader(bytes.span)
        reader.start()
        let object = try KubernetesObject(from: &reader)
        try reader.finish()
        return object
    }

    /// Decodes an object from the first node of a YAML text.
    private func fromYAML(_ text: String) throws -> KubernetesObject {
        var stream = YAMLStream(Array(text.utf8))
        return try fromNode(try #require(try stream.next()?.get()))
    }

    /// Decodes an object from a node.
    private func fromNode(_ node: ManifestNode) throws -> KubernetesObject {
        var reader = NodeReader(node)
        return try KubernetesObject(from: &reader)
    }

    /// Compares the results of all readers for a node.
    private func expectParity(_ node: ManifestNode) throws {
        let text = NodeWriter.json(node)
        let object = try fromJSON(text)
        let bytes = Array(text.utf8)
        var parser = JSONNodeParser(bytes.span)
        #expect(try fromNode(try #require(try parser.next())) == object)
        #expect(try fromYAML(text) == object)
        #expect(try fromYAML(NodeWriter.blockYAML(node)) == object)
        #expect(try fromNode(node) == object)
    }

    @Test(
        .enabled(if: !SharedFiles.files(in: "admission-reviews").isEmpty, "../shared/admission-reviews is missing"),
        arguments: SharedFiles.files(in: "admission-reviews").filter { $0.pathExtension == "json" }
    )
    func `The objects of recorded requests are the same from JSON and YAML`(file: URL) throws {
        let bytes = Array(try Data(contentsOf: file))
        var parser = JSONNodeParser(bytes.span)
        let request = try #require(try parser.next())["request"]
        for name in ["object", "oldObject"] {
            guard let node = request?[name], case .object = node.value else { continue }
            try expectParity(node)
        }
    }

    @Test(
        .enabled(if: !SharedFiles.files(in: "kubesec-reference/input").isEmpty, "../shared/kubesec-reference is missing"),
        arguments: SharedFiles.files(in: "kubesec-reference/input")
    )
    func `The manifests of the reference are the same from JSON and YAML`(file: URL) throws {
        for document in ManifestStream(source: file.lastPathComponent, bytes: Array(try Data(contentsOf: file))) {
            if case .object(_, let node) = document.content { try expectParity(node) }
        }
    }

    @Test(arguments: [
        #"{"kind":"Pod","spec":{"hostNetwork":true,"containers":[{"name":"a","securityContext":{"runAsUser":1.5}}]}}"#,
        #"{"kind":"Pod","spec":{"hostNetwork":"true"}}"#, #"{"kind":"Pod","spec":[]}"#, #"{"kind":1}"#, #"[]"#, #""Pod""#, "null",
        #"{"kind":"Pod","spec":{"securityContext":{"runAsUser":99999999999999999999}}}"#,
    ])
    func `All readers reject the same documents for the same reason`(text: String) throws {
        let reason = #expect(throws: DecodingFailure.self) { try fromJSON(text) }?.reason
        #expect(#expect(throws: DecodingFailure.self) { try fromYAML(text) }?.reason == reason)
        #expect(#expect(throws: DecodingFailure.self) { try fromYAML(text.replacing(",", with: " , ")) }?.reason == reason)
    }
}
