/// Makes all characters of texts from outside visible, so that none of them ends a line, controls a terminal or reorders text.
///
/// This is the only place that says which characters are escaped: those of Unicode's categories control (C0, DEL, C1 with U+0085), format
/// (direction marks, zero-width characters), line and paragraph separator, private use and unassigned. Texts for people show them as
/// `\u{1B}`; JSON and YAML escape the same characters in their own notation.
///
/// Texts for people are often printed in a CI job, whose runner executes commands in the output: `::error::` at the beginning of a line, and
/// `##[error]` and `##vso[task.complete]` anywhere. These are escaped as well, by one character.
/// Sources: <https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>,
/// <https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>
package enum VisibleText {
    /// Returns the text with each hidden character replaced by its number, such as `\u{1B}`, and without `##[` and `##vso[`; a text without
    /// them is not copied.
    ///
    /// Linear in the text's length. Applying it twice changes nothing more.
    package static func of(_ text: String) -> String {
        if text.isVisibleASCIIWithoutNumberSign { return text }
        if text.isVisibleASCII || !text.unicodeScalars.contains(where: isHidden) { return withoutInnerCommands(text) }
        var visible = ""
        visible.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            if isHidden(scalar) { visible += number(of: scalar) } else { visible.unicodeScalars.append(scalar) }
        }
        return withoutInnerCommands(visible)
    }

    /// Returns whole lines, each with a line feed at its end, made visible and without commands for a runner.
    package static func lines(_ lines: [String]) -> String {
        lines.map { line($0) + "\n" }.joined()
    }

    /// Returns a whole line, made visible and without commands for a runner.
    package static func line(_ text: String) -> String {
        withoutLeadingCommand(of(text))
    }

    /// Returns a line without commands for a runner; hidden characters stay, such as those of colours.
    package static func withoutCommands(_ line: String) -> String {
        withoutLeadingCommand(withoutInnerCommands(line))
    }

    /// Escapes a colon that begins a line; runners ignore white space before it.
    private static func withoutLeadingCommand(_ line: String) -> String {
        let scalars = line.unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }), scalars[start] == ":" else { return line }
        return String(scalars[..<start]) + number(of: ":") + String(scalars[start...].dropFirst())
    }

    /// Escapes the second `#` of `##[` and `##vso[`.
    private static func withoutInnerCommands(_ text: String) -> String {
        let sign = UInt8(ascii: "#")
        guard text.utf8.span.hasAdjacentNumberSigns else { return text }
        let bytes = Array(text.utf8)
        var escaped: [UInt8] = []
        escaped.reserveCapacity(bytes.count + 16)
        for (index, byte) in bytes.enumerated() {
            if byte == sign, index > 0, bytes[index - 1] == sign, beginsWithCommand(bytes[(index + 1)...]) {
                escaped += number(of: "#").utf8
            } else {
                escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    /// Whether the bytes after `##` make it a command; the case of letters does not matter.
    private static func beginsWithCommand(_ bytes: ArraySlice<UInt8>) -> Bool {
        if bytes.first == UInt8(ascii: "[") { return true }
        return bytes.prefix(4).elementsEqual("vso[".utf8) { $0 == $1 || $0 | 0x20 == $1 }
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
