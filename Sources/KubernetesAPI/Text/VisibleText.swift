/// Makes all characters of texts from outside visible, so that none of them ends a line, controls a terminal or reorders text.
///
/// This is the only place that says which characters are escaped: those of Unicode's categories control (C0, DEL, C1 with U+0085), format
/// (direction marks, zero-width characters), line and paragraph separator, private use and unassigned. Texts for people show them as
/// `\u{1B}`; JSON and YAML escape the same characters in their own notation.
package enum VisibleText {
    /// Returns the text with each hidden character replaced by its number, such as `\u{1B}`; a text without one is not copied.
    ///
    /// Linear in the text's length. Applying it twice changes nothing more.
    package static func of(_ text: String) -> String {
        if text.isVisibleASCII || !text.unicodeScalars.contains(where: isHidden) { return text }
        var visible = ""
        visible.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            if isHidden(scalar) { visible += number(of: scalar) } else { visible.unicodeScalars.append(scalar) }
        }
        return visible
    }

    /// Whether a character has to be escaped.
    package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value < 0x20 }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }

    /// The notation for a hidden character, such as `\u{1B}`.
    package static func number(of scalar: Unicode.Scalar) -> String {
        "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }
}
