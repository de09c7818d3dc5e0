import KubernetesAPI

/// Some Linux capabilities, found among those that containers name without regard to case and to the prefix `CAP_`.
///
/// Runtimes differ in what they take; whatever one of them would take for the capability counts.
struct CapabilityNames: Sendable {
    private static let prefixLength = "cap_".utf8.count

    /// The names, in small letters and without prefix, in the order in which messages tell them.
    private let names: [String]
    private let set: TextSet

    /// Takes names in small letters without prefix.
    init(_ names: [String]) {
        self.names = names
        set = TextSet(names)
    }

    /// Tells whether a name, as written, is one of these.
    func contains(_ text: String) -> Bool {
        let bytes = text.utf8.span
        return set.contains(Self.withoutPrefix(bytes)) { $0.lowercasedASCII }
    }

    /// Those of these names that are among the texts, as messages tell them: in capital letters.
    ///
    /// Of the texts only those are compared that are any of these names, so long lists cost little.
    func found(among texts: [String]) -> [String] {
        let known = texts.filter(contains)
        return names.filter { name in known.contains { Self.isName(name, written: $0) } }.map { $0.uppercased() }
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
    /// Says in each finding which of these capabilities its container adds; an outcome without findings stays as it is, at no cost.
    func naming(_ capabilities: CapabilityNames, in outcome: CheckOutcome) -> CheckOutcome {
        guard case .fails(let findings) = outcome else { return outcome }
        return .fails(
            findings.map { finding in
                let found = capabilities.found(among: pod.addedCapabilities(at: finding.place))
                guard !found.isEmpty else { return finding }
                return Finding(finding.place, finding.field, fix: "remove \(found.inWords) from \(finding.field)")
            }
        )
    }
}

extension PodSpec {
    /// The capabilities that the container at a place adds, without a copy of the rest; empty where there is no container.
    fileprivate func addedCapabilities(at place: Finding.Place) -> [String] {
        guard case .container(let list, let index) = place else { return [] }
        let containers = self[list]
        return containers.indices.contains(index) ? containers[index].securityContext.capabilities.add ?? [] : []
    }
}
