extension String {
    /// Tells whether two texts have the same bytes; `==` is also true for texts that only look the same.
    package func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.span.equals(other.utf8.span)
    }

    /// Tells whether the text begins with the bytes of another.
    package func beginsWithBytes(of prefix: String) -> Bool {
        utf8.span.starts(with: prefix.utf8.span)
    }

    /// Shortens a text of more than `limit` bytes between two characters, and adds an ellipsis.
    package func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > utf8.startIndex, UTF8.isContinuation(utf8[end]) { end = utf8.index(before: end) }
        return String(self[..<end]) + "…"
    }

    /// The most bytes of a text from outside that a message repeats; a key, an alias or an id can have megabytes.
    package static let echoByteLimit = 96

    /// Returns the text in quotation marks, with escapes for quotation marks and control characters, and shortened like ``cut(toBytes:)``.
    ///
    /// The limit applies to the escaped text between the quotation marks. The end of an escape can be missing.
    package func quoted(toBytes limit: Int) -> String {
        "\"" + String(cut(toBytes: limit).debugDescription.dropFirst().dropLast()).cut(toBytes: limit) + "\""
    }

    /// Tells whether the text consists of these bytes.
    func hasSameBytes(as other: Span<UInt8>) -> Bool {
        utf8.count == other.count && utf8.span.equals(other)
    }
}

extension Span<UInt8> {
    /// Tells whether both spans hold the same bytes.
    @inline(__always)
    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var index = 0
        while let word = word(at: index) {
            guard word == other.word(at: index) else { return false }
            index &+= 8
        }
        while index < count {
            guard self[index] == other[index] else { return false }
            index &+= 1
        }
        return true
    }

    /// Tells whether the bytes begin with those of another span.
    @inline(__always)
    func starts(with prefix: Span<UInt8>) -> Bool {
        count >= prefix.count && extracting(0..<prefix.count).equals(prefix)
    }
}
