/// Why a text is no name, or no pattern of names, as Kubernetes wants namespaces and policies to be named.
package enum NameFault: Error, Sendable, Equatable {
    case empty
    /// Longer than ``NameFault/lengthLimit``.
    case tooLong(count: Int)
    /// The first character that a name cannot hold.
    case character(Character)
    /// A hyphen is the first or the last character.
    case hyphenAtEdge

    /// The most characters in a DNS-1123 label.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go>
    package static let lengthLimit = 63

    /// Finds what keeps a text from being a DNS-1123 label, in which `*` may stand for any run of characters when it is a pattern.
    static func first(in text: String, isPattern: Bool) -> NameFault? {
        if text.isEmpty { return .empty }
        let unwanted = text.first { character in
            guard let byte = character.asciiValue else { return true }
            return !isLabelByte(byte) && !(isPattern && byte == NamePattern.star)
        }
        if let unwanted { return .character(unwanted) }
        if text.utf8.count > lengthLimit { return .tooLong(count: text.utf8.count) }
        let hyphen = UInt8(ascii: "-")
        return text.utf8.first == hyphen || text.utf8.last == hyphen ? .hyphenAtEdge : nil
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}

extension NamePattern {
    /// Reads a pattern that at least one namespace's name can match.
    ///
    /// - Throws: The first fault; a pattern is no longer than a name, since each of its characters but `*` stands for itself.
    package init(parsing text: String) throws(NameFault) {
        if let fault = NameFault.first(in: text, isPattern: true) { throw fault }
        self.init(text)
    }
}
