/// How much a Pod Security Standard forbids.
///
/// Source: <https://kubernetes.io/docs/concepts/security/pod-security-standards/>
package enum PodSecurityLevel: String, Sendable, CaseIterable {
    /// Nothing.
    case privileged
    /// Known ways to gain privileges.
    case baseline
    /// Whatever a hardened Pod can do without.
    case restricted

    /// The level of that name, compared as bytes; `nil` when there is none.
    package init?(parsing text: some StringProtocol) {
        guard let level = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) }) else { return nil }
        self = level
    }
}
