/// The violations of one Pod Security Standard in an object.
package struct StandardFindings: Sendable {
    /// The standard.
    package let standard: PodSecurityStandard
    /// The violations, in the order of its checks.
    package let violations: [StandardViolation]

    /// Keeps the violations that the checks of a standard found.
    init(standard: PodSecurityStandard, violations: [StandardViolation]) {
        self.standard = standard
        self.violations = violations
    }

    /// Evaluates a whole Pod, or a template as its author wrote it.
    package init(of standard: PodSecurityStandard, in subject: ScoringSubject) {
        self.init(standard: standard, violations: standard.evaluate(subject))
    }

    /// Keeps some findings of each violation; a violation that keeps none is dropped.
    package func keeping(_ kept: (StandardViolation) -> [Finding]) -> Self {
        Self(standard: standard, violations: violations.compactMap { $0.keeping(kept($0)) })
    }
}
