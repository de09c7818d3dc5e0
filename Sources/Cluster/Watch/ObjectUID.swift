/// The UID of an object, which distinguishes objects that had the same name one after another.
///
/// The form that API servers write takes 16 bytes, and no memory of a text: that is 800 kB for 10 000 Namespaces.
package struct ObjectUID: Sendable, Hashable {
    private enum Form: Hashable {
        case number(UInt64, UInt64)
        case text(String)
    }

    private let form: Form

    /// Takes a UID; an empty one is not known.
    package init(_ text: String) {
        form = Self.number(in: text.utf8) ?? .text(text)
    }

    /// Whether the UID is not known, because only a beginning of the object was ever received.
    package var isEmpty: Bool { form == .text("") }

    /// Reads 32 lowercase hexadecimal digits in groups, such as `9f0e3c2a-5d7b-4c1e-8a6f-0b1c2d3e4f50`; `nil` for another form.
    private static func number(in text: String.UTF8View) -> Form? {
        guard text.count == 36 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        for (index, byte) in text.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            halves = (halves.0 << 4 | halves.1 >> 60, halves.1 << 4 | UInt64(digit))
        }
        return .number(halves.0, halves.1)
    }
}
