import KubernetesAPI

/// Finds the end of a JSON value that arrives in chunks.
///
/// It follows strings and brackets only; whoever reads the value checks the rest of the grammar.
struct JSONValueScanner: Sendable {
    /// The deepest nesting, in levels; the limit of the JSON reader and of the API server.
    static let depthLimit = 10_000

    private enum Place: Equatable {
        /// Before the first byte.
        case start
        /// Between the strings of an object or array.
        case nested
        case string
        /// Behind a backslash in a string.
        case escape
        /// In a number or a word.
        case plain
    }

    private var place = Place.start
    /// The brackets that close the open objects and arrays.
    private var closings: [UInt8] = []

    /// Scans bytes from an offset on; returns the offset behind the value, or `nil` if it goes on in the next chunk.
    ///
    /// The end of a number or word is only known from the byte behind it, which does not belong to the value.
    mutating func end(in bytes: Span<UInt8>, from start: Int) throws(DecodingFailure) -> Int? {
        var index = start
        while index < bytes.count {
            switch place {
            case .start:
                try begin(bytes[index], at: index)
                index &+= 1
            case .nested:
                index = Self.nextMark(in: bytes, from: index)
                guard index < bytes.count else { return nil }
                try takeMark(bytes[index], at: index)
                index &+= 1
                if closings.isEmpty { return index }
            case .string:
                index = Self.stringStop(in: bytes, from: index)
                guard index < bytes.count else { return nil }
                place = bytes[index] == UInt8(ascii: "\\") ? .escape : .nested
                index &+= 1
                if place == .nested, closings.isEmpty { return index }
            case .escape:
                place = .string
                index &+= 1
            case .plain:
                while index < bytes.count, !Self.endsPlain(bytes[index]) { index &+= 1 }
                return index < bytes.count ? index : nil
            }
        }
        return nil
    }

    private mutating func begin(_ byte: UInt8, at index: Int) throws(DecodingFailure) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): try takeMark(byte, at: index)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            place = .plain
        default: throw DecodingFailure(.unexpectedByte(byte, expected: "a value"), at: .byteOffset(index))
        }
    }

    /// Takes a quote or a bracket.
    private mutating func takeMark(_ byte: UInt8, at index: Int) throws(DecodingFailure) {
        place = .nested
        switch byte {
        case UInt8(ascii: "\""): place = .string
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard closings.count < Self.depthLimit else {
                throw DecodingFailure(.nestingTooDeep(limit: Self.depthLimit), at: .byteOffset(index))
            }
            closings.append(byte == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        default:
            guard closings.popLast() == byte else {
                throw DecodingFailure(.unexpectedByte(byte, expected: "the matching bracket"), at: .byteOffset(index))
            }
        }
    }

    /// The offset of the next quote or bracket.
    private static func nextMark(in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"): return index
            default: index &+= 1
            }
        }
        return index
    }

    /// The offset of the next quote or backslash.
    private static func stringStop(in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") { index &+= 1 }
        return index
    }

    private static func endsPlain(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || JSONWhitespace.contains(byte)
    }
}

/// Bytes that are gathered up to a limit; those beyond it are only counted.
struct BoundedBytes: Sendable {
    /// The gathered bytes.
    private(set) var bytes: [UInt8] = []
    /// The number of all bytes.
    private(set) var count = 0
    private let limit: Int

    /// Starts without bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// Whether bytes were left out.
    var isCut: Bool { count > limit }

    /// Adds the bytes of a range.
    mutating func append(_ span: Span<UInt8>, _ range: Range<Int>) {
        let kept = range.prefix(max(0, limit - count))
        count += range.count
        guard !kept.isEmpty else { return }
        bytes.append(addingCapacity: kept.count) { output in
            for index in kept { output.append(span[index]) }
        }
    }

    /// Adds bytes.
    mutating func append(_ more: [UInt8]) {
        append(more.span, 0..<more.count)
    }

    /// Counts bytes that are not kept.
    mutating func skip(_ count: Int) {
        self.count += count
    }

    /// Returns the bytes and starts again; the memory goes with them.
    mutating func take() -> ReceivedText {
        defer { self = BoundedBytes(limit: limit) }
        return ReceivedText(bytes, byteCount: count)
    }
}
