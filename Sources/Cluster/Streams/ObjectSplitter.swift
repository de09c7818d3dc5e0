package import KubernetesAPI

/// Finds the objects in the chunks of JSON documents, such as what `kubectl get -o json` writes: the items of lists, and objects alone.
///
/// No more than one object is held. Other than in a ``ListSplitter``, several documents can follow each other, and a list needs no version.
package struct ObjectSplitter: Sendable {
    /// An object with the kind of the list around it.
    package struct Found: Sendable {
        /// The text of the object.
        package let text: ReceivedText
        /// The API version of the list; empty without a list, or if the list names its version behind its items.
        package let listVersion: String
        /// The kind that the list gives its items; empty without one, as in `kind: List`.
        package let listKind: String
    }

    /// A place in a document.
    private enum Place {
        case start
        case keyOrEnd, key, inKey, colon
        case value, inValue, commaOrEnd
        case itemOrEnd, item, inItem, itemCommaOrEnd

        /// The bytes that are allowed here, for messages.
        var expectation: String {
            switch self {
            case .start: "'{' or '['"
            case .keyOrEnd: "a key or '}'"
            case .key, .inKey: "a key"
            case .colon: "':'"
            case .value, .inValue, .item, .inItem: "a value"
            case .commaOrEnd: "',' or '}'"
            case .itemOrEnd: "a value or ']'"
            case .itemCommaOrEnd: "',' or ']'"
            }
        }
    }

    private var place = Place.start
    private var scanner = JSONValueScanner()
    private var text: BoundedBytes
    /// The document without its items, which is an object if it has none.
    private var frame: BoundedBytes
    /// Whether the document is an array of objects.
    private var isArray = false
    /// Whether the document is a list.
    private var isList = false
    /// The member of a list whose key was read last; `nil` for another key.
    private var member: ListMember?
    /// The members of the document that were read so far, as a list has them.
    private var facts = ListFacts()
    /// Whether a list was one page of several: the API server has more of it, as its `metadata.continue` says.
    package private(set) var hasMorePages = false
    /// The bytes before the current chunk.
    private var offset = 0
    private let objectByteLimit: Int

    /// Starts before the first byte; `objectByteLimit` is the largest object that is given out whole, in bytes.
    package init(objectByteLimit: Int = ReceivedText.byteLimit) {
        self.objectByteLimit = objectByteLimit
        text = BoundedBytes(limit: objectByteLimit)
        frame = BoundedBytes(limit: objectByteLimit)
    }

    /// Takes the next chunk, and gives out each object that it ends.
    package mutating func consume(_ bytes: Span<UInt8>, giving use: (Found) -> Void) throws(DecodingFailure) {
        do throws(DecodingFailure) {
            var index = 0
            while index < bytes.count { try step(bytes, &index, use) }
        } catch {
            guard case .byteOffset(let inChunk) = error.location else { throw error }
            throw DecodingFailure(error.reason, at: .byteOffset(offset + inChunk))
        }
        offset += bytes.count
    }

    /// Checks that the last document is complete.
    package func finish() throws(DecodingFailure) {
        guard place == .start else { throw DecodingFailure(.unexpectedEnd, at: .byteOffset(offset)) }
    }

    private mutating func step(_ bytes: Span<UInt8>, _ index: inout Int, _ use: (Found) -> Void) throws(DecodingFailure) {
        switch place {
        case .inKey, .inValue, .inItem:
            let stop = try scanner.end(in: bytes, from: index)
            text.append(bytes, index..<(stop ?? bytes.count))
            index = stop ?? bytes.count
            if stop != nil { endText(use) }
        default:
            if JSONWhitespace.contains(bytes[index]) {
                index += 1
            } else if try takesFrameByte(bytes[index], at: index, use) {
                index += 1
            }
        }
    }

    /// Takes a byte between the parts of a document; `false` if it begins a key, a value or an item.
    private mutating func takesFrameByte(_ byte: UInt8, at index: Int, _ use: (Found) -> Void) throws(DecodingFailure) -> Bool {
        switch (place, byte) {
        case (.start, UInt8(ascii: "{")): beginDocument(.keyOrEnd, isArray: false)
        case (.start, UInt8(ascii: "[")): beginDocument(.itemOrEnd, isArray: true)
        case (.keyOrEnd, UInt8(ascii: "}")), (.commaOrEnd, UInt8(ascii: "}")): endDocument(use)
        case (.keyOrEnd, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")): return begin(.inKey)
        case (.colon, UInt8(ascii: ":")): place = .value
        case (.value, UInt8(ascii: "[")) where member == .items: (place, isList) = (.itemOrEnd, true)
        case (.value, _): return begin(.inValue)
        case (.commaOrEnd, UInt8(ascii: ",")): place = .key
        case (.itemOrEnd, UInt8(ascii: "]")), (.itemCommaOrEnd, UInt8(ascii: "]")): place = isArray ? .start : .commaOrEnd
        case (.itemCommaOrEnd, UInt8(ascii: ",")): place = .item
        case (.itemOrEnd, _), (.item, _): return begin(.inItem)
        default: throw DecodingFailure(.unexpectedByte(byte, expected: place.expectation), at: .byteOffset(index))
        }
        return true
    }

    private mutating func begin(_ place: Place) -> Bool {
        self.place = place
        scanner = JSONValueScanner()
        text = BoundedBytes(limit: objectByteLimit)
        return false
    }

    private mutating func beginDocument(_ place: Place, isArray: Bool) {
        (self.place, self.isArray, isList, member, facts) = (place, isArray, false, nil, ListFacts())
        frame = BoundedBytes(limit: objectByteLimit)
        frame.append([UInt8(ascii: "{")])
    }

    /// Gives out an object that is no list.
    private mutating func endDocument(_ use: (Found) -> Void) {
        place = .start
        guard !isList else {
            hasMorePages = hasMorePages || facts.continueToken != nil
            return
        }
        frame.append([UInt8(ascii: "}")])
        use(Found(text: frame.take(), listVersion: "", listKind: ""))
    }

    /// Takes the gathered key, value or item.
    private mutating func endText(_ use: (Found) -> Void) {
        switch place {
        case .inItem:
            place = .itemCommaOrEnd
            use(Found(text: text.take(), listVersion: facts.apiVersion, listKind: facts.itemKind))
        case .inKey:
            member = try? ListMember(key: text.bytes.span)
            if frame.count > 1 { frame.append([UInt8(ascii: ",")]) }
            frame.append(text.bytes)
            frame.append([UInt8(ascii: ":")])
            place = .colon
        default:
            // A member that cannot be read says nothing; as part of an object its reader tells where it is invalid.
            if let member {
                var facts = facts
                try? facts.read(member, text.bytes.span, at: 0)
                self.facts = facts
            }
            frame.append(text.bytes)
            if text.isCut { frame.skip(text.count - text.bytes.count) }
            place = .commaOrEnd
        }
    }
}
