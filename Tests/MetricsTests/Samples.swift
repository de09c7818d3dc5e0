import AdmissionPolicy
import KubernetesAPI

@testable import Metrics

extension DecisionSample {
    /// A sample in which only the given values matter.
    static func made(
        policy: String = "p",
        namespace: String = "n",
        outcome: Outcome = .allow,
        _ fill: (inout Self) -> Void = { _ in }
    ) -> Self {
        var sample = Self(policy: policy, namespace: namespace, operation: .create, outcome: outcome, seconds: 0.000_03)
        fill(&sample)
        return sample
    }
}

extension WebhookMetrics {
    /// The lines of the page with a prefix.
    func lines(_ prefix: String, _ gauges: Gauges = Gauges()) -> [String] {
        String(decoding: text(gauges), as: UTF8.self).split(separator: "\n").map(String.init).filter { $0.hasPrefix(prefix) }
    }
}
