import KubernetesAPI

/// A set of Linux capabilities, matched without regard to letter case and to the prefix `CAP_`.
///
/// Container runtimes accept different spellings; any spelling that one of them accepts counts. They change names to upper case in Go,
/// where `ſ` (U+017F) becomes `S` and `ı` (U+0131) becomes `I`, so these letters count as `s` and `i`. No other letter does so.
/// Sources: <https://github.com/containerd/containerd/blob/v2.1.0/internal/cri/opts/spec_opts.go>, `WithCapabilities`;
/// <https://pkg.go.dev/strings#ToUpper>
struct CapabilityNames: Sendable {
    /// The capabilities that make a container an administrator of its node.
    static let administrator = Self(["sys_admin", "all"])

    private static let prefixLength = "cap_".utf8.count

    /// The names in lower case and without prefix, in the order in which messages list them.
    private let names: [String]
    private let set: TextSet
    /// The number of bytes of the longest spelling of a name without prefix.
    private let spellingByteLimit: Int

    /// Creates a set from names in ASCII, in lower case and without prefix.
    init(_ names: [String]) {
        self.names = names
        set = TextSet(names)
        spellingByteLimit = names.map { $0.utf8.reduce(0) { $0 + (Self.otherLetter(for: $1)?.utf8.count ?? 1) } }.max() ?? 0
    }

    /// Returns whether any of the names, as written, is in the set.
    func containsAny(of texts: [String]) -> Bool {
        let texts = texts.span
        for index in texts.indices where contains(texts[index]) { return true }
        return false
    }

    /// Returns whether a name, as written, is in the set.
    @inline(__always)
    func contains(_ text: String) -> Bool {
        let bytes = Self.withoutPrefix(text.utf8.span)
        if set.contains(bytes, as: { $0.lowercasedASCII }) { return true }
        guard bytes.count <= spellingByteLimit, bytes.hasByteOutsideASCII else { return false }
        return names.contains { Self.isName($0, written: bytes) }
    }

    /// The regular expression that the names in lower case match.
    var pattern: String {
        let alternatives = names.joined(separator: "|").utf8.map { byte in
            let letter = String(Unicode.Scalar(byte))
            return Self.otherLetter(for: byte).map { "[\(letter)\($0)]" } ?? letter
        }
        return "^(cap_)?(\(alternatives.joined()))$"
    }

    /// The condition in CEL that a variable, as written, is in the set.
    ///
    /// `lowerAscii` leaves letters outside of ASCII as they are.
    func cel(_ variable: String) -> CELExpression {
        "\(name: variable).lowerAscii().matches(\(literal: pattern))"
    }

    /// Finds the names of the set that occur in the texts: one bit for each, by its index.
    ///
    /// Long lists are cheap: only texts that are in the set are compared with each name.
    fileprivate func found(among texts: [String]) -> UInt64 {
        var found: UInt64 = 0
        let texts = texts.span
        for index in texts.indices where contains(texts[index]) {
            let bytes = Self.withoutPrefix(texts[index].utf8.span)
            for bit in names.indices where Self.isName(names[bit], written: bytes) { found |= 1 << UInt64(bit) }
        }
        return found
    }

    /// The texts of a finding that says which of the names to remove from a field.
    fileprivate func texts(removing found: UInt64, from field: String) -> Finding.Texts {
        let removed = names.indices.filter { found & 1 << UInt64($0) != 0 }.map { names[$0].uppercased() }
        return Finding.Texts(fix: "remove \(removed.inWords) from \(field)")
    }

    /// The letter outside of ASCII that has the same upper case as a lower-case letter; `nil` for most letters.
    private static func otherLetter(for letter: UInt8) -> String? {
        switch letter {
        case UInt8(ascii: "s"): "\u{17F}"
        case UInt8(ascii: "i"): "\u{131}"
        default: nil
        }
    }

    /// Returns whether bytes without prefix are a spelling of a name; reads only up to the first difference.
    private static func isName(_ name: String, written bytes: Span<UInt8>) -> Bool {
        let wanted = name.utf8.span
        var position = 0
        for index in wanted.indices {
            guard position < bytes.count else { return false }
            if bytes[position].lowercasedASCII == wanted[index] {
                position += 1
                continue
            }
            guard let other = otherLetter(for: wanted[index]) else { return false }
            for byte in other.utf8 {
                guard position < bytes.count, bytes[position] == byte else { return false }
                position += 1
            }
        }
        return position == bytes.count
    }

    @inline(__always)
    @_lifetime(copy bytes)
    private static func withoutPrefix(_ bytes: Span<UInt8>) -> Span<UInt8> {
        guard bytes.count >= prefixLength, bytes[3] == UInt8(ascii: "_") else { return bytes }
        let isPrefix =
            bytes[0].lowercasedASCII == UInt8(ascii: "c") && bytes[1].lowercasedASCII == UInt8(ascii: "a")
            && bytes[2].lowercasedASCII == UInt8(ascii: "p")
        return isPrefix ? bytes.extracting(prefixLength...) : bytes
    }
}

extension Span<UInt8> {
    /// Whether a byte belongs to a character outside of ASCII; made for short texts.
    @inline(__always)
    fileprivate var hasByteOutsideASCII: Bool {
        var all: UInt8 = 0
        for index in indices { all |= self[index] }
        return all >= 0x80
    }
}

extension ScoringSubject {
    /// Adds to each finding a fix that names the capabilities its container adds; an outcome that holds is returned unchanged.
    func naming(_ capabilities: CapabilityNames, in outcome: CheckOutcome) -> CheckOutcome {
        guard case .fails(let findings) = outcome else { return outcome }
        // Thousands of containers that add the same share one text.
        var texts: [UInt64: Finding.Texts] = [:]
        return .fails(
            findings.map { finding in
                let found = capabilities.found(among: pod.addedCapabilities(at: finding.place))
                guard found != 0 else { return finding }
                let own = texts[found] ?? capabilities.texts(removing: found, from: finding.field)
                texts[found] = own
                return finding.fixed(by: own)
            }
        )
    }
}

extension PodSpec {
    /// Returns the capabilities that the container at a place adds, without copying the container; empty if there is no container.
    fileprivate func addedCapabilities(at place: Finding.Place) -> [String] {
        guard case .container(let list, let index) = place else { return [] }
        let containers = self[list]
        return containers.indices.contains(index) ? containers[index].securityContext.capabilities.add ?? [] : []
    }
}
