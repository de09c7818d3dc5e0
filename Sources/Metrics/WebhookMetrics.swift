package import AdmissionPolicy
import KubernetesAPI
import Synchronization

/// The counters of the webhook.
///
/// A class because all event loops count into it. A decision takes one lock, hashes two names and increments some integers; a violation also
/// compares some names.
package final class WebhookMetrics: Sendable {
    /// The histograms of scores under one policy.
    struct ScoreHistograms: Sendable {
        /// The scores.
        var score = Histogram(bounds: [-30, -10, -5, 0, 3, 5, 7, 9, 12, 15, 18, 21, 25])
        /// The scores minus the minimum.
        var margin = Histogram(bounds: [-30, -15, -10, -5, -3, -1, 0, 3, 5, 10, 15])
    }

    /// The counters of decisions.
    struct Decisions: Sendable {
        /// Decisions without dry runs.
        var counters = DecisionCounters()
        /// Dry runs by the index of the policy's label.
        var dryRuns: [InlineArray<6, Int>] = []
        /// Histograms by the index of the policy's label.
        var scores: [ScoreHistograms] = []
        /// Violations by policy, level and rule.
        var violations = ViolationCounters()
        /// The waivers that have labels.
        var waivers = LabelTable(limit: WebhookMetrics.waiverLimit)
        /// The uses of each waiver, by the index of its label.
        var waived: [Int] = []
        /// The waits for a Namespace, by the index of their result.
        var namespaceWaits = InlineArray<3, Int>(repeating: 0)
        /// Requests in Namespaces with invalid labels.
        var invalidLabels = 0
        /// The durations of all decisions.
        var duration = Histogram(
            bounds: [0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 10]
        )
    }

    /// The most waivers with a label.
    package static let waiverLimit = 256
    /// The most namespaces with a label; later ones share ``otherNamespace``.
    package static let namespaceLimit = DecisionCounters.namespaceLimit
    /// The label of all namespaces beyond the limit; no namespace can have this name.
    package static let otherNamespace = LabelTable.other

    /// Counts reloads of policies and certificates.
    package let reloads = ReloadMetrics()

    private let decisions = Mutex(Decisions())

    /// Starts with zeros.
    package init() {}

    /// Reserves labels for policies in the namespaces that they name, up to a limit, so that requests in other namespaces can't take them.
    package func keepLabels(for names: [(policy: String, namespace: String)]) {
        decisions.withLock { decisions in
            for name in names { decisions.counters.keep(policy: name.policy, namespace: name.namespace) }
        }
    }

    /// Reserves labels for the policies in force: in the namespaces that they name, and for the violations of their demands.
    package func keepLabels(of policies: PolicySet) {
        keepLabels(for: policies.namedNamespaces)
        let demanding = policies.policies + [policies.builtInDefault]
        decisions.withLock { decisions in
            decisions.violations.keep(demanding.map { (decisions.counters.policyIndex(of: $0.name), $0.demands) })
        }
    }

    /// Counts a decision.
    package func record(_ sample: DecisionSample) {
        decisions.withLock { $0.record(sample) }
    }

    /// Counts the end of a wait for a Namespace.
    package func record(_ result: NamespaceWaitResult) {
        decisions.withLock { $0.namespaceWaits[result.index] += 1 }
    }

    /// All decisions as of now.
    var decisionCounts: Decisions { decisions.withLock { $0 } }
}

/// The ways in which the wait for an unknown Namespace ends; the raw values are those of the metric's label.
package enum NamespaceWaitResult: String, Sendable, CaseIterable {
    /// The Namespace came in time.
    case known
    /// The API server has to ask again.
    case retry
    /// The name alone decided.
    case name

    /// The index of its counter.
    var index: Int {
        switch self {
        case .known: 0
        case .retry: 1
        case .name: 2
        }
    }
}

extension WebhookMetrics.Decisions {
    /// Counts a decision.
    mutating func record(_ sample: DecisionSample) {
        duration.observe(sample.seconds)
        guard !sample.isDryRun else { return recordDryRun(sample) }
        let policy = counters.record(sample)
        violations.record(sample.levels, policy: policy)
        if sample.hasInvalidLabels { invalidLabels += 1 }
        for waiver in sample.waivers {
            let index = waivers.index(of: waiver)
            Self.grow(&waived, toHold: index, with: 0)
            waived[index] += 1
        }
        guard let score = sample.score else { return }
        Self.grow(&scores, toHold: policy, with: WebhookMetrics.ScoreHistograms())
        scores[policy].score.observe(Double(score))
        guard let minimumScore = sample.minimumScore else { return }
        scores[policy].margin.observe(Double(score - minimumScore))
    }

    private mutating func recordDryRun(_ sample: DecisionSample) {
        let policy = counters.policyIndex(of: sample.policy)
        Self.grow(&dryRuns, toHold: policy, with: InlineArray(repeating: 0))
        dryRuns[policy][sample.outcome.counterIndex] += 1
    }

    private static func grow<Element>(_ list: inout [Element], toHold index: Int, with element: @autoclosure () -> Element) {
        while list.count <= index { list.append(element()) }
    }
}
