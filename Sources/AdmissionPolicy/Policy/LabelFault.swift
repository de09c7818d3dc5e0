import KubernetesAPI

/// Why a text is not the key or the value of a label.
///
/// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go>
package enum LabelFault: Sendable, Equatable {
    /// The name of a key, without its prefix, or the whole key is empty.
    case empty
    /// A name or a value has more characters than ``nameLimit``.
    case tooLong(count: Int)
    /// A name or a value has a character that labels cannot have.
    case character
    /// A name or a value does not begin and end with a letter or a digit.
    case edge
    /// The prefix of a key is no DNS name, or the key has more than one slash.
    case prefix

    /// The most characters of a value, and of a key without its prefix.
    static let nameLimit = 63
    /// The names of keys, and the values that are not empty, as a regular expression.
    static let namePattern = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
    /// The keys as a regular expression, which does not limit the length of the prefix.
    static let keyPattern = "^(\(labelPattern)(\\.\(labelPattern))*/)?\(namePattern)$"
    /// The values as a regular expression.
    static let valuePattern = "^(\(namePattern))?$"
    /// The texts whose part before the first slash is too long for a prefix, as a regular expression.
    static let longPrefixPattern = "^[^/]{\(NameForm.subdomain.lengthLimit + 1)}"
    private static let labelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

    /// Finds the first fault of a key, such as `example.com/team`; `nil` without any.
    static func first(inKey key: String) -> Self? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last else { return .prefix }
        if parts.count == 2 {
            let labels = parts[0].split(separator: ".", omittingEmptySubsequences: false)
            guard parts[0].utf8.count <= NameForm.subdomain.lengthLimit, labels.allSatisfy(isLabel) else { return .prefix }
        }
        return name.isEmpty ? .empty : first(inName: name)
    }

    /// Finds the first fault of a value, which may be empty; `nil` without any.
    static func first(inValue value: String) -> Self? {
        value.isEmpty ? nil : first(inName: value[...])
    }

    private static func first(inName name: Substring) -> Self? {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        }
        guard name.utf8.allSatisfy({ isAlphanumeric($0) || "-_.".utf8.contains($0) }) else { return .character }
        guard name.utf8.count <= nameLimit else { return .tooLong(count: name.utf8.count) }
        guard name.utf8.first.map(isAlphanumeric) == true, name.utf8.last.map(isAlphanumeric) == true else { return .edge }
        return nil
    }

    /// Tells whether a part of a prefix is a DNS label; Kubernetes does not limit its length.
    private static func isLabel(_ part: Substring) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return !part.isEmpty && part.utf8.allSatisfy(NameForm.label.allows) && part.utf8.first != hyphen && part.utf8.last != hyphen
    }
}
