/// Why a document could not be read, and where.
package struct DecodingFailure: Error, Sendable, Equatable {
    /// A JSON or Kubernetes type, for messages.
    package enum ValueType: String, Sendable {
        case null
        case boolean
        case integer
        case number
        case string
        case array
        case object
        /// A string or a number, as resource amounts are written.
        case quantity
    }

    /// The reason.
    package enum Reason: Sendable, Equatable {
        /// The document ends inside a value.
        case unexpectedEnd
        /// A byte that the grammar does not allow here; `expected` says what it allows.
        case unexpectedByte(UInt8, expected: String)
        case invalidUTF8
        /// A backslash that does not begin an escape of JSON.
        case invalidEscape
        /// An escape for half of a surrogate pair, in a string that is kept.
        case unpairedSurrogate
        /// A control character inside a string, where JSON requires an escape.
        case controlCharacter(UInt8)
        case invalidNumber
        case duplicateKey(String)
        case nestingTooDeep(limit: Int)
        /// More keys in the open objects than the reader keeps.
        case tooManyKeys(limit: Int)
        /// A list in a manifest with more elements than the model keeps.
        case tooManyElements(limit: Int)
        /// A document whose decoded form takes more than `limit` bytes of memory.
        case modelTooLarge(limit: Int)
        /// Something other than white space follows the document.
        case trailingBytes
        /// The value does not have the type of the field.
        case wrongType(expected: ValueType, found: ValueType)
        /// An integer beyond 64 bits.
        case integerOutOfRange
        case missingField(String)
        /// An object of a kind with a Pod template that has none at the path.
        case noPodTemplate(path: String)
        /// A value outside of the field's closed set.
        case unknownValue(String, allowed: String)
        /// The decoder and the tree it walks disagree; no document can cause it.
        case misplacedCursor
    }

    /// Where the problem begins.
    package enum Location: Sendable, Equatable {
        /// Offset in bytes from the beginning of a JSON document.
        case byteOffset(Int)
        /// Line and column in a text file.
        case position(Position)
    }

    /// The reason.
    package let reason: Reason
    /// Where it begins.
    package let location: Location

    /// Where it begins.
    package init(_ reason: Reason, at location: Location) {
        self.reason = reason
        self.location = location
    }

    /// Whether the text is well-formed and the fault is the type or value of a field.
    package var isAboutContent: Bool {
        switch reason {
        case .wrongType, .integerOutOfRange, .missingField, .noPodTemplate, .unknownValue, .tooManyElements, .modelTooLarge,
            .unpairedSurrogate:
            true
        case .unexpectedEnd, .unexpectedByte, .invalidUTF8, .invalidEscape, .controlCharacter, .invalidNumber, .duplicateKey,
            .nestingTooDeep, .tooManyKeys, .trailingBytes, .misplacedCursor:
            false
        }
    }
}

extension DecodingFailure.Reason: CustomStringConvertible {
    /// One line without a position, fit to follow `PATH: `.
    package var description: String {
        switch self {
        case .unexpectedEnd: "the document ends too early"
        case .unexpectedByte(let byte, let expected): "unexpected \(Self.quoted(byte)), expected \(expected)"
        case .invalidUTF8: "invalid UTF-8"
        case .invalidEscape: "invalid escape in a string"
        case .unpairedSurrogate: "a string has half of a surrogate pair"
        case .controlCharacter(let byte): "unescaped control character \(Self.quoted(byte)) in a string"
        case .invalidNumber: "malformed number"
        case .duplicateKey(let key): "duplicate key \(key.quoted(toBytes: String.echoByteLimit))"
        case .nestingTooDeep(let limit): "nested deeper than \(limit) levels"
        case .tooManyKeys(let limit): "more than \(limit) keys"
        case .tooManyElements(let limit): "more than \(limit) elements"
        case .modelTooLarge(let limit): "the fields that policies read take more than \(limit) bytes of memory"
        case .trailingBytes: "more text after the end of the document"
        case .wrongType(let expected, let found): "expected \(expected.rawValue), found \(found.rawValue)"
        case .integerOutOfRange: "the integer does not fit into 64 bits"
        case .missingField(let name): "missing field \"\(name)\""
        case .noPodTemplate(let path): "no Pod template at .\(path)"
        case .unknownValue(let value, let allowed): "unknown value \"\(value.cut(toBytes: String.echoByteLimit))\", allowed: \(allowed)"
        case .misplacedCursor: "internal error: cursor does not stand on a container"
        }
    }

    /// Writes a byte as a character where it is printable ASCII, else in hexadecimal.
    private static func quoted(_ byte: UInt8) -> String {
        guard byte > 0x20, byte < 0x7f else { return "byte 0x" + String(byte, radix: 16) }
        return "'\(Character(Unicode.Scalar(byte)))'"
    }
}
