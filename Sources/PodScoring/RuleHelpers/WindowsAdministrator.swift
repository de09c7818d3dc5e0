import KubernetesAPI

/// The user of Windows containers that corresponds to root, with or without a domain before its name, without regard to letter case.
enum WindowsAdministrator {
    /// The regular expression that its names in lower case match.
    static let pattern = #"(^|\\)\#(name)$"#

    private static let name = "containeradministrator"

    /// Returns whether the part of a name after its last `\`, or all of it, is that of the administrator.
    static func isNamed(by text: String) -> Bool {
        let (bytes, wanted) = (text.utf8.span, name.utf8.span)
        let start = bytes.count - wanted.count
        guard start == 0 || start > 0 && bytes[start - 1] == UInt8(ascii: "\\") else { return false }
        for index in wanted.indices where bytes[start + index].lowercasedASCII != wanted[index] { return false }
        return true
    }
}
