import KubernetesAPI
import PodScoring

/// Says where a rule fails and what to write there.
struct FailureText {
    /// The assessment whose failures are told, and in whose Pod their places are.
    let assessment: Assessment

    /// The rule's id, then the places and the fix: `RunAsNonRoot (container "bad": set securityContext.runAsNonRoot: true)`.
    ///
    /// At most `placeLimit` places are named before the rest is counted.
    func text(ofRule id: String, placeLimit: Int = 3) -> String {
        guard let failure = assessment.failure(ofRule: id) else { return id }
        let rule = assessment.rule(of: failure)
        return "\(rule.id) (\(FixText(pod: assessment.pod).text(of: rule, findings: failure.findings, placeLimit: placeLimit)))"
    }
}
