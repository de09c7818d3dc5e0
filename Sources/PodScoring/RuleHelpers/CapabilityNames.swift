import KubernetesAPI

/// A set of Linux capabilities, matched without regard to letter case and to the prefix `CAP_`.
///
/// Container runtimes accept different spellings; any spelling that one of them accepts counts.
struct CapabilityNames: Sendable {
    /// The capabilities that make a container an administrator of its node.
    static let administrator = Self(["sys_admin", "all"])

    private static let prefixLength = "cap_".utf8.count

    /// The names in lower case and without prefix, in the order in which messages list them.
    private let names: [String]
    private let set: TextSet

    /// Creates a set from names in lower case without prefix.
    init(_ names: [String]) {
        self.names = names
        set = TextSet(names)
    }

    /// Returns whether a name, as written, is in the set.
    func contains(_ text: String) -> Bool {
        let bytes = text.utf8.span
        return set.contains(Self.withoutPrefix(bytes)) { $0.lowercasedASCII }
    }

    /// The condition in CEL that a variable, as written, is in the set.
    func cel(_ variable: String) -> CELExpression {
        "\(name: variable).lowerAscii().matches(\(literal: "^(cap_)?(\(names.joined(separator: "|")))$"))"
    }

    /// Finds the names of the set that occur in the texts: one bit for each, by its index.
    ///
    /// Long lists are cheap: only texts that are in the set are compared with each name.
    fileprivate func found(among texts: [String]) -> UInt64 {
        var found: UInt64 = 0
        for text in texts where contains(text) {
            for index in names.indices where Self.isName(names[index], written: text) { found |= 1 << UInt64(index) }
        }
        return found
    }

    /// The texts of a finding that says which of the names to remove from a field.
    fileprivate func texts(removing found: UInt64, from field: String) -> Finding.Texts {
        let removed = names.indices.filter { found & 1 << UInt64($0) != 0 }.map { names[$0].uppercased() }
        return Finding.Texts(fix: "remove \(removed.inWords) from \(field)")
    }

    private static func isName(_ name: String, written text: String) -> Bool {
        let (bytes, wanted) = (withoutPrefix(text.utf8.span), name.utf8.span)
        guard bytes.count == wanted.count else { return false }
        for index in bytes.indices where bytes[index].lowercasedASCII != wanted[index] { return false }
        return true
    }

    @_lifetime(copy bytes)
    private static func withoutPrefix(_ bytes: Span<UInt8>) -> Span<UInt8> {
        guard bytes.count >= prefixLength, bytes[3] == UInt8(ascii: "_") else { return bytes }
        let isPrefix =
            bytes[0].lowercasedASCII == UInt8(ascii: "c") && bytes[1].lowercasedASCII == UInt8(ascii: "a")
            && bytes[2].lowercasedASCII == UInt8(ascii: "p")
        return isPrefix ? bytes.extracting(prefixLength...) : bytes
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
