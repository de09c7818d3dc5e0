package import KubernetesAPI

/// Finds the items in the chunks of a list, so that no more than one item is held.
///
/// The work is in proportion to the bytes, however they are cut. Items are not checked beyond their brackets and strings; their reader does
/// that. The frame around them is checked, and without its end there is no list: see ``finish()``.
package struct ListSplitter: Sendable {
    /// The most bytes of a key, or of a value beside the items.
    static let factByteLimit = 1 << 16

    /// A place in the list.
    private enum Place: Equatable {
        case start
        case keyOrEnd, key, inKey, colon
        case value, inValue, commaOrEnd
        case itemOrEnd, item, inItem, itemCommaOrEnd
        case end

        /// The bytes that are allowed here, for messages.
        var expectation: String {
            switch self {
            case .start: "'{'"
            case .keyOrEnd: "a key or '}'"
            case .key, .inKey: "a key"
            case .colon: "':'"
            case .value, .inValue, .item, .inItem: "a value"
            case .commaOrEnd: "',' or '}'"
            case .itemOrEnd: "a value or ']'"
            case .itemCommaOrEnd: "',' or ']'"
            case .end: "the end"
            }
        }
    }

    private var place = Place.start
    /// The member of the list whose key was read last; `nil` for one that is skipped.
    private var member: ListMember?
    private var seen: Set<ListMember> = []
    private var scanner = JSONValueScanner()
    private var text = BoundedBytes(limit: 0)
    private var facts = ListFacts()
    /// The bytes before the current chunk.
    private var offset = 0
    private let itemByteLimit: Int

    /// Starts before the first byte; `itemByteLimit` is the largest item that is given out whole, in bytes.
    package init(itemByteLimit: Int = ReceivedText.byteLimit) {
        self.itemByteLimit = itemByteLimit
    }

    /// Takes the next chunk, and gives out each item that it ends.
    package mutating func consume(_ bytes: Span<UInt8>, giving use: (ReceivedText) -> Void) throws(DecodingFailure) {
        do throws(DecodingFailure) {
            var index = 0
            while index < bytes.count { try step(bytes, &index, use) }
        } catch {
            // Offsets of failures count from the beginning of the list.
            guard case .byteOffset(let inChunk) = error.location else { throw error }
            throw DecodingFailure(error.reason, at: .byteOffset(offset + inChunk))
        }
        offset += bytes.count
    }

    /// Checks that the list is complete, and returns what stands beside its items.
    ///
    /// Throws if the text ended early, or lacks `items` or `metadata.resourceVersion`.
    package func finish() throws(DecodingFailure) -> ListFacts {
        let end = DecodingFailure.Location.byteOffset(offset)
        guard place == .end else { throw DecodingFailure(.unexpectedEnd, at: end) }
        guard seen.contains(.items) else { throw DecodingFailure(.missingField("items"), at: end) }
        guard !facts.resourceVersion.isEmpty else { throw DecodingFailure(.missingField("metadata.resourceVersion"), at: end) }
        return facts
    }

    private mutating func step(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        _ use: (ReceivedText) -> Void
    ) throws(DecodingFailure) {
        switch place {
        case .inKey, .inValue, .inItem:
            let stop = try scanner.end(in: bytes, from: index)
            text.append(bytes, index..<(stop ?? bytes.count))
            index = stop ?? bytes.count
            if stop != nil { try endText(at: index, use) }
        default:
            // The first byte of a key, value or item is taken by the scanner.
            if JSONWhitespace.contains(bytes[index]) {
                index += 1
            } else if try takesFrameByte(bytes[index], at: index) {
                index += 1
            }
        }
    }

    /// Takes a byte of the frame; `false` if it begins a key, a value or an item.
    private mutating func takesFrameByte(_ byte: UInt8, at index: Int) throws(DecodingFailure) -> Bool {
        switch (place, byte) {
        case (.start, UInt8(ascii: "{")): place = .keyOrEnd
        case (.keyOrEnd, UInt8(ascii: "}")), (.commaOrEnd, UInt8(ascii: "}")): place = .end
        case (.keyOrEnd, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")): return begin(.inKey, limit: Self.factByteLimit)
        case (.colon, UInt8(ascii: ":")): place = .value
        case (.value, UInt8(ascii: "[")) where member == .items: place = .itemOrEnd
        case (.value, _): return begin(.inValue, limit: member == nil ? 0 : Self.factByteLimit)
        case (.commaOrEnd, UInt8(ascii: ",")): place = .key
        case (.itemOrEnd, UInt8(ascii: "]")), (.itemCommaOrEnd, UInt8(ascii: "]")): place = .commaOrEnd
        case (.itemCommaOrEnd, UInt8(ascii: ",")): place = .item
        case (.itemOrEnd, _), (.item, _): return begin(.inItem, limit: itemByteLimit)
        case (.end, _): throw DecodingFailure(.trailingBytes, at: .byteOffset(index))
        default: throw DecodingFailure(.unexpectedByte(byte, expected: place.expectation), at: .byteOffset(index))
        }
        return true
    }

    private mutating func begin(_ place: Place, limit: Int) -> Bool {
        self.place = place
        scanner = JSONValueScanner()
        text = BoundedBytes(limit: limit)
        return false
    }

    /// Takes the gathered key, value or item.
    private mutating func endText(at index: Int, _ use: (ReceivedText) -> Void) throws(DecodingFailure) {
        let text = text.take()
        switch place {
        case .inItem:
            use(text)
            place = .itemCommaOrEnd
        case .inKey:
            member = text.isCut ? nil : try ListMember(key: text.bytes.span)
            if let member, !seen.insert(member).inserted {
                throw DecodingFailure(.duplicateKey(member.rawValue), at: .byteOffset(index))
            }
            place = .colon
        default:
            if let member { try facts.read(member, text.bytes.span, at: index) }
            place = .commaOrEnd
        }
    }
}

/// The members of a list beside its items.
package struct ListFacts: Sendable, Equatable {
    /// The kind, such as `ScorePolicyList`; empty if the list has none.
    package var kind = ""
    /// The version of the list's kind; empty if the list has none.
    package var apiVersion = ""
    /// The kind of the items, which API servers leave out in them: `Pod` for a `PodList`, and empty for `List`.
    var itemKind: String {
        kind.utf8.suffix(4).elementsEqual("List".utf8) ? String(decoding: kind.utf8.dropLast(4), as: UTF8.self) : kind
    }

    /// The version of the store at which the list was made; opaque.
    package var resourceVersion = ""
    /// The token for the next page; `nil` on the last one.
    package var continueToken: String?

    private enum Field: String, FieldName {
        case resourceVersion
        case continueToken = "continue"
        static let table = FieldTable<Self>()
    }

    /// No facts yet.
    package init() {}

    /// Reads one member of the list; its failures are placed at an offset.
    mutating func read(_ member: ListMember, _ bytes: Span<UInt8>, at offset: Int) throws(DecodingFailure) {
        do throws(DecodingFailure) {
            var reader = JSONReader(bytes)
            reader.start()
            switch member {
            // An array of items is never gathered, so only null is left.
            case .items: guard try reader.beginArray() == nil else { return }
            case .kind: kind = try reader.readString() ?? ""
            case .apiVersion: apiVersion = try reader.readString() ?? ""
            case .metadata: try readMetadata(&reader)
            }
            try reader.finish()
        } catch {
            throw DecodingFailure(error.reason, at: .byteOffset(offset))
        }
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            switch field {
            case .resourceVersion: resourceVersion = try reader.readString() ?? ""
            case .continueToken:
                let token = try reader.readString()
                continueToken = token?.isEmpty == false ? token : nil
            }
        }
    }
}

/// A member of a list's object that is read.
enum ListMember: String {
    case items, metadata, kind, apiVersion

    /// Finds the member of a key in quotes; `nil` for any other key.
    init?(key: Span<UInt8>) throws(DecodingFailure) {
        var reader = JSONReader(key)
        reader.start()
        guard let name = try reader.readString() else { return nil }
        self.init(rawValue: name)
    }
}
