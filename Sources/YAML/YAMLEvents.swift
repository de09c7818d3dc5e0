import CLibYAML
import KubernetesAPI

/// The events of one piece of YAML text; the only owner of libyaml's parser and event.
// Safety: parser and event are private, have stable addresses, and are deleted once.
@safe
struct YAMLEvents: ~Copyable, ~Escapable {
    /// The kinds of events.
    enum Kind {
        case streamStart, streamEnd
        case documentStart, documentEnd
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
        case scalar, alias
    }

    private let bytes: Span<UInt8>
    private let firstLine: Int
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>

    /// The most `%TAG` lines of a text: libyaml compares each with all before it, which takes quadratic time.
    private static let tagDirectiveLimit = 64

    /// Starts to read a text whose first line has a number; throws if memory is short or the text is certainly an attack.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, firstLine: Int) throws(YAMLError) {
        self.bytes = bytes
        self.firstLine = firstLine
        // Safety: both structures get an address of their own for as long as this value lives, and are zeroed, which libyaml's
        // functions for deleting them accept.
        unsafe parser = .allocate(capacity: 1)
        unsafe event = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe event.initialize(to: yaml_event_t())
        guard unsafe yaml_parser_initialize(parser) != 0 else {
            throw YAMLError(.outOfMemory, at: Position(line: firstLine, column: 1))
        }
        // Safety: the parser reads these bytes while events are asked for; the span beside it keeps them in place for that long.
        unsafe bytes.withUnsafeBufferPointer { unsafe yaml_parser_set_input_string(parser, $0.baseAddress, $0.count) }
        try Self.checkTagDirectives(in: bytes, firstLine: firstLine)
    }

    deinit {
        // Safety: the last use of both; what libyaml allocated goes first.
        unsafe yaml_event_delete(event)
        unsafe yaml_parser_delete(parser)
        unsafe event.deallocate()
        unsafe parser.deallocate()
    }

    /// Steps to the next event.
    mutating func next() throws(YAMLError) -> Kind {
        // Safety: the event is ours; deleting it zeroes it, so that deleting it again is harmless.
        unsafe yaml_event_delete(event)
        guard unsafe yaml_parser_parse(parser, event) != 0 else { throw failure() }
        switch unsafe event.pointee.type {
        case YAML_SCALAR_EVENT: return .scalar
        case YAML_MAPPING_START_EVENT: return .mappingStart
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_SEQUENCE_START_EVENT: return .sequenceStart
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_ALIAS_EVENT: return .alias
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_STREAM_START_EVENT: return .streamStart
        // After the end, libyaml returns empty events.
        default: return .streamEnd
        }
    }

    /// The length of the text.
    var byteCount: Int { bytes.count }

    /// The position of the current event.
    var position: Position {
        // Safety: the event is ours and initialized.
        unsafe position(of: event.pointee.start_mark)
    }

    /// The text of the current scalar.
    ///
    /// Use it only for a scalar event.
    var scalarBytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // Safety: libyaml's pointer and length describe the bytes, which stay until the event is deleted by a mutating call.
            let buffer = unsafe UnsafeBufferPointer(start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length)
            return unsafe _overrideLifetime(buffer.span, borrowing: self)
        }
    }

    /// The characters of the current event, counted from the beginning of the text.
    var characters: Range<Int> {
        // Safety: the event is ours and initialized.
        let (start, end) = unsafe (Int(event.pointee.start_mark.index), Int(event.pointee.end_mark.index))
        return start..<max(start, end)
    }

    /// How the current scalar is written; a block scalar is taken for one that does not keep its last line breaks.
    var scalarStyle: TextNode.ScalarStyle {
        // Safety: only asked of a scalar event.
        switch unsafe event.pointee.data.scalar.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block(keepsBreaks: false)
        default: .plain
        }
    }

    /// Whether the current sequence or mapping is written between brackets or braces.
    func isFlow(_ kind: Kind) -> Bool {
        // Safety: the kind says which member of the union holds.
        switch kind {
        case .sequenceStart: unsafe event.pointee.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
        case .mappingStart: unsafe event.pointee.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
        default: false
        }
    }

    /// Whether the current value has a tag.
    func isTagged(_ kind: Kind) -> Bool {
        // Safety: the kind says which member of the union holds.
        switch kind {
        case .scalar: unsafe event.pointee.data.scalar.tag != nil
        case .sequenceStart: unsafe event.pointee.data.sequence_start.tag != nil
        case .mappingStart: unsafe event.pointee.data.mapping_start.tag != nil
        default: false
        }
    }

    /// Whether the current scalar is plain and has no tag, so that its text decides its type.
    var isPlain: Bool {
        // Safety: only asked of a scalar event.
        unsafe event.pointee.data.scalar.plain_implicit != 0
    }

    /// The full tag of the current scalar; `nil` without one.
    var scalarTag: String? {
        // Safety: only asked of a scalar event; libyaml's strings end with a zero.
        unsafe event.pointee.data.scalar.tag.map { unsafe String(cString: $0) }
    }

    /// The anchor of the current event, or for an alias the anchor that it refers to.
    func anchor(of kind: Kind) -> String? {
        // Safety: the kind says which member of the union holds; libyaml's strings end with a zero.
        let name =
            switch kind {
            case .scalar: unsafe event.pointee.data.scalar.anchor
            case .sequenceStart: unsafe event.pointee.data.sequence_start.anchor
            case .mappingStart: unsafe event.pointee.data.mapping_start.anchor
            case .alias: unsafe event.pointee.data.alias.anchor
            default: unsafe UnsafeMutablePointer<yaml_char_t>?.none
            }
        return unsafe name.map { unsafe String(cString: $0) }
    }
}

