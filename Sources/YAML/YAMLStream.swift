package import KubernetesAPI

/// The documents of a YAML stream in order, each read or rejected separately.
///
/// A document is not kept after it was returned. A document with only comments between two markers is a null node; a stream without content
/// has no document.
package struct YAMLStream: Sequence, IteratorProtocol, Sendable {
    /// The text in UTF-8.
    private let bytes: [UInt8]
    /// The end of this stream's documents.
    private var end: Int
    private let limits: YAMLLimits
    private let duplicateKeys: DuplicateKeys
    private var splitter: DocumentSplitter

    /// Starts to read bytes in UTF-8, or in UTF-16 with a byte order mark.
    package init(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits(), duplicateKeys: DuplicateKeys = .refused) {
        self.bytes = TextEncoding.utf8(bytes)
        end = self.bytes.count
        self.limits = limits
        self.duplicateKeys = duplicateKeys
        splitter = DocumentSplitter()
    }

    /// Starts to read a text in UTF-8 at an offset, which is on the line with that number.
    package init(_ bytes: [UInt8], at offset: Int, line: Int) {
        self.bytes = bytes
        end = bytes.count
        limits = YAMLLimits()
        duplicateKeys = .refused
        splitter = DocumentSplitter(at: offset, line: line)
    }

    /// The offset in the text, in UTF-8, behind the documents that were returned.
    package var offset: Int { splitter.offset }

    /// The number of the line at the offset.
    package var line: Int { splitter.line }

    /// Whether all documents were returned or split off.
    package var isAtEnd: Bool { splitter.offset >= end }

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
        return part
    }

    /// Reads the next document.
    package mutating func next() -> Result<ManifestNode, YAMLError>? {
        let text = bytes
        // Text behind the end belongs to another stream.
        while splitter.offset < end, let piece = splitter.next(in: text.span) {
            if let position = piece.nullPosition { return .success(ManifestNode(.null, at: position)) }
            if let position = piece.doubtfulMarker { return .failure(YAMLError(.doubtfulMarker, at: position)) }
            let piece = (bytes: text.span.extracting(piece.range), line: piece.firstLine)
            do throws(YAMLError) {
                guard let node = try document(in: piece.bytes, firstLine: piece.line) else { continue }
                return .success(node)
            } catch {
                guard ToleratedSpelling.isCause(of: error, in: piece.bytes, firstLine: piece.line) else { return .failure(error) }
                return tolerantly(reading: piece.bytes, firstLine: piece.line, after: error)
            }
        }
        return nil
    }

    /// Reads the document of one piece; `nil` if it contains only comments.
    private func document(in bytes: Span<UInt8>, firstLine: Int) throws(YAMLError) -> ManifestNode? {
        var builder = NodeBuilder(try YAMLEvents(bytes, firstLine: firstLine), limits: limits, duplicateKeys: duplicateKeys)
        guard let node = try builder.nextDocument() else { return nil }
        // The splitter knows all markers, so there is no second document; its errors are errors of this one.
        guard try builder.nextDocument() == nil else { throw YAMLError(.unexpectedEvent, at: node.position) }
        return node
    }

    /// Reads a document again that failed because of a ``ToleratedSpelling``, as often as it has such spellings.
    private func tolerantly(reading bytes: Span<UInt8>, firstLine: Int, after failure: YAMLError) -> Result<ManifestNode, YAMLError> {
        let unreadable = YAMLError(.unreadableSpelling, at: failure.position)
        guard var spelling = ToleratedSpelling(in: bytes, firstLine: firstLine) else { return .failure(unreadable) }
        var failure = failure
        for _ in 0..<ToleratedSpelling.attemptLimit {
            guard spelling.replace(after: failure) else { break }
            do throws(YAMLError) {
                guard let node = try document(in: spelling.bytes.span, firstLine: firstLine) else { break }
                return .success(spelling.restored(node))
            } catch {
                failure = error
                guard ToleratedSpelling.isCause(of: error, in: spelling.bytes.span, firstLine: firstLine) else { return .failure(error) }
            }
        }
        return .failure(unreadable)
    }
}

/// The treatment of a duplicate key.
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
    /// The nodes that aliases may expand to in a short document; each byte of the document adds one, up to ``aliasedNodes``.
    ///
    /// Otherwise a text of many short documents would take twenty times as long as its bytes do.
    static let aliasedNodesOfShortDocument = 4_096

    /// The limits; the defaults suit manifests and policies.
    package init(depth: Int = JSONNodeParser.depthLimit, aliasedNodes: Int = 100_000, nodes: Int = 1_000_000) {
        self.depth = depth
        self.aliasedNodes = aliasedNodes
        self.nodes = nodes
    }
}
