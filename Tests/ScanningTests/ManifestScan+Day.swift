import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Scanning

extension ManifestScan {
    /// A scan on a fixed day, for the namespace `default`.
    init(ruleset: Ruleset, policies: PolicySet? = nil) {
        self.init(ruleset: ruleset, policies: policies, defaultNamespace: "default", today: CivilDate(daysSinceEpoch: 20_800))
    }
}
