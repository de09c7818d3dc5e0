package import KubernetesAPI

/// Reads where the values of a YAML text stand, for edits of the text.
package enum YAMLText {
    /// The documents of a text, in order, without those that cannot be read; none for UTF-16, whose bytes are not the text's.
    ///
    /// Reading begins at an offset, which is on the line with that number.
    package static func documents(in bytes: [UInt8], at offset: Int = 0, line: Int = 1) -> [TextDocument] {
        guard TextEncoding.highByte(ofUTF16: bytes) == nil else { return [] }
        var documents: [TextDocument] = []
        var splitter = DocumentSplitter(at: offset, line: line)
        while let piece = splitter.next(in: bytes.span) {
            guard piece.nullPosition == nil, piece.doubtfulMarker == nil else { continue }
            do throws(YAMLError) {
                let events = try YAMLEvents(bytes.span.extracting(piece.range), firstLine: piece.firstLine)
                var reader = TextNodeReader(events, bytes.span.extracting(piece.range), offset: piece.range.lowerBound)
                while let document = try reader.nextDocument() { documents.append(document) }
            } catch {
                // The document has no place then, so it stays as it is.
                continue
            }
        }
        return documents
    }
}

/// Builds the nodes of one piece of YAML text.
private struct TextNodeReader: ~Copyable, ~Escapable {
    private var events: YAMLEvents
    private var kind = YAMLEvents.Kind.streamStart
    private var cursor: CharacterCursor
    private var aliasedAnchors: Set<String> = []
    private var depth = 0

    /// Starts before the first event; `offset` is that of the piece in the whole text.
    @_lifetime(copy events, copy bytes)
    init(_ events: consuming YAMLEvents, _ bytes: Span<UInt8>, offset: Int) {
        self.events = events
        cursor = CharacterCursor(bytes, offset: offset)
    }

    /// Reads the next document; `nil` at the end.
    mutating func nextDocument() throws(YAMLError) -> TextDocument? {
        while kind == .streamStart { try advance() }
        guard kind == .documentStart else { return nil }
        aliasedAnchors = []
        try advance()
        let root = try node()
        try advance()
        return TextDocument(root: root, aliasedAnchors: aliasedAnchors)
    }

    private mutating func advance() throws(YAMLError) {
        kind = try events.next()
    }

    private mutating func node() throws(YAMLError) -> TextNode {
        guard depth < YAMLLimits().depth else { throw YAMLError(.nestingTooDeep(limit: depth), at: events.position) }
        depth += 1
        defer { depth -= 1 }
        let (position, range, anchor) = (events.position, currentRange(), events.anchor(of: kind))
        let isTagged = events.isTagged(kind)
        switch kind {
        case .alias:
            if let anchor { aliasedAnchors.insert(anchor) }
            try advance()
            return TextNode(.alias, range, at: position)
        case .scalar:
            let style = scalarStyle(in: range)
            try advance()
            return TextNode(.scalar(style), range, at: position, anchor: anchor, isTagged: isTagged)
        case .sequenceStart:
            let isFlow = events.isFlow(kind)
            let (elements, end) = try sequence(from: range.upperBound, isFlow: isFlow)
            return TextNode(.sequence(elements, isFlow: isFlow), range.lowerBound..<end, at: position, anchor: anchor, isTagged: isTagged)
        case .mappingStart:
            let isFlow = events.isFlow(kind)
            let (members, end) = try mapping(from: range.upperBound, isFlow: isFlow)
            return TextNode(.mapping(members, isFlow: isFlow), range.lowerBound..<end, at: position, anchor: anchor, isTagged: isTagged)
        default:
            throw YAMLError(.unexpectedEvent, at: position)
        }
    }

    /// Reads the elements, and finds the end: behind the bracket, or behind the last element.
    private mutating func sequence(from start: Int, isFlow: Bool) throws(YAMLError) -> (elements: [TextNode], end: Int) {
        var (elements, end): ([TextNode], Int) = ([], start)
        try advance()
        while kind != .sequenceEnd {
            let element = try node()
            end = max(end, element.range.upperBound)
            elements.append(element)
        }
        if isFlow { end = currentRange().upperBound }
        try advance()
        return (elements, end)
    }

    /// Reads the members, and finds the end: behind the brace, or behind the last value.
    private mutating func mapping(from start: Int, isFlow: Bool) throws(YAMLError) -> (members: [TextNode.Member], end: Int) {
        var (members, end): ([TextNode.Member], Int) = ([], start)
        try advance()
        while kind != .mappingEnd {
            guard kind == .scalar else { throw YAMLError(.keyNotScalar, at: events.position) }
            let key = String(decoding: [UInt8](copying: events.scalarBytes), as: UTF8.self)
            let (keyRange, isMerge) = (currentRange(), key == "<<" && events.isPlain)
            try advance()
            let value = try node()
            end = max(end, value.range.upperBound)
            members.append(TextNode.Member(key: key, keyRange: keyRange, isMerge: isMerge, value: value))
        }
        if isFlow { end = currentRange().upperBound }
        try advance()
        return (members, end)
    }

    /// The bytes of the current event in the whole text.
    private mutating func currentRange() -> Range<Int> {
        let characters = events.characters
        let start = cursor.offset(ofCharacter: characters.lowerBound)
        return start..<max(start, cursor.offset(ofCharacter: characters.upperBound))
    }

    private func scalarStyle(in range: Range<Int>) -> TextNode.ScalarStyle {
        switch events.scalarStyle {
        case .block: .block(keepsBreaks: cursor.headerKeepsBreaks(from: range.lowerBound))
        case let style: style
        }
    }
}

/// Finds the bytes of the characters by which libyaml counts.
private struct CharacterCursor: ~Escapable {
    private let bytes: Span<UInt8>
    /// The offset of the bytes in the whole text.
    private let start: Int
    private var character = 0
    private var index: Int

    /// Starts before the first character; libyaml does not count a byte order mark.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, offset: Int) {
        self.bytes = bytes
        start = offset
        index = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
    }

    /// The offset of a character in the whole text; the cost is the distance from the character asked for last.
    mutating func offset(ofCharacter wanted: Int) -> Int {
        while character < wanted, index < bytes.count {
            index += 1
            while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
            character += 1
        }
        while character > wanted, index > 0 {
            index -= 1
            while index > 0, bytes[index] & 0xC0 == 0x80 { index -= 1 }
            character -= 1
        }
        return start + index
    }

    /// Whether the first line of a block scalar has a `+`.
    func headerKeepsBreaks(from offset: Int) -> Bool {
        var index = offset - start
        while index < bytes.count, LineBreak.length(at: index, in: bytes) == 0, bytes[index] != UInt8(ascii: "#") {
            if bytes[index] == UInt8(ascii: "+") { return true }
            index += 1
        }
        return false
    }
}
