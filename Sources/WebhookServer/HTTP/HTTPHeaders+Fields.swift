import NIOHTTP1

extension HTTPHeaders {
    /// The value of the first field of that name, which is in lower case; names are looked at once each, and compared only where their
    /// lengths agree.
    func value(of field: String) -> String? {
        for (name, value) in self where name.equalsIgnoringASCIICase(field) { return value }
        return nil
    }
}

extension String {
    /// Tells whether both texts have the same bytes, save for the case of ASCII letters.
    ///
    /// Made for tokens of HTTP, which are letters, digits and hyphens.
    func equalsIgnoringASCIICase(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let (bytes, others) = (utf8.span, other.utf8.span)
        for index in bytes.indices where bytes[index] | 0x20 != others[index] | 0x20 { return false }
        return true
    }
}
