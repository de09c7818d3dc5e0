/// The name of a namespace or another thing, or a glob in which `*` matches any run of characters.
package struct NamePattern: Sendable, Equatable {
    /// The byte that matches any run of characters.
    static let star = UInt8(ascii: "*")

    /// The pattern as written.
    package let text: String
    /// The bytes of ``text``.
    let bytes: [UInt8]
    /// The number of bytes other than `*`; the pattern with more of them is more specific.
    package let literalCount: Int

    /// Takes the pattern as written; every text is a pattern.
    package init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
        literalCount = bytes.count { $0 != Self.star }
    }

    /// Whether the pattern has no `*`.
    package var isExact: Bool { literalCount == bytes.count }

    /// Tells whether a name matches, compared as bytes; linear in the product of both lengths at worst.
    package func matches(_ name: String) -> Bool {
        matches(name.utf8.span)
    }

    /// Tells whether a name's bytes match; linear in the product of both lengths at worst.
    ///
    /// A `*` does not match the separator; without a separator (`nil`) it matches every byte.
    func matches(_ name: Span<UInt8>, separator: UInt8? = nil) -> Bool {
        let pattern = bytes.span
        var patternIndex = 0
        var nameIndex = 0
        var resume: (pattern: Int, name: Int)?
        while nameIndex < name.count {
            if patternIndex < pattern.count, pattern[patternIndex] == Self.star {
                patternIndex += 1
                // A `*` at the end matches all the rest, but no separator.
                if patternIndex == pattern.count, separator == nil { return true }
                resume = (patternIndex, nameIndex)
            } else if patternIndex < pattern.count, pattern[patternIndex] == name[nameIndex] {
                if pattern[patternIndex] == separator { resume = nil }
                patternIndex += 1
                nameIndex += 1
            } else if let last = resume, name[last.name] != separator {
                // Let the last `*` match one byte more. Earlier ones need no change.
                patternIndex = last.pattern
                nameIndex = last.name + 1
                resume = (last.pattern, nameIndex)
            } else {
                return false
            }
        }
        return bytes[patternIndex...].allSatisfy { $0 == Self.star }
    }

    package static func == (first: Self, second: Self) -> Bool {
        first.bytes == second.bytes
    }
}

/// The forms of names; the checks reject only texts that nothing can be named.
package enum NameForm: Sendable, Equatable {
    /// A DNS-1123 label: the names of namespaces, policies and containers.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go>
    case label
    /// A DNS-1123 subdomain: the names of Pods, service accounts and runtime classes.
    case subdomain
    /// An image reference as a Pod has it: visible ASCII.
    case image

    /// The most characters of a name.
    package var lengthLimit: Int {
        switch self {
        case .label: 63
        case .subdomain: 253
        case .image: 512
        }
    }

    /// The characters of a name, or of a pattern of names, for messages.
    func characters(isPattern: Bool) -> String {
        switch self {
        case .label: isPattern ? "a-z, 0-9, - and *" : "a-z, 0-9 and -"
        case .subdomain: isPattern ? "a-z, 0-9, -, . and *" : "a-z, 0-9, - and ."
        case .image: "visible ASCII characters"
        }
    }

    /// Tells whether a name can have a byte.
    func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        case UInt8(ascii: "."): self != .label
        case 0x21...0x7E: self == .image
        default: false
        }
    }
}

/// Why a text is not a name of a form, or not a pattern of such names.
package enum NameFault: Error, Sendable, Equatable {
    case empty
    /// Longer than ``NameForm/lengthLimit``.
    case tooLong(count: Int)
    /// It has a character that a name cannot have.
    case character
    /// A hyphen is the first or the last character.
    case hyphenAtEdge

    /// Finds the first fault of a name, or of a pattern, in which `*` is allowed; `nil` without any.
    static func first(in text: String, of form: NameForm = .label, isPattern: Bool) -> NameFault? {
        if text.isEmpty { return .empty }
        if !text.utf8.allSatisfy({ $0 == NamePattern.star ? isPattern : form.allows($0) }) { return .character }
        if text.utf8.count > form.lengthLimit { return .tooLong(count: text.utf8.count) }
        let hyphen = UInt8(ascii: "-")
        return form != .image && (text.utf8.first == hyphen || text.utf8.last == hyphen) ? .hyphenAtEdge : nil
    }
}

extension NamePattern {
    /// Reads a pattern that at least one name of the form can match.
    ///
    /// - Throws: The first fault. The length limit of names applies to patterns as well.
    package init(parsing text: String, as form: NameForm = .label) throws(NameFault) {
        if let fault = NameFault.first(in: text, of: form, isPattern: true) { throw fault }
        self.init(text)
    }
}