extension YAMLEvents {
    /// Converts a position of libyaml, which counts from zero.
    private func position(of mark: yaml_mark_t) -> Position {
        Position(line: firstLine + Int(mark.line), column: Int(mark.column) + 1)
    }

    /// Builds the error from the parser's message.
    private func failure() -> YAMLError {
        // Safety: the parser is ours; its texts are constants of libyaml or null.
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "not readable as YAML"
        switch unsafe parser.pointee.error {
        case YAML_MEMORY_ERROR:
            return YAMLError(.outOfMemory, at: Position(line: firstLine, column: 1))
        case YAML_READER_ERROR:
            let offset = unsafe Int(parser.pointee.problem_offset)
            return YAMLError(.encoding(problem: problem), at: LineBreaks.position(of: offset, in: bytes, firstLine: firstLine))
        default:
            let position = unsafe position(of: parser.pointee.problem_mark)
            let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) }
            if let context, let bracket = openBracket(in: context) {
                return YAMLError(.unfinishedCollection(problem: problem, bracket: bracket), at: position)
            }
            let line = unsafe self.position(of: parser.pointee.context_mark).line
            return YAMLError(.syntax(problem: problem, context: context.map { "\($0) from line \(line)" }), at: position)
        }
    }

    /// The position of the bracket that is open where the parser failed; `nil` if it did not fail in a flow mapping or flow sequence.
    private func openBracket(in context: String) -> Position? {
        switch context {
        case "while parsing a flow mapping", "while parsing a flow sequence":
            return unsafe position(of: parser.pointee.context_mark)
        case "while parsing a flow node":
            // Safety: the stack is the parser's; its top is behind its last element, so there is one below it if the stack is not empty.
            let marks = unsafe parser.pointee.marks
            return unsafe marks.top > marks.start ? position(of: marks.top[-1]) : nil
        default:
            return nil
        }
    }

    /// Rejects a text with too many `%TAG` directives.
    private static func checkTagDirectives(in bytes: Span<UInt8>, firstLine: Int) throws(YAMLError) {
        var count = 0
        var index = bytes.offset(of: UInt8(ascii: "%"), from: 0)
        while index < bytes.count {
            if isTagDirective(at: index, in: bytes) { count += 1 }
            guard count <= tagDirectiveLimit else { break }
            index = bytes.offset(of: UInt8(ascii: "%"), from: index + 1)
        }
        guard count > tagDirectiveLimit else { return }
        let position = LineBreaks.position(of: index, in: bytes, firstLine: firstLine)
        throw YAMLError(.tooManyTagDirectives(limit: tagDirectiveLimit), at: position)
    }

    /// Tells whether a percent sign can begin a `%TAG` line: behind a line break of YAML 1.1 or a byte order mark.
    private static func isTagDirective(at index: Int, in bytes: Span<UInt8>) -> Bool {
        guard index + 3 < bytes.count, bytes[index + 1] == UInt8(ascii: "T"), bytes[index + 2] == UInt8(ascii: "A"),
            bytes[index + 3] == UInt8(ascii: "G")
        else { return false }
        guard index > 0 else { return true }
        switch bytes[index - 1] {
        case 0x0A, 0x0D, 0x85, 0xA8, 0xA9, 0xBF: return true
        default: return false
        }
    }
}
