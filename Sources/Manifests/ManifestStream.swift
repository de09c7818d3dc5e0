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
    /// The number of the document read last.
    private var index = -1
    /// The trees of that document that wait to be decoded, in reverse order.
    private var pending: [Item] = []

    /// A tree and where it stands in the lists around it.
    private struct Item {
        let node: ManifestNode
        let path: [Int]
        /// The innermost list; items of a typed one need not repeat what it says of them.
        let list: ManifestList?
    }

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
        while true {
            if let item = pending.popLast() {
                if let document = document(in: item) { return document }
                continue
            }
            guard let result = nextNode() else { return nil }
            index += 1
            switch result {
            case .success(let node):
                pending.append(Item(node: node, path: [], list: nil))
            case .failure(let error):
                return ManifestDocument(source: source, index: index, position: error.position, content: .broken(error))
            }
        }
    }

    /// Decodes a tree; `nil` when it is a list with items, which then wait.
    private mutating func document(in item: Item) -> ManifestDocument? {
        if let list = ManifestList(item.node), !list.items.isEmpty {
            for (number, node) in list.items.enumerated().reversed() {
                pending.append(Item(node: node, path: item.path + [number], list: list))
            }
            return nil
        }
        return ManifestDocument(
            source: source,
            index: index,
            itemPath: item.path,
            position: item.node.position,
            content: Self.content(of: item.node, list: item.list),
            node: item.node
        )
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

    /// Decodes a tree that is no list, or one without items, which is an object like any other.
    private static func content(of node: ManifestNode, list: ManifestList?) -> ManifestDocument.Content {
        if case .null = node.value { return .empty }
        do throws(DecodingFailure) {
            let kind = node["kind"] == nil ? list?.itemKind : nil
            var object = try KubernetesObject(from: node, as: kind)
            if let kind { object.kind = kind }
            if let list, kind != nil, node["apiVersion"] == nil { object.apiVersion = list.apiVersion }
            return .object(object, node: node)
        } catch {
            return .broken(.decoding(error))
        }
    }
}
