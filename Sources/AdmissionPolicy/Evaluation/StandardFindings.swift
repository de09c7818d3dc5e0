package import PodScoring

/// What one Pod Security Standard forbids in the object of a request.
package struct StandardFindings: Sendable {
    /// The standard.
    package let standard: PodSecurityStandard
    /// What it forbids, in the order of its checks.
    package let violations: [StandardViolation]

    /// Judges a whole Pod, or a template as its author wrote it.
    package init(of standard: PodSecurityStandard, in subject: ScoringSubject) {
        self.standard = standard
        violations = standard.evaluate(pod: subject.pod, annotations: subject.annotations)
    }

    /// Judges ephemeral containers, each by itself, and the whole Pod besides where it counts.
    init(of standard: PodSecurityStandard, inEphemeralContainers indexes: [Int], of subject: ScoringSubject, withWholePod: Bool) {
        let part = standard.evaluate(ephemeralContainers: indexes, of: subject.pod, annotations: subject.annotations)
        let whole = withWholePod ? standard.evaluate(pod: subject.pod, annotations: subject.annotations) : []
        self.standard = standard
        violations = standard.checks.compactMap { check in
            (whole + part).first { $0.name == check.name }
        }
    }

    private init(standard: PodSecurityStandard, violations: [StandardViolation]) {
        self.standard = standard
        self.violations = violations
    }

    /// The same with what is left of the findings of each violation; one of which nothing is left is none.
    func leaving(_ rest: (StandardViolation) -> [Finding]) -> Self {
        Self(standard: standard, violations: violations.compactMap { $0.keeping(rest($0)) })
    }
}
