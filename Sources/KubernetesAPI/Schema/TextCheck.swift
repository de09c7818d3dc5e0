/// A check of a text that Kubernetes reads letter by letter.
enum TextCheck: Sendable {
    /// The reference of an image; only its digest is checked.
    case image
    /// The name of a Linux capability.
    case capability
    /// One of these words.
    case word([String])

    /// The problem of a text.
    struct Problem {
        /// The kind of the problem.
        let kind: FieldWarning.Kind
        /// The problem and what to write, on one line.
        let message: String
        /// The problem as a clause behind `line 12 has`.
        let clause: String
    }

    /// Returns the problem of a text; `nil` if it has none.
    func problem(of text: String) -> Problem? {
        switch self {
        case .image: Self.digestProblem(in: text)
        case .capability: Self.capability(text).flatMap { Self.spellingProblem(of: text, meaning: $0, Self.capabilityReason) }
        case .word(let words):
            words.first { $0.equalsIgnoringASCIICase(text) }.flatMap { Self.spellingProblem(of: text, meaning: $0, Self.wordReason) }
        }
    }

    private static let capabilityReason = "the Pod Security Standards expect capabilities in upper case and without CAP_"
    private static let wordReason = "Kubernetes distinguishes upper and lower case"

    /// Returns the problem that a text is not spelled like the word that it means.
    private static func spellingProblem(of text: String, meaning word: String, _ reason: String) -> Problem? {
        guard !text.hasSameBytes(as: word) else { return nil }
        let quoted = FieldWarning.quoted(text)
        let clause = "\(quoted) instead of \(word)"
        return Problem(kind: .otherSpelling, message: "write \(word) instead of \(quoted): \(reason)", clause: clause)
    }

    /// Returns the capability in upper case and without prefix; `nil` for a text that is no name of a capability.
    private static func capability(_ text: String) -> String? {
        capabilities.first { name in
            text.equalsIgnoringASCIICase(name) || text.utf8.count == name.utf8.count + 4 && text.equalsIgnoringASCIICase("CAP_" + name)
        }
    }

    /// The most frequent names first.
    ///
    /// Source: <https://man7.org/linux/man-pages/man7/capabilities.7.html>
    private static let capabilities = [
        "ALL", "NET_RAW", "NET_BIND_SERVICE", "NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID",
        "KILL", "SETGID", "SETUID", "SETPCAP", "SYS_CHROOT", "MKNOD", "AUDIT_WRITE", "SETFCAP", "SYS_TIME", "SYS_RESOURCE",
        "IPC_LOCK", "SYS_MODULE", "SYS_NICE", "SYS_RAWIO", "SYSLOG", "BPF", "PERFMON", "DAC_READ_SEARCH", "LINUX_IMMUTABLE",
        "NET_BROADCAST", "IPC_OWNER", "SYS_PACCT", "SYS_BOOT", "SYS_TTY_CONFIG", "LEASE", "AUDIT_CONTROL", "AUDIT_READ",
        "MAC_OVERRIDE", "MAC_ADMIN", "WAKE_ALARM", "BLOCK_SUSPEND", "CHECKPOINT_RESTORE",
    ]

    /// The algorithms whose digests container runtimes verify, with their numbers of digits.
    ///
    /// Source: <https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms>
    private static let algorithms = [(name: "sha256", digits: 64), (name: "sha512", digits: 128)]

    /// Returns the problem of the digest behind `@`; `nil` without a digest, and for a placeholder that a tool fills in later.
    private static func digestProblem(in reference: String) -> Problem? {
        guard hasDigest(reference.utf8.span), let at = reference.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let digest = reference[reference.utf8.index(after: at)...]
        guard !reference.utf8.contains(where: isOfPlaceholder) else { return nil }
        let quoted = FieldWarning.quoted(String(digest))
        let clause = "the malformed digest \(quoted)"
        guard let colon = digest.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return Problem(kind: .malformedDigest, message: "malformed digest \(quoted): expected sha256: and 64 digits", clause: clause)
        }
        let digits = digest[digest.utf8.index(after: colon)...].utf8
        guard let algorithm = algorithms.first(where: { $0.name.utf8.elementsEqual(digest[..<colon].utf8) }) else { return nil }
        guard digits.count != algorithm.digits || !digits.allSatisfy(isDigit) else { return nil }
        let reason = "\(algorithm.name) has \(algorithm.digits) hexadecimal digits in lower case"
        return Problem(kind: .malformedDigest, message: "malformed digest \(quoted): \(reason)", clause: clause)
    }

    /// Whether a reference has an `@`, which most do not; quicker than a search for its index.
    private static func hasDigest(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index] == UInt8(ascii: "@") { return true }
        return false
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// Whether a byte occurs in placeholders, such as `${DIGEST}` and `<digest>`, and in no image reference.
    private static func isOfPlaceholder(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "$"), UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "%"), UInt8(ascii: "("): true
        default: false
        }
    }
}

extension String {
    /// Whether two texts are equal but for the case of ASCII letters.
    func equalsIgnoringASCIICase(_ other: String) -> Bool {
        let (bytes, others) = (utf8.span, other.utf8.span)
        guard bytes.count == others.count else { return false }
        for index in bytes.indices where bytes[index].lowercasedASCIILetter != others[index].lowercasedASCIILetter { return false }
        return true
    }
}

extension UInt8 {
    /// The byte in lower case if it is an upper-case letter of ASCII.
    fileprivate var lowercasedASCIILetter: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
