import KubernetesAPI

/// A Linux capability as a container names it, compared without regard to case and to the prefix `CAP_`.
///
/// Runtimes differ in what they take; whatever one of them would take for the capability counts.
struct CapabilityName {
    private let bytes: Substring.UTF8View

    /// Takes a name as written.
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

extension ScoringSubject {
    /// Says in each finding which of these capabilities its container adds; an outcome without findings stays as it is, at no cost.
    ///
    /// Names are given in small letters, and told in capital ones.
    func naming(_ capabilities: [String], in outcome: CheckOutcome) -> CheckOutcome {
        guard case .fails(let findings) = outcome else { return outcome }
        return .fails(
            findings.map { finding in
                let added = pod.container(at: finding.place)?.securityContext.capabilities.add ?? []
                let found = capabilities.filter { name in added.contains { CapabilityName($0).matches(name) } }.map { $0.uppercased() }
                guard !found.isEmpty else { return finding }
                return Finding(finding.place, finding.field, fix: "remove \(found.inWords) from \(finding.field)")
            }
        )
    }
}
