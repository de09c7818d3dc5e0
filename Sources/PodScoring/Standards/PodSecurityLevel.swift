/// The level of a Pod Security Standard.
///
/// Source: <https://kubernetes.io/docs/concepts/security/pod-security-standards/>
package enum PodSecurityLevel: String, Sendable, CaseIterable {
    /// Forbids nothing.
    case privileged
    /// Forbids known privilege escalations.
    case baseline
    /// Requires current best practices for hardened Pods.
    case restricted

    /// Creates the level with a name, compared as bytes; `nil` if there is no such level.
    package init?(parsing text: some StringProtocol) {
        guard let level = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) }) else { return nil }
        self = level
    }
}
