/// A namespace's name, or a glob in which `*` stands for any run of characters.
package struct NamePattern: Sendable, Equatable {
    /// The byte that stands for any run of characters.
    static let star = UInt8(ascii: "*")

    /// The pattern as written.
    package let text: String
    /// The bytes of ``text``.
    let bytes: [UInt8]
    /// The number of bytes that stand for themselves; the pattern with more of them wins.
    package let literalCount: Int

    /// Takes the pattern as written; every text is a pattern.
    package init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
        literalCount = bytes.count { $0 != Self.star }
    }

    /// Whether the pattern names one namespace only.
    package var isExact: Bool { literalCount == bytes.count }

    /// Tells whether a name matches, compared as bytes; linear in the product of both lengths at worst.
    package func matches(_ name: String) -> Bool {
        matches(name.utf8.span)
    }

    /// Tells whether a name's bytes match; linear in the product of both lengths at worst.
    ///
    /// No `*` stands for the separator; `nil` when there is none.
    func matches(_ name: Span<UInt8>, separator: UInt8? = nil) -> Bool {
        let pattern = bytes.span
        var patternIndex = 0
        var nameIndex = 0
        var resume: (pattern: Int, name: Int)?
        while nameIndex < name.count {
            if patternIndex < pattern.count, pattern[patternIndex] == Self.star {
                patternIndex += 1
                // A last `*` stands for all the rest, however long, but not for a separator.
                if patternIndex == pattern.count, separator == nil { return true }
                resume = (patternIndex, nameIndex)
            } else if patternIndex < pattern.count, pattern[patternIndex] == name[nameIndex] {
                if pattern[patternIndex] == separator { resume = nil }
                patternIndex += 1
                nameIndex += 1
            } else if let last = resume, name[last.name] != separator {
                // Let the last `*` stand for one byte more; an earlier one can stay as it is.
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

/// How the names of some things are made, as far as a text can be refused that names none of them.
package enum NameForm: Sendable, Equatable {
    /// A DNS-1123 label, as namespaces, policies and containers have.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go>
    case label
    /// A DNS-1123 subdomain, as Pods, service accounts and runtime classes have.
    case subdomain
    /// An image reference as a Pod gives it: visible ASCII.
    case image

    /// The most characters of a name.
    package var lengthLimit: Int {
        switch self {
        case .label: 63
        case .subdomain: 253
        case .image: 512
        }
    }

    /// The characters of a name, for messages.
    var characters: String {
        switch self {
        case .label: "a-z, 0-9, -"
        case .subdomain: "a-z, 0-9, -, ."
        case .image: "visible ASCII"
        }
    }

    /// Tells whether a name can hold a byte.
    func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        case UInt8(ascii: "."): self != .label
        case 0x21...0x7E: self == .image
        default: false
        }
    }
}

/// Why a text is no name, or no pattern of names, of a form.
package enum NameFault: Error, Sendable, Equatable {
    case empty
    /// Longer than ``NameForm/lengthLimit``.
    case tooLong(count: Int)
    /// The first character that a name cannot hold.
    case character(Character)
    /// A hyphen is the first or the last character.
    case hyphenAtEdge

    /// Finds what keeps a text from being a name, in which `*` may stand for any run of characters when it is a pattern.
    static func first(in text: String, of form: NameForm = .label, isPattern: Bool) -> NameFault? {
        if text.isEmpty { return .empty }
        let unwanted = text.first { character in
            guard let byte = character.asciiValue, character.utf8.count == 1 else { return true }
            return byte == NamePattern.star ? !isPattern : !form.allows(byte)
        }
        if let unwanted { return .character(unwanted) }
        if text.utf8.count > form.lengthLimit { return .tooLong(count: text.utf8.count) }
        let hyphen = UInt8(ascii: "-")
        return form != .image && (text.utf8.first == hyphen || text.utf8.last == hyphen) ? .hyphenAtEdge : nil
    }
}

extension NamePattern {
    /// Reads a pattern that at least one name of the form can match.
    ///
    /// - Throws: The first fault; a pattern is no longer than a name, since each of its characters but `*` stands for itself.
    package init(parsing text: String, as form: NameForm = .label) throws(NameFault) {
        if let fault = NameFault.first(in: text, of: form, isPattern: true) { throw fault }
        self.init(text)
    }
}
