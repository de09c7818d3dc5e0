extension String {
    /// Tells whether the text is byte for byte this ASCII text.
    ///
    /// `==` alone takes canonically equivalent text for equal; text of the same length in bytes as its ASCII equivalent is ASCII itself.
    @inline(__always)
    func isExactly(_ ascii: String) -> Bool {
        utf8.count == ascii.utf8.count && self == ascii
    }

    /// Whether the text is short and has only the letters that names of kernel parameters have, so that it can stand in a message as it is.
    var isPlainName: Bool {
        1...64 ~= utf8.count
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }

    /// Tells whether the bytes of a text occur in this one.
    func containsBytes(of text: String) -> Bool {
        var rest = utf8[...]
        while !rest.isEmpty {
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
