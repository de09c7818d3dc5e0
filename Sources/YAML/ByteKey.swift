/// A string that compares and hashes as its bytes, for tables of keys and anchors.
struct ByteKey: Hashable {
    /// The key.
    let text: String

    /// The key.
    init(_ text: String) {
        self.text = text
    }

    static func == (first: Self, second: Self) -> Bool {
        first.text.utf8.elementsEqual(second.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(text.utf8.count)
    }
}
