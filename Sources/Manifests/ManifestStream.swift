package import KubernetesAPI
import YAML

/// The documents of one source, YAML or JSON, one after the other; none is dropped, and an invalid one hides no other.
package struct ManifestStream: Sequence, IteratorProtocol, Sendable {
    /// The two forms of a source.
    private enum Form: Sendable {
        case yaml(YAMLStream)
        case json(JSONDocuments)
    }

    private let source: String
    /// The kinds whose Pod templates are read.
    private let workloads: KnownWorkloads
    /// The text in UTF-8.
    private let bytes: [UInt8]
    private var form: Form
    /// The number of the last document.
    private var index = -1
    /// The lists of that document whose items are being read, innermost last.
    private var lists: [OpenList] = []

    /// A tree and its position in the lists around it.
    private struct Item: Sendable {
        let node: ManifestNode
        let path: [Int]
        /// The innermost list, from which items of a typed list get `apiVersion` and `kind`.
        let list: ManifestList?
    }

    /// A list and the number of its next item.
    private struct OpenList: Sendable {
        let list: ManifestList
        /// The position of the list in the lists around it.
        let path: [Int]
        /// The number of the next item.
        var next = 0
    }

    /// Prepares to read a source.
    ///
    /// - Parameters:
    ///   - source: Its name, for messages.
    ///   - bytes: Its content, in UTF-8, or in UTF-16 with a byte order mark.
    ///   - workloads: The kinds whose Pod templates are read.
    package init(source: String, bytes: [UInt8], workloads: KnownWorkloads = .standard) {
        self.source = source
        self.workloads = workloads
        self.bytes = TextEncoding.utf8(bytes)
        form = JSONDocuments(self.bytes).map { .json($0) } ?? .yaml(YAMLStream(self.bytes))
    }

    /// The whole text in UTF-8.
    package var text: [UInt8] { bytes }

    /// The number of bytes of the text in UTF-8 that are read so far; a list is read whole before its first item.
    package var offset: Int {
        switch form {
        case .yaml(let stream): stream.offset
        case .json(let documents): documents.offset
        }
    }

    /// Whether there may be more documents to split off; JSON cannot be split without reading it.
    package var canSplit: Bool {
        switch form {
        case .yaml(let stream): !stream.isAtEnd || !lists.isEmpty
        case .json(let documents): documents.isAtYAML
        }
    }

    /// Splits the next documents off into a new stream without reading them; `nil` if none can be split off.
    ///
    /// Together, they have about that many bytes. The new stream counts its documents from 0.
    package mutating func splitOff(byteCount: Int) -> ManifestStream? {
        if case .json(var documents) = form, documents.isAtYAML, case .yaml(let stream) = documents.next() { form = .yaml(stream) }
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
            let start = offset
            guard let result = nextNode() else { return nil }
            index += 1
            switch result {
            case .success(let node):
                if let document = document(in: Item(node: node, path: [], list: nil)) { return document }
            case .failure(let error):
                let foreignText = ForeignText(Swift.min(start, offset)..<offset, of: bytes, after: error)
                return ManifestDocument(
                    source: source,
                    index: index,
                    position: error.position,
                    content: .invalid(error),
                    foreignText: foreignText
                )
            }
        }
    }

    /// Takes the next item of the innermost list that has one.
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

    /// Decodes a tree, whose items come next; `nil` for a mere list.
    private mutating func document(in item: Item) -> ManifestDocument? {
        if let list = ManifestList(item.node, isItem: !item.path.isEmpty) {
            lists.append(OpenList(list: list, path: item.path))
            guard !list.isMereList else { return nil }
        }
        return ManifestDocument(
            source: source,
            index: index,
            itemPath: item.path,
            position: item.node.position,
            content: content(of: item.node, list: item.list),
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
            let step = documents.next()
            form = .json(documents)
            switch step {
            case nil: return nil
            case .document(let node): return .success(node)
            case .invalid(let failure, let bracket): return .failure(bracket.map { .unclosed(failure, bracket: $0) } ?? .decoding(failure))
            case .yaml(let stream):
                form = .yaml(stream)
                return nextNode()
            }
        }
    }

    /// Decodes a tree that is not a list; a list without items is an ordinary object.
    private func content(of node: ManifestNode, list: ManifestList?) -> ManifestDocument.Content {
        if case .null = node.value { return .empty }
        var object = KubernetesObject()
        if let list, let kind = list.itemKind, node["kind"] == nil {
            object.kind = kind
            if node["apiVersion"] == nil { object.apiVersion = list.apiVersion }
        }
        do throws(DecodingFailure) {
            try object.read(from: node, among: workloads)
            return .object(object, node: node)
        } catch {
            return .invalid(.decoding(error))
        }
    }
}
