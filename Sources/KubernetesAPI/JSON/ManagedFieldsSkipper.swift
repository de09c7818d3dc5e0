/// Skips a value as `Span.endOfValue(from:)` does, but allows invalid UTF-8 in the `managedFields` of each `metadata`.
///
/// An API server copies `fieldsV1` as raw JSON from the client to the webhook, and nothing on the way checks its UTF-8. A client can write
/// such bytes into any object, also into the metadata of a Pod template. No rule reads managed fields. Their brackets, escapes and control
/// characters are checked.
///
/// Source: `FieldsV1` in <https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go>
///
/// The skipper follows keys, which takes longer, so it only runs after `endOfValue(from:)` found invalid UTF-8 in the value.
struct ManagedFieldsSkipper: ~Copyable, ~Escapable {
    /// The meaning of a value according to its keys.
    enum Role {
        /// The value of the key `metadata`.
        case metadata
        /// The value of the key `managedFields` in `metadata`.
        case managedFields
        /// Any other value.
        case other
    }

    /// An object or array around the current place.
    private enum Level {
        case array, metadata, otherObject
    }

    private let bytes: Span<UInt8>
    private var index: Int
    /// The role of the value that begins at ``index``.
    private var role: Role
    /// At most ``OpenLevels/limit``.
    private var levels: [Level] = []
    /// The number of levels around the managed fields that are being skipped; `nil` outside of managed fields.
    private var levelsAroundManagedFields: Int?

    /// Starts at a value.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, from start: Int, as role: Role) {
        self.bytes = bytes
        index = start
        self.role = role
    }

    /// Skips the value without recursion, and returns the offset behind it.
    mutating func end() throws(DecodingFailure) -> Int {
        while true {
            if try entersValue() { continue }
            guard try stepsToNextValue() else { return index }
        }
    }

    /// Steps to the first value inside an object or array; skips any other value, and an empty one, and returns `false`.
    private mutating func entersValue() throws(DecodingFailure) -> Bool {
        if role == .managedFields { levelsAroundManagedFields = levels.count }
        switch bytes.byte(at: index) {
        case UInt8(ascii: "{"): return try enters(role == .metadata ? .metadata : .otherObject, endingWith: UInt8(ascii: "}"))
        case UInt8(ascii: "["): return try enters(.array, endingWith: UInt8(ascii: "]"))
        case UInt8(ascii: "\""): index = try string().end &+ 1
        default: index = try bytes.endOfValue(from: index)
        }
        return false
    }

    private mutating func enters(_ level: Level, endingWith bracket: UInt8) throws(DecodingFailure) -> Bool {
        guard levels.count < OpenLevels.limit else {
            throw DecodingFailure(.nestingTooDeep(limit: OpenLevels.limit), at: .byteOffset(index))
        }
        index = bytes.whitespaceEnd(from: index &+ 1)
        guard bytes.byte(at: index) != bracket else {
            index &+= 1
            return false
        }
        levels.append(level)
        if level == .array { role = .other } else { try stepOverKey() }
        return true
    }

    /// Closes the levels that end behind a value and steps to the next value; `false` if no level is left.
    private mutating func stepsToNextValue() throws(DecodingFailure) -> Bool {
        while let level = levels.last {
            if levelsAroundManagedFields == levels.count { levelsAroundManagedFields = nil }
            index = bytes.whitespaceEnd(from: index)
            let byte = bytes.byte(at: index)
            if byte == UInt8(ascii: ",") {
                index = bytes.whitespaceEnd(from: index &+ 1)
                if level == .array { role = .other } else { try stepOverKey() }
                return true
            }
            let (bracket, expected) = level == .array ? (UInt8(ascii: "]"), "',' or ']'") : (UInt8(ascii: "}"), "',' or '}'")
            guard byte == bracket else { throw bytes.unexpected(expected, at: index) }
            levels.removeLast()
            index &+= 1
        }
        return false
    }

    /// Steps over a key and the colon behind it, and takes the role of the value.
    private mutating func stepOverKey() throws(DecodingFailure) {
        guard bytes.byte(at: index) == UInt8(ascii: "\"") else { throw bytes.unexpected("a key", at: index) }
        let key = try string()
        role = levelsAroundManagedFields == nil ? bytes.role(ofKey: key, inMetadata: levels.last == .metadata) : .other
        index = bytes.whitespaceEnd(from: key.end &+ 1)
        guard bytes.byte(at: index) == UInt8(ascii: ":") else { throw bytes.unexpected("':'", at: index) }
        index = bytes.whitespaceEnd(from: index &+ 1)
    }

    /// Scans the string at the current place.
    private func string() throws(DecodingFailure) -> ScannedString {
        try levelsAroundManagedFields == nil ? bytes.string(from: index) : bytes.rawString(from: index)
    }
}

extension Span<UInt8> {
    /// The role of the value of a key.
    ///
    /// Keys with escapes have none, because Go's encoder writes the names of fields without escapes.
    func role(ofKey key: ScannedString, inMetadata isInMetadata: Bool) -> ManagedFieldsSkipper.Role {
        let spelling = extracting(key.start..<key.end)
        if spelling.equals("metadata".utf8.span) { return .metadata }
        return isInMetadata && spelling.equals("managedFields".utf8.span) ? .managedFields : .other
    }

    /// Tells whether the value at an offset is that of the key `metadata`; looks only at the bytes before it.
    ///
    /// Takes as many steps as there is white space between the key and the value.
    func isMetadata(at value: Int) -> Bool {
        let colon = whitespaceStart(before: value) &- 1
        guard colon >= 0, self[colon] == UInt8(ascii: ":") else { return false }
        let keyEnd = whitespaceStart(before: colon)
        let key = #""metadata""#
        let keyStart = keyEnd &- key.utf8.count
        guard keyStart > 0, extracting(keyStart..<keyEnd).equals(key.utf8.span) else { return false }
        // A quote behind a backslash is a part of a longer key.
        return self[keyStart &- 1] != UInt8(ascii: "\\")
    }

    /// Returns where the white space before `end` begins; `end` if no white space is there.
    private func whitespaceStart(before end: Int) -> Int {
        var start = end
        while start > 0, JSONWhitespace.contains(self[start &- 1]) { start &-= 1 }
        return start
    }
}

extension JSONReader {
    /// Skips the value of a member again that could not be skipped; throws `failure` if that was not for the UTF-8 of managed fields.
    @inline(never)
    func end(
        ofMember key: ScannedString,
        from start: Int,
        in object: inout JSONObjectCursor,
        after failure: DecodingFailure
    ) throws(DecodingFailure) -> Int {
        guard allowsRawManagedFields, failure.reason == .invalidUTF8 else { throw failure }
        // Found once for each object, so that the work stays in proportion to the bytes.
        let isMetadata = object.isMetadata ?? bytes.isMetadata(at: object.start)
        object.isMetadata = isMetadata
        var skipper = ManagedFieldsSkipper(bytes, from: start, as: bytes.role(ofKey: key, inMetadata: isMetadata))
        return try skipper.end()
    }

    /// Skips a value again that could not be skipped; throws `failure` if that was not for the UTF-8 of managed fields.
    @inline(never)
    func end(ofValueFrom start: Int, after failure: DecodingFailure) throws(DecodingFailure) -> Int {
        guard allowsRawManagedFields, failure.reason == .invalidUTF8 else { throw failure }
        var skipper = ManagedFieldsSkipper(bytes, from: start, as: bytes.isMetadata(at: start) ? .metadata : .other)
        return try skipper.end()
    }
}
