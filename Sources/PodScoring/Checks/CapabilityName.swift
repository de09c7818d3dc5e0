/// A Linux capability as a container names it, compared without regard to case and to the prefix `CAP_`.
///
/// Runtimes differ in what they take; whatever one of them would take for the capability counts.
struct CapabilityName {
    private let bytes: Substring.UTF8View

    init(_ text: String) {
        let prefix = "cap_"
        let hasPrefix = text.utf8.prefix(prefix.utf8.count).elementsEqual(prefix.utf8) { $0.lowercasedASCII == $1 }
        bytes = Substring(text).utf8.dropFirst(hasPrefix ? prefix.utf8.count : 0)
    }

    /// Tells whether this is the capability, written in small letters without prefix.
    func matches(_ lowercase: String) -> Bool {
        bytes.elementsEqual(lowercase.utf8) { $0.lowercasedASCII == $1 }
    }
}
