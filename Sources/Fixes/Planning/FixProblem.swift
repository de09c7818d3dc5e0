import KubernetesAPI
package import PodScoring

/// A rule that fails or a check of a Pod Security Standard that is violated, with the places to fix.
package struct FixProblem: Sendable {
    /// The rule or check that found the places.
    package enum Origin: Sendable {
        case rule(Ruleset.Entry)
        case check(StandardCheck, of: PodSecurityStandard)
    }

    /// The rule or check that found the places.
    package let origin: Origin
    /// The places.
    package let findings: [Finding]
    /// The points that the object gains when all places are fixed; 0 for a check and for a rule without points.
    package let points: Int
    /// Whether the fix is demanded, whatever the score.
    package let isDemanded: Bool
    /// The class of the fix at all places together.
    package let fixClass: FixClass

    /// A failing rule or a violated check of an object.
    package init(_ origin: Origin, at findings: [Finding], in subject: ScoringSubject, points: Int, isDemanded: Bool) {
        self.origin = origin
        self.findings = findings
        self.points = points
        self.isDemanded = isDemanded
        fixClass = origin.fixClass(of: findings, in: subject)
    }

    /// The id of the rule, or the name of the check.
    package var id: String {
        switch origin {
        case .rule(let entry): entry.rule.id
        case .check(let check, _): check.name
        }
    }

    /// The number of rules that hold as well once this one does.
    var impliedCount: Int {
        guard case .rule(let entry) = origin else { return 0 }
        return entry.implies.count
    }

    /// Tells whether a container that adds this capability alone has the problem.
    func isCaused(byCapability name: String) -> Bool {
        var container = Container()
        container.securityContext.capabilities.add = [name]
        // The other list of the check must not be what it finds.
        container.securityContext.capabilities.drop = ["ALL"]
        var pod = PodSpec()
        pod.containers = [container]
        switch origin {
        case .rule(let entry): return entry.check(ScoringSubject(pod: pod)).fails
        case .check(let check, let standard):
            return standard.evaluate(ScoringSubject(pod: pod)).contains { $0.check === check }
        }
    }
}

extension FixProblem.Origin {
    /// The class of the fix at some places of an object together.
    fileprivate func fixClass(of findings: [Finding], in subject: ScoringSubject) -> FixClass {
        switch self {
        case .rule(let entry): entry.rule.fixClass(of: findings, in: subject)
        case .check(let check, _): check.fixClass(of: findings, in: subject)
        }
    }
}
