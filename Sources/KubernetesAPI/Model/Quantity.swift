/// An amount in Kubernetes' notation, such as `100m` or `1.5Gi`.
///
/// Grammar: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>
package struct Quantity: Sendable, Equatable {
    /// The amount as written.
    package let text: String
    /// Whether the text is a well-formed quantity above zero; text that is no quantity is not positive.
    package let isPositive: Bool

    package init(_ text: String) {
        self.text = text
        self.isPositive = Self.isPositiveQuantity(text.utf8)
    }

    /// Reads `[+-]digits[.digits][suffix]`, and tells whether that is the whole text, with no minus sign and a digit other than 0.
    private static func isPositiveQuantity(_ text: String.UTF8View) -> Bool {
        var rest = text[...]
        if rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        var digitCount = 0
        var isNonZero = false
        var hasPoint = false
        while let byte = rest.first {
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                digitCount += 1
                isNonZero = isNonZero || byte != UInt8(ascii: "0")
            } else {
                break
            }
            rest.removeFirst()
        }
        return digitCount > 0 && isNonZero && isSuffix(rest)
    }

    /// Tells whether the text is nothing, a decimal or binary SI suffix, or an exponent.
    private static func isSuffix(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first else { return true }
        let rest = text.dropFirst()
        switch first {
        case UInt8(ascii: "n"), UInt8(ascii: "u"), UInt8(ascii: "m"):
            return rest.isEmpty
        case UInt8(ascii: "K"):
            return rest.elementsEqual("i".utf8)
        case UInt8(ascii: "k"):
            return rest.isEmpty
        case UInt8(ascii: "M"), UInt8(ascii: "G"), UInt8(ascii: "T"), UInt8(ascii: "P"):
            return rest.isEmpty || rest.elementsEqual("i".utf8)
        case UInt8(ascii: "E"):
            return rest.isEmpty || rest.elementsEqual("i".utf8) || isExponent(rest)
        case UInt8(ascii: "e"):
            return isExponent(rest)
        default:
            return false
        }
    }

    /// Tells whether the text is an optional sign and at least one digit.
    private static func isExponent(_ text: Substring.UTF8View) -> Bool {
        var digits = text
        if let sign = digits.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { digits.removeFirst() }
        return !digits.isEmpty && digits.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }
}
