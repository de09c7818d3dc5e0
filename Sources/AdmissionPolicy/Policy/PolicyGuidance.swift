import KubernetesAPI

/// The platform team's sentence and link that a policy adds to its denials and warnings.
///
/// A class because policies, texts and decisions share it; it never changes.
package final class PolicyGuidance: Sendable {
    /// The team's sentence; `nil` without one.
    package let message: String?
    /// The URL of the team's page; `nil` without one.
    package let runbook: String?
    /// The message and the runbook in a line each: `Runbook: https://wiki.example/pods`.
    package let lines: [String]
    /// Both in one line: `Ask in #platform-help. Runbook: https://wiki.example/pods`.
    package let line: String

    /// The longest message and the longest URL, in bytes.
    package static let textByteLimit = 200
    /// The longest ``line``, in bytes.
    static let lineByteLimit = 2 * textByteLimit + ". Runbook: ".utf8.count

    /// A message, a runbook or both; `nil` without any.
    package init?(message: PolicyMessage?, runbook: RunbookURL?) {
        guard message != nil || runbook != nil else { return nil }
        self.message = message?.text
        self.runbook = runbook?.text
        lines = [message?.text, runbook.map { "Runbook: \($0.text)" }].compactMap(\.self)
        line = lines.joined(separator: message?.endsSentence == true ? " " : ". ")
    }
}

/// The sentence of a platform team in a policy: one line of visible text.
package struct PolicyMessage: Sendable, Equatable {
    /// The sentence.
    package let text: String

    /// Reads a sentence.
    package init(parsing text: String) throws(GuidanceFault) {
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { throw .blank }
        if let hidden = text.unicodeScalars.first(where: VisibleText.isHidden) { throw .hiddenCharacter(hidden) }
        try GuidanceFault.checkLength(of: text)
        self.text = text
    }

    /// Whether the text ends like a sentence, so that another one can follow without a full stop.
    var endsSentence: Bool {
        text.unicodeScalars.last.map { ".!?…:;。！？".unicodeScalars.contains($0) } ?? false
    }
}

/// The address of a platform team's page in a policy: an https URL with a host and without a user.
package struct RunbookURL: Sendable, Equatable {
    /// The URL.
    package let text: String

    private static let scheme = "https://"

    /// Reads a URL.
    ///
    /// Source: <https://www.rfc-editor.org/rfc/rfc3986#section-3.2>
    package init(parsing text: String) throws(GuidanceFault) {
        guard text.beginsWithBytes(of: Self.scheme) else { throw text.isEmpty ? .blank : .notHTTPS }
        try GuidanceFault.checkLength(of: text)
        if let character = Self.firstInvalidCharacter(of: text) { throw .character(character) }
        let authority = text.utf8.dropFirst(Self.scheme.utf8.count).prefix { !"/?#".utf8.contains($0) }
        guard !authority.contains(UInt8(ascii: "@")) else { throw .userInformation }
        guard Self.isHostWithPort(String(decoding: authority, as: UTF8.self)) else { throw .invalidHost }
        self.text = text
    }

    /// The first character that must be percent-encoded: one that URLs cannot have, or a `%` without two hexadecimal digits.
    private static func firstInvalidCharacter(of text: String) -> Unicode.Scalar? {
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let isVisibleASCII = scalar.value > 0x20 && scalar.value < 0x7F
            guard isVisibleASCII, !"\"<>\\^`{|}".unicodeScalars.contains(scalar) else { return scalar }
            guard scalar == "%" else { continue }
            let digits = scalars.dropFirst(index + 1).prefix(2)
            guard digits.count == 2, digits.allSatisfy({ $0.properties.isASCIIHexDigit }) else { return scalar }
        }
        return nil
    }

    private static func isHostWithPort(_ authority: String) -> Bool {
        guard authority.utf8.first == UInt8(ascii: "[") else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.first.map(isName) == true && (parts.count == 1 || isPort(parts[1]))
        }
        let parts = authority.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].contains(":") else { return false }
        guard parts[0].allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return false }
        return parts[1].isEmpty || parts[1].first == ":" && isPort(parts[1].dropFirst())
    }

    /// Tells whether a text is the name or the IPv4 address of a host.
    private static func isName(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last, first != "-", last != "-" else { return false }
            return label.unicodeScalars.allSatisfy { $0 == "-" || $0 == "_" || $0.properties.isAlphabetic || "0"..."9" ~= $0 }
        }
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.allSatisfy { "0"..."9" ~= $0 } && (UInt16(text).map { $0 > 0 } ?? false)
    }
}

/// The reason why a message or a runbook is invalid.
package enum GuidanceFault: Error, Sendable, Equatable {
    case blank
    case tooLong(byteCount: Int)
    /// A character that ends a line, controls a terminal or reorders text.
    case hiddenCharacter(Unicode.Scalar)
    /// The URL has another scheme or none.
    case notHTTPS
    /// The URL has a character that must be percent-encoded.
    case character(Unicode.Scalar)
    /// The URL has a user or a password.
    case userInformation
    /// The URL has no host, or no valid one.
    case invalidHost

    /// Throws ``tooLong(byteCount:)`` if a text exceeds ``PolicyGuidance/textByteLimit``.
    fileprivate static func checkLength(of text: String) throws(Self) {
        guard text.utf8.count <= PolicyGuidance.textByteLimit else { throw .tooLong(byteCount: text.utf8.count) }
    }
}
