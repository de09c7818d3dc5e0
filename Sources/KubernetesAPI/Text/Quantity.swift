/// An amount in Kubernetes' notation, such as `100m` or `1.5Gi`.
///
/// Grammar: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>
package struct Quantity: Sendable, Equatable {
    /// The amount as written.
    package let text: String

    /// Takes any text.
    package init(_ text: String) {
        self.text = text
    }

    /// Whether the text is a well-formed quantity above zero.
    package var isPositive: Bool { Self.isPositiveQuantity(text.utf8.span) }

    /// Tells whether the text is `[+]digits[.digits][suffix]` with a digit other than 0.
    private static func isPositiveQuantity(_ text: Span<UInt8>) -> Bool {
        var index = text.count > 0 && text[0] == UInt8(ascii: "+") ? 1 : 0
        var isNonZero = false
        var hasPoint = false
        while index < text.count {
            let byte = text[index]
            if isDigit(byte) {
                isNonZero = isNonZero || byte != UInt8(ascii: "0")
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                break
            }
            index &+= 1
        }
        return isNonZero && isSuffix(text.extracting(droppingFirst: index))
    }

    /// Tells whether the text is empty, a decimal or binary SI suffix, or an exponent.
    private static func isSuffix(_ text: Span<UInt8>) -> Bool {
        guard text.count > 0 else { return true }
        let isAlone = text.count == 1
        let isBinary = text.count == 2 && text[1] == UInt8(ascii: "i")
        switch text[0] {
        case UInt8(ascii: "n"), UInt8(ascii: "u"), UInt8(ascii: "m"), UInt8(ascii: "k"):
            return isAlone
        case UInt8(ascii: "K"):
            return isBinary
        case UInt8(ascii: "M"), UInt8(ascii: "G"), UInt8(ascii: "T"), UInt8(ascii: "P"):
            return isAlone || isBinary
        case UInt8(ascii: "E"):
            return isAlone || isBinary || isExponent(text)
        case UInt8(ascii: "e"):
            return isExponent(text)
        default:
            return false
        }
    }

    /// Tells whether the text is a letter, an optional sign and at least one digit.
    private static func isExponent(_ text: Span<UInt8>) -> Bool {
        let isSigned = text.count > 1 && (text[1] == UInt8(ascii: "+") || text[1] == UInt8(ascii: "-"))
        let digits = text.extracting((isSigned ? 2 : 1)..<text.count)
        for index in digits.indices where !isDigit(digits[index]) { return false }
        return digits.count > 0
    }

    /// Tells whether a byte is an ASCII digit.
    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }
}
