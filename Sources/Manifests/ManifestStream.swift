import KubernetesAPI
import YAML

/// The documents of one source, YAML or JSON, one after the other; none is dropped, and a broken one doesn't hide the others.
package struct ManifestStream: Sequence, IteratorProtocol {
    /// The two forms of a source.
    private enum Form {
        case yaml(YAMLStream)
        case json(JSONDocuments)
    }

    private let source: String
    private var form: Form
    private var index = 0
    /// Items of a list that wait to be handed out, in reverse order.
    private var pending: [ManifestDocument] = []

    /// Prepares to read a source.
    ///
    /// - Parameters:
    ///   - source: Its name, for messages.
    ///   - bytes: Its content.
    package init(source: String, bytes: [UInt8]) {
        self.source = source
        form = JSONDocuments(bytes).map { .json($0) } ?? .yaml(YAMLStream(bytes))
    }

    /// Reads the next document.
    package mutating func next() -> ManifestDocument? {
        if let item = pending.popLast() { return item }
        guard let result = nextNode() else { return nil }
        defer { index += 1 }
        switch result {
        case .success(let node):
            pending = documents(in: node, itemPath: [], list: nil).reversed()
            return pending.popLast()
        case .failure(let error):
            return ManifestDocument(source: source, index: index, position: error.position, content: .broken(error))
        }
    }

    /// Reads the tree of the next document.
    private mutating func nextNode() -> Result<ManifestNode, ManifestError>? {
        switch form {
        case .yaml(var stream):
            defer { form = .yaml(stream) }
            return stream.next()?.mapError { .yaml($0) }
        case .json(var documents):
            defer { form = .json(documents) }
            return documents.next()?.mapError { .decoding($0) }
        }
    }

    /// Decodes a tree, or the items of a list.
    ///
    /// The path leads to the tree through the lists around it; items of a typed list need not repeat what the list says of them.
    private func documents(in node: ManifestNode, itemPath: [Int], list outer: ManifestList?) -> [ManifestDocument] {
        guard let list = ManifestList(node) else { return [document(in: node, itemPath: itemPath, list: outer)] }
        guard !list.items.isEmpty else {
            return [ManifestDocument(source: source, index: index, itemPath: itemPath, position: node.position, content: .empty)]
        }
        return list.items.enumerated().flatMap { number, item in
            documents(in: item, itemPath: itemPath + [number], list: list)
        }
    }

    /// Decodes a tree that is no list.
    private func document(in node: ManifestNode, itemPath: [Int], list: ManifestList?) -> ManifestDocument {
        ManifestDocument(
            source: source,
            index: index,
            itemPath: itemPath,
            position: node.position,
            content: Self.content(of: node, list: list)
        )
    }

    /// Decodes a tree that is no list.
    private static func content(of node: ManifestNode, list: ManifestList?) -> ManifestDocument.Content {
        if case .null = node.value { return .empty }
        var reader = NodeReader(node)
        do throws(DecodingFailure) {
            let kind = node["kind"] == nil ? list?.itemKind : nil
            var object = try KubernetesObject(from: &reader, as: kind)
            if let kind { object.kind = kind }
            if let list, kind != nil, node["apiVersion"] == nil { object.apiVersion = list.apiVersion }
            return .object(object, node: node)
        } catch {
            return .broken(.decoding(error))
        }
    }
}
