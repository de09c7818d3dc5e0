/// What a check of a Pod Security Standard forbids in one Pod.
package struct StandardViolation: Sendable {
    /// The check.
    package let check: StandardCheck
    /// Where the Pod does what is forbidden; never empty.
    ///
    /// The Pod stands first, then its containers in the order of the lists init, normal, ephemeral, then its annotations. Where two different
    /// things are to be done, all places of the first stand before those of the second.
    package let findings: [Finding]

    /// A violation of a check; `nil` if the check found nothing.
    init?(check: StandardCheck, findings: [Finding]) {
        guard !findings.isEmpty else { return nil }
        self.check = check
        self.findings = findings
    }

    /// The same violation at some of its places; `nil` at none.
    package func keeping(_ findings: [Finding]) -> Self? {
        Self(check: check, findings: findings)
    }

    /// The name by which messages and waivers call it, such as `restricted/runAsNonRoot`.
    package var name: String { check.name }
    /// What the Pod does; see ``StandardCheck/reason``.
    package var reason: String { check.reason }
    /// What to do, where a finding does not say so itself.
    package var fix: String { check.fix }
    /// Whether the check looks at each container, and not at the Pod as a whole.
    package var isContainerScoped: Bool { check.scope == .container }
}

extension StandardViolation: Equatable {
    /// Violations are equal when they are about the same check and the same places.
    package static func == (first: Self, second: Self) -> Bool {
        first.name == second.name && first.findings == second.findings
    }
}
