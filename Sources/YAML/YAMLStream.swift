package import KubernetesAPI

/// The documents of a YAML stream in order, each read or rejected separately.
///
/// A document is not kept after it was returned, except in UTF-16 text, whose documents are read together. A document with only comments
/// between two markers is a null node; a stream without content has no document.
package struct YAMLStream: Sequence, IteratorProtocol, Sendable {
    private let bytes: [UInt8]
    /// The end of this stream's documents.
    private var end: Int
    private let limits: YAMLLimits
    private let duplicateKeys: DuplicateKeys
    private var splitter = DocumentSplitter()
    /// Documents that were read together, as in UTF-16 text.
    private var together: [Result<ManifestNode, YAMLError>] = []
    /// The number of them that were returned.
    ///
    /// They stay in the list: removing one copies the list if a copy of this stream also holds it.
    private var handedOutCount = 0

    /// Starts to read bytes.
    package init(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits(), duplicateKeys: DuplicateKeys = .refused) {
        self.bytes = bytes
        end = bytes.count
        self.limits = limits
        self.duplicateKeys = duplicateKeys
    }

    /// The bytes of the documents that were returned, or read together with them.
    package var offset: Int { splitter.offset }

    /// Whether all documents were returned or split off.
    package var isAtEnd: Bool { splitter.offset >= end && handedOutCount == together.count }

    /// Splits the next documents off into another stream without reading them: a number of bytes, and the rest of the last document; `nil`
    /// if none is left.
    ///
    /// Only their lines are scanned, so that one thread can split for several threads that read.
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
            // Text behind the end belongs to another stream.
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

/// What to do with a duplicate key.
package enum DuplicateKeys: Sendable {
    /// The document is rejected, as Kubernetes' tools do.
    case refused
    /// Both members are kept, for callers that report them together with other errors.
    case kept
}

/// The limits of one YAML document.
package struct YAMLLimits: Sendable {
    /// The deepest nesting, in levels, with aliases expanded; the same as for JSON, so that both forms of a document are accepted or
    /// rejected.
    package var depth: Int
    /// The most nodes that all aliases of one document may expand to.
    ///
    /// Manifests use aliases for a few labels or resources; a document that multiplies its size by aliases is an attack.
    package var aliasedNodes: Int
    /// The most nodes of a document, including keys; a large document may have one node for each ``bytesPerNode`` of its text.
    ///
    /// No stored object has that many, and a list of objects has about twelve bytes per node. A document of empty values would take a
    /// hundred times the memory of its text.
    package var nodes: Int
    /// The bytes of text for each node in a document with more nodes than ``nodes``.
    static let bytesPerNode = 4

    /// The limits; the defaults suit manifests and policies.
    package init(depth: Int = JSONNodeParser.depthLimit, aliasedNodes: Int = 100_000, nodes: Int = 1_000_000) {
        self.depth = depth
        self.aliasedNodes = aliasedNodes
        self.nodes = nodes
    }
}
