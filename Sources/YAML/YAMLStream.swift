package import KubernetesAPI

/// The documents of a YAML stream, one after the other, each read or refused on its own.
///
/// Nothing is kept of a document once it has been handed out, but in text in UTF-16, whose documents are read together. A document that is
/// only comments between two markers is a null node; a stream without any content has no document.
package struct YAMLStream: Sequence, IteratorProtocol, Sendable {
    private let bytes: [UInt8]
    /// Where the documents end that are this stream's.
    private var end: Int
    private let limits: YAMLLimits
    private let duplicateKeys: DuplicateKeys
    private var splitter = DocumentSplitter()
    /// Documents that were read together, as those of text in UTF-16 are.
    private var together: [Result<ManifestNode, YAMLError>] = []
    /// How many of them have been handed out.
    ///
    /// They stay in the list meanwhile: to take one out copies the list as often as a copy of this stream holds it, too.
    private var handedOutCount = 0

    /// Prepares to read these bytes.
    package init(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits(), duplicateKeys: DuplicateKeys = .refused) {
        self.bytes = bytes
        end = bytes.count
        self.limits = limits
        self.duplicateKeys = duplicateKeys
    }

    /// How many bytes the documents take that have been handed out, or were read together with them.
    package var offset: Int { splitter.offset }

    /// Whether all documents have been handed out or split off.
    package var isAtEnd: Bool { splitter.offset >= end && handedOutCount == together.count }

    /// Takes the documents that come next off the stream without reading them, as a stream of their own: those whose texts have that many
    /// bytes together, and the rest of the last one; `nil` when none is left.
    ///
    /// Nothing but their lines is looked at, so that several threads can read what one splits.
    package mutating func splitOff(byteCount: Int) -> YAMLStream? {
        guard !isAtEnd else { return nil }
        var part = self
        let text = bytes
        let goal = Swift.min(splitter.offset + byteCount, end)
        while splitter.offset < goal, splitter.next(in: text.span) != nil {}
        part.end = splitter.offset
        (together, handedOutCount) = ([], 0)
        return part
    }

    /// Reads the next document.
    package mutating func next() -> Result<ManifestNode, YAMLError>? {
        let text = bytes
        while handedOutCount == together.count {
            (together, handedOutCount) = ([], 0)
            // What stands behind the end belongs to somebody else.
            guard splitter.offset < end, let piece = splitter.next(in: text.span) else { return nil }
            if let position = piece.nullPosition { return .success(ManifestNode(.null, at: position)) }
            let documents = documents(in: text.span.extracting(piece.range), firstLine: piece.firstLine)
            guard documents.count != 1 else { return documents[0] }
            together = documents
        }
        defer { handedOutCount += 1 }
        return together[handedOutCount]
    }

    /// Reads the documents of one piece.
    private func documents(in bytes: Span<UInt8>, firstLine: Int) -> [Result<ManifestNode, YAMLError>] {
        var documents: [Result<ManifestNode, YAMLError>] = []
        do throws(YAMLError) {
            var builder = NodeBuilder(try YAMLEvents(bytes, firstLine: firstLine), limits: limits, duplicateKeys: duplicateKeys)
            while let node = try builder.nextDocument() { documents.append(.success(node)) }
        } catch {
            documents.append(.failure(error))
        }
        return documents
    }
}

/// What becomes of a key that its mapping has already.
package enum DuplicateKeys: Sendable {
    /// The document is refused, as Kubernetes' tools do it.
    case refused
    /// Both members are kept, for who reports them together with whatever else is wrong.
    case kept
}

/// How much one YAML document may ask for.
package struct YAMLLimits: Sendable {
    /// The deepest nesting accepted, in levels, aliases expanded; the same as for JSON, so that both forms of a document are read or refused.
    package var depth: Int
    /// The most nodes that the aliases of one document may stand for, all together.
    ///
    /// Manifests use aliases for a few labels or resources; a document that multiplies its size through them is an attack.
    package var aliasedNodes: Int
    /// The most nodes, keys counted too, of any document but a large one; a large one may have as many as its text has ``bytesPerNode``.
    ///
    /// Nothing that a cluster stores comes near, and a list of many objects has some twelve bytes a node; a document of nothing but empty
    /// values takes a hundred times the memory of its text.
    package var nodes: Int
    /// How many bytes of text a node needs in a document that has more nodes than ``nodes``.
    static let bytesPerNode = 4

    /// The limits; the defaults suit manifests and policies.
    package init(depth: Int = JSONNodeParser.depthLimit, aliasedNodes: Int = 100_000, nodes: Int = 1_000_000) {
        self.depth = depth
        self.aliasedNodes = aliasedNodes
        self.nodes = nodes
    }
}
