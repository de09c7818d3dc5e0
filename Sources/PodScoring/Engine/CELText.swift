/// Texts in CEL, the expression language of Kubernetes' own admission policies.
package enum CELText {
    /// Returns a text as a string literal.
    ///
    /// Everything but printable ASCII is escaped, so that the result is one line in any file.
    package static func literal(_ text: String) -> String {
        var literal = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'", "\\": literal += "\\\(scalar)"
            case " "..."~": literal.unicodeScalars.append(scalar)
            default: literal += escape(scalar)
            }
        }
        return literal + "'"
    }

    /// Returns texts as a list of string literals.
    package static func list(_ texts: [String]) -> String {
        "[" + texts.map(literal).joined(separator: ",") + "]"
    }

    /// Returns the expression of one text from expressions of texts.
    ///
    /// A list is cheaper than a sum, whose terms an API server counts one by one, and which can have at most 245 of them.
    package static func joined(_ expressions: [String]) -> String {
        expressions.count == 1 ? "(\(expressions[0]))" : "[\(expressions.joined(separator: ","))].join('')"
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\U" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
