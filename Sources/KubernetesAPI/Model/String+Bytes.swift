extension String {
    /// Tells whether two texts have the same bytes; `==` also holds for texts that only look the same.
    package func hasSameBytes(as other: String) -> Bool {
        hasSameBytes(as: other.utf8.span)
    }

    /// Tells whether the text's first bytes are those of another.
    package func beginsWithBytes(of prefix: String) -> Bool {
        utf8.span.starts(with: prefix.utf8.span)
    }

    /// Tells whether the text has just these bytes.
    func hasSameBytes(as other: Span<UInt8>) -> Bool {
        utf8.span.equals(other)
    }
}
