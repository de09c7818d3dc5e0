/// Makes the submitter's text fit to be shown: on one line, visible, and bounded.
///
/// The API server drops a warning with a control character in it without a word.
/// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/util/net/http.go>, `NewWarningHeader`
package enum DisplayText {
    /// Writes a text between quotation marks, so that a name can't pass for a part of the message.
    static func quoted(_ text: String, byteLimit: Int = 63) -> String {
        "\"" + truncated(escaped(text, quotation: true), byteLimit: byteLimit) + "\""
    }

    /// Writes a text so that it stays on its line.
    static func oneLine(_ text: String, byteLimit: Int) -> String {
        truncated(escaped(text, quotation: false), byteLimit: byteLimit)
    }

    /// Cuts a text that is longer than a number of bytes between two scalars and puts an ellipsis at its end.
    package static func truncated(_ text: String, byteLimit: Int) -> String {
        guard text.utf8.count > byteLimit else { return text }
        var kept = String.UnicodeScalarView()
        var byteCount = ellipsis.utf8.count
        for scalar in text.unicodeScalars {
            byteCount += UTF8.width(scalar)
            guard byteCount <= byteLimit else { break }
            kept.append(scalar)
        }
        return String(kept) + ellipsis
    }

    private static let ellipsis = "…"

    /// Replaces what cannot be seen by its number, such as `\u{1B}`.
    private static func escaped(_ text: String, quotation: Bool) -> String {
        guard !text.utf8.allSatisfy({ isPlain($0) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if quotation, scalar == "\"" || scalar == "\\" {
                result.append("\\")
                result.append(scalar)
            } else if isVisible(scalar) {
                result.append(scalar)
            } else {
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
            }
        }
        return String(result)
    }

    /// Whether a byte is an ASCII character that is never escaped.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: false
        default: true
        }
    }
}

extension UTF8 {
    /// The number of bytes of a scalar.
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case ..<0x80: 1
        case ..<0x800: 2
        case ..<0x1_0000: 3
        default: 4
        }
    }
}
