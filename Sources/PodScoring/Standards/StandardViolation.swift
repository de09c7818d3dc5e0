/// The violation of a check of a Pod Security Standard by one Pod.
package struct StandardViolation: Sendable {
    /// The check.
    package let check: StandardCheck
    /// The places of the violation; never empty.
    ///
    /// The order is the Pod, its init, regular and ephemeral containers, then its annotations. If there are two fixes, all places of the first
    /// come before those of the second.
    package let findings: [Finding]

    /// A violation of a check; `nil` if the check found nothing.
    init?(check: StandardCheck, findings: [Finding]) {
        guard !findings.isEmpty else { return nil }
        self.check = check
        self.findings = findings
    }

    /// Returns the violation at some of its places; `nil` without places.
    package func keeping(_ findings: [Finding]) -> Self? {
        Self(check: check, findings: findings)
    }

    /// The name in messages and waivers, such as `restricted/runAsNonRoot`.
    package var name: String { check.name }
    /// The violation as text; see ``StandardCheck/reason``.
    package var reason: String { check.reason }
    /// The fix of findings without their own.
    package var fix: String { check.fix }
    /// Returns the class of the fix at all places together, in the object with the violation.
    package func fixClass(in subject: ScoringSubject) -> FixClass {
        check.fixClass(of: findings, in: subject)
    }

    /// Returns the class of the fix at one place.
    package func fixClass(at place: Finding.Place, in subject: ScoringSubject) -> FixClass {
        check.fixClassException.fixClass(at: place, in: subject, otherwise: check.fixClass)
    }

    /// Whether the check applies to each container, not to the Pod as a whole.
    package var isContainerScoped: Bool { check.scope == .container }
}

extension StandardViolation: Equatable {
    /// Returns whether two violations have the same check and the same places.
    package static func == (first: Self, second: Self) -> Bool {
        first.name == second.name && first.findings == second.findings
    }
}
