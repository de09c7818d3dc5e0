/// Texts from outside with all their characters visible, so that none of them ends a line, steers a terminal or reorders what is read.
///
/// This is the one place that says which characters are escaped. They are those of Unicode's categories control (C0, DEL, C1 with U+0085),
/// format (marks of direction, of width zero), line and paragraph separator, private use and unassigned. Texts for people show them as
/// `\u{1B}`; JSON and YAML, which machines read, have escapes of their own for the same characters.
package enum VisibleText {
    /// Returns the text with each hidden character replaced by its number, such as `\u{1B}`; a text without one is not copied.
    ///
    /// Linear in the text's length. A text that went through it once stays as it is.
    package static func of(_ text: String) -> String {
        if isVisibleASCII(text.utf8.span) || !text.unicodeScalars.contains(where: isHidden) { return text }
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

    /// What stands for a hidden character: `\u{1B}`.
    package static func number(of scalar: Unicode.Scalar) -> String {
        "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }

    /// Tells whether bytes are ASCII without control characters, as those of nearly all texts.
    private static func isVisibleASCII(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index] &- 0x20 >= 0x5F { return false }
        return true
    }
}
