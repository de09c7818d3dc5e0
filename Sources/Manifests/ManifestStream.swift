import KubernetesAPI
import YAML

/// The documents of one source, YAML or JSON, one after the other; none is dropped, and a broken one doesn't hide the others.
package struct ManifestStream: Sequence, IteratorProtocol, Sendable {
    /// The two forms of a source.
    private enum Form: Sendable {
        case yaml(YAMLStream)
        case json(JSONDocuments)
    }

    private let source: String
    private var form: Form
    /// The number of the document read last.
    private var index = -1
    /// The lists of that document whose items are being handed out, the innermost last.
    private var lists: [OpenList] = []

    /// A tree and where it stands in the lists around it.
    private struct Item: Sendable {
        let node: ManifestNode
        let path: [Int]
        /// The innermost list; items of a typed one need not repeat what it says of them.
        let list: ManifestList?
    }

    /// A list and how far it has been handed out.
    private struct OpenList: Sendable {
        let list: ManifestList
        /// Where the list itself stands in the lists around it.
        let path: [Int]
        /// The number of the item that comes next.
        var next = 0
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

    /// How many bytes of the text have been read; all of a list has once its first item is handed out.
    package var offset: Int {
        switch form {
        case .yaml(let stream): stream.offset
        case .json(let documents): documents.offset
        }
    }

    /// Whether documents may be left that can be split off; JSON can't be split without reading it.
    package var canSplit: Bool {
        guard case .yaml(let stream) = form else { return false }
        return !stream.isAtEnd || !lists.isEmpty
    }

    /// Takes the documents that come next off the stream without reading them, as a stream of their own; `nil` when none can be split off.
    ///
    /// They are those whose texts have that many bytes together. The stream that is split off counts its documents from 0.
    package mutating func splitOff(byteCount: Int) -> ManifestStream? {
        guard case .yaml(var stream) = form else { return nil }
        var part = self
        if let documents = stream.splitOff(byteCount: byteCount) {
            part.form = .yaml(documents)
        } else {
            guard !lists.isEmpty else { return nil }
        }
        form = .yaml(stream)
        lists = []
        return part
    }

    /// Reads the next document.
    package mutating func next() -> ManifestDocument? {
        while true {
            if let item = nextItem() {
                if let document = document(in: item) { return document }
                continue
            }
            guard let result = nextNode() else { return nil }
            index += 1
            switch result {
            case .success(let node):
                if let document = document(in: Item(node: node, path: [], list: nil)) { return document }
            case .failure(let error):
                return ManifestDocument(source: source, index: index, position: error.position, content: .broken(error))
            }
        }
    }

    /// Takes the next item out of the innermost list that has one left.
    private mutating func nextItem() -> Item? {
        while var open = lists.popLast() {
            guard open.next < open.list.items.count else { continue }
            let item = Item(node: open.list.items[open.next], path: open.path + [open.next], list: open.list)
            open.next += 1
            lists.append(open)
            return item
        }
        return nil
    }

    /// Decodes a tree; `nil` when it is a list with items, which are handed out next.
    private mutating func document(in item: Item) -> ManifestDocument? {
        if let list = ManifestList(item.node), !list.items.isEmpty {
            lists.append(OpenList(list: list, path: item.path))
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
