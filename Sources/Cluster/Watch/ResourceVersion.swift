/// The version of an object or of a whole collection, as an API server gives it.
package struct ResourceVersion: Sendable, Hashable {
    /// The text, for requests.
    package let text: String

    /// Takes a version; `nil` for an empty text, which stands for no version.
    package init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        self.text = text
    }

    /// Tells whether this version is the same as another one or older.
    ///
    /// Only decimal numbers have an order. For other texts the answer is `false` unless both are equal. Source:
    /// <https://github.com/kubernetes/apimachinery/blob/v0.35.0/pkg/util/resourceversion/resourceversion.go>
    package func isNotNewer(than other: Self) -> Bool {
        let (mine, others) = (text.utf8, other.text.utf8)
        guard isNumber, other.isNumber, !mine.elementsEqual(others) else { return mine.elementsEqual(others) }
        return mine.count == others.count ? mine.lexicographicallyPrecedes(others) : mine.count < others.count
    }

    /// Whether the text is a decimal number without leading zeros.
    private var isNumber: Bool {
        text.utf8.first != UInt8(ascii: "0") && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}
