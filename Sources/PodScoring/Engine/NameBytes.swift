/// A name that an object gives to something, to be looked up among others; equal when the bytes are equal.
///
/// Strings compare by canonical equivalence, and hashing bytes one by one is slow. ASCII, which nearly all names are, needs neither.
package enum NameBytes: Hashable {
    /// A name that is the same as another one just when its bytes are.
    case ascii(String)
    /// Any other name.
    case other([UInt8])

    /// Takes a name as written.
    package init(_ name: String) {
        let bytes = name.utf8.span
        var all: UInt8 = 0
        for index in bytes.indices { all |= bytes[index] }
        self = all < 0x80 ? .ascii(name) : .other(Array(name.utf8))
    }

    /// Takes what stands behind the first bytes of a name.
    init(_ name: String, droppingFirst count: Int) {
        self.init(String(Substring(name.utf8.dropFirst(count))))
    }
}
