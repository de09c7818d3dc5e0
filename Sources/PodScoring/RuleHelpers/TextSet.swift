/// A fixed set of short texts, such as names of capabilities.
///
/// A text is compared with those of its own length alone, so that of thousands of texts hardly any is compared at all.
struct TextSet: Sendable {
    /// The texts by their length in bytes.
    private let byLength: [[String]]

    /// Takes ASCII texts.
    init(_ texts: [String]) {
        let longest = texts.map(\.utf8.count).max() ?? 0
        var byLength: [[String]] = Array(repeating: [], count: longest + 1)
        for text in texts { byLength[text.utf8.count].append(text) }
        self.byLength = byLength
    }

    /// Tells whether the text is one of the set, byte for byte.
    func contains(_ text: String) -> Bool {
        contains(text.utf8.span) { $0 }
    }

    /// Tells whether the bytes, each changed first, are a text of the set.
    func contains(_ bytes: Span<UInt8>, as changed: (UInt8) -> UInt8) -> Bool {
        guard bytes.count < byLength.count else { return false }
        let candidates = byLength[bytes.count]
        for index in candidates.indices where Self.isSame(bytes, candidates[index].utf8.span, as: changed) { return true }
        return false
    }

    @inline(__always)
    private static func isSame(_ bytes: Span<UInt8>, _ text: Span<UInt8>, as changed: (UInt8) -> UInt8) -> Bool {
        for index in bytes.indices where changed(bytes[index]) != text[index] { return false }
        return true
    }
}
