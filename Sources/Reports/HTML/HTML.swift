import KubernetesAPI

/// Markup of a page: a literal is markup, and each text in it is escaped.
///
/// Nothing else makes markup of a text, so no name of a manifest can become an element, an attribute or a script. Values of attributes stand
/// between double quotation marks.
package struct HTML: Sendable, ExpressibleByStringInterpolation {
    /// A literal with escaped texts.
    package struct StringInterpolation: StringInterpolationProtocol, Sendable {
        fileprivate var text = ""

        /// Reserves memory for the literals and the texts.
        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 24 * interpolationCount)
        }

        /// Appends markup.
        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Appends a text, escaped.
        package mutating func appendInterpolation(_ text: String) {
            self.text += HTML.escaped(text)
        }

        /// Appends the text of a field that the reader can change: escaped, with each hidden character as it is.
        package mutating func appendInterpolation(verbatim text: String) {
            self.text += HTML.escaped(text, showsHidden: false)
        }

        /// Appends a text of the program, escaped; the parts between backquotes are code.
        package mutating func appendInterpolation(prose text: String) {
            for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
                let escaped = HTML.escaped(String(part))
                self.text += index.isMultiple(of: 2) ? escaped : "<code>\(escaped)</code>"
            }
        }

        /// Appends a number.
        package mutating func appendInterpolation(_ number: Int) {
            text += String(number)
        }

        /// Appends markup that is already escaped.
        package mutating func appendInterpolation(_ markup: HTML) {
            text += markup.text
        }
    }

    /// The markup.
    private(set) var text: String

    /// No markup.
    package init() {
        text = ""
    }

    /// Markup without a text.
    package init(stringLiteral markup: String) {
        text = markup
    }

    /// Markup with escaped texts.
    package init(stringInterpolation markup: StringInterpolation) {
        text = markup.text
    }

    /// The markup in UTF-8.
    package var bytes: [UInt8] { Array(text.utf8) }

    /// Whether there is no markup.
    var isEmpty: Bool { text.isEmpty }

    /// Appends markup.
    package static func += (markup: inout HTML, other: HTML) {
        markup.text += other.text
    }

    /// Escapes a text for an element and for an attribute in quotation marks, and by default shows hidden characters by number.
    ///
    /// Source: <https://html.spec.whatwg.org/multipage/syntax.html#syntax-text>
    private static func escaped(_ text: String, showsHidden: Bool = true) -> String {
        guard text.utf8.contains(where: mayMatter) else { return text }
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count + 32)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // The runner of a CI job executes commands such as `##[error]`.
            case "#" where escaped.utf8.last == UInt8(ascii: "#"): escaped += "&#35;"
            case _ where showsHidden && VisibleText.isHidden(scalar): escaped += VisibleText.number(of: scalar)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Returns whether a byte may belong to a character that must be escaped or shown by number; most texts have no such byte.
    private static func mayMatter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "#"): true
        default: byte < 0x20 || byte >= 0x7F
        }
    }
}

extension Sequence<HTML> {
    /// The markup of all elements one after the other.
    func joined() -> HTML {
        reduce(into: HTML()) { $0 += $1 }
    }
}
