import KubernetesAPI
import PodScoring

/// Says where a rule fails and what to write there.
struct FailureText {
    /// The assessment whose failures are told, and in whose Pod their places are.
    let assessment: Assessment

    /// A violation in full and in short; `nil` for what is about neither a rule nor a check.
    func texts(of violation: Decision.Violation, placeLimit: Int = 3) -> (full: String, short: String)? {
        switch violation {
        case .required(let rule), .forbidden(let rule):
            return (text(ofRule: rule, placeLimit: placeLimit), rule)
        case .podSecurityStandard(let standard, let name):
            let id = assessment.violation(of: standard, check: name)?.check.id ?? name
            return (text(ofCheck: name, in: standard, placeLimit: placeLimit), id)
        case .minimumScore, .undecodable:
            return nil
        }
    }

    /// The check's id, then the places and the fix: `hostNamespaces (Pod: remove hostPID)`.
    func text(ofCheck name: String, in standard: PodSecurityStandard, placeLimit: Int = 3) -> String {
        guard let violation = assessment.violation(of: standard, check: name) else { return name }
        let fix = FixText(pod: assessment.pod).text(of: violation.check, findings: violation.findings, placeLimit: placeLimit)
        return "\(violation.check.id) (\(fix))"
    }

    /// The rule's id, then the places and the fix: `RunAsNonRoot (container "bad": set securityContext.runAsNonRoot: true)`.
    ///
    /// At most `placeLimit` places are named before the rest is counted.
    func text(ofRule id: String, placeLimit: Int = 3) -> String {
        text(of: assessment.failure(ofRule: id), id, placeLimit: placeLimit)
    }

    /// The same for a rule on the way to the minimum, with all places where it has to be mended to bring its points.
    func text(ofChange id: String, placeLimit: Int = 3) -> String {
        text(of: assessment.openResult(ofRule: id), id, placeLimit: placeLimit)
    }

    private func text(of failure: ScoreReport.Result?, _ id: String, placeLimit: Int) -> String {
        guard let failure else { return id }
        let rule = assessment.rule(of: failure)
        return "\(rule.id) (\(FixText(pod: assessment.pod).text(of: rule, findings: failure.findings, placeLimit: placeLimit)))"
    }
}
