extension String {
    /// Tells whether the text is byte for byte this ASCII text.
    ///
    /// `==` alone takes canonically equivalent text for equal; text of the same length in bytes as its ASCII equivalent is ASCII itself.
    @inline(__always)
    func isExactly(_ ascii: String) -> Bool {
        utf8.count == ascii.utf8.count && self == ascii
    }

    /// Tells whether the bytes of a text occur in this one.
    func containsBytes(of text: String) -> Bool {
        var rest = utf8[...]
        while rest.count >= text.utf8.count {
            if rest.starts(with: text.utf8) { return true }
            rest.removeFirst()
        }
        return false
    }

    /// Tells whether the text is this one, which has no capital letters, but for the case of ASCII letters.
    func equalsIgnoringCase(_ lowercase: String) -> Bool {
        utf8.count == lowercase.utf8.count && utf8.elementsEqual(lowercase.utf8) { $0.lowercasedASCII == $1 }
    }
}

extension UInt8 {
    /// The small letter for a capital one of ASCII, any other byte as it is.
    var lowercasedASCII: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self + 32 : self
    }
}
