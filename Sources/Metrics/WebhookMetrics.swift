import Synchronization

/// What the webhook counted since it started.
///
/// A class because all event loops count into it. One lock a decision: it is held for some hundred nanoseconds.
package final class WebhookMetrics: Sendable {
    /// The labels of a decision.
    ///
    /// `String`'s own equality decides, so two spellings of one text count as one; Kubernetes' names are ASCII.
    struct DecisionLabels: Hashable {
        /// The policy that decided.
        let policy: String
        /// The namespace, or the label that many share.
        let namespace: String
        /// Such as `CREATE`.
        let operation: String
        /// Such as `deny`.
        let outcome: String
    }

    /// The counters of one set of labels.
    struct DecisionCounts {
        /// All of them.
        var decisions = 0
        /// Those that the mode kept from being denials.
        var wouldDeny = 0
    }

    /// How the scores under one policy are spread.
    struct ScoreHistograms {
        /// The scores.
        var score = Histogram(bounds: [-30, -10, -5, 0, 3, 5, 7, 9, 12, 15, 18, 21, 25])
        /// The scores minus the minimum.
        var margin = Histogram(bounds: [-30, -15, -10, -5, -3, -1, 0, 3, 5, 10, 15])
    }

    /// All that decisions count into.
    struct Decisions {
        /// Counters by labels.
        var counts: [DecisionLabels: DecisionCounts] = [:]
        /// The namespaces that have a label of their own.
        var namespaces: Set<String> = []
        /// Histograms by policy.
        var scores: [String: ScoreHistograms] = [:]
        /// Of all decisions.
        var duration = Histogram(
            bounds: [0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 10]
        )
    }

    /// The namespaces that get a label of their own; later ones share ``otherNamespace``.
    ///
    /// Each costs up to 24 series a policy.
    package static let namespaceLimit = 256

    /// The longest namespace's name, in bytes; a longer one is none.
    ///
    /// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names>
    static let namespaceByteLimit = 63

    /// The label of all namespaces beyond the limit; no namespace can have this name.
    package static let otherNamespace = "<other>"

    /// The status codes that the server answers, in the order of the page.
    package static let statusCodes = [200, 400, 404, 405, 408, 413, 415, 431, 500, 503]

    private let decisions = Mutex(Decisions())
    private let responses = Mutex([Int](repeating: 0, count: statusCodes.count))

    /// Begins with nothing counted.
    package init() {}

    /// Counts a decision.
    package func record(_ sample: DecisionSample) {
        decisions.withLock { decisions in
            decisions.duration.observe(sample.seconds)
            let labels = DecisionLabels(
                policy: sample.policy,
                namespace: Self.label(of: sample.namespace, among: &decisions.namespaces),
                operation: sample.operation,
                outcome: sample.outcome
            )
            decisions.counts[labels, default: DecisionCounts()].decisions += 1
            if sample.wouldDeny { decisions.counts[labels, default: DecisionCounts()].wouldDeny += 1 }
            guard let score = sample.score else { return }
            decisions.scores[sample.policy, default: ScoreHistograms()].score.observe(Double(score))
            guard let minimumScore = sample.minimumScore else { return }
            decisions.scores[sample.policy, default: ScoreHistograms()].margin.observe(Double(score - minimumScore))
        }
    }

    /// Counts an answer; a code that the server never gives is not counted.
    package func recordResponse(status: Int) {
        guard let index = Self.statusCodes.firstIndex(of: status) else { return }
        responses.withLock { $0[index] += 1 }
    }

    /// The answers of each of ``statusCodes``.
    var responseCounts: [Int] { responses.withLock { $0 } }

    /// All decisions as of now.
    var decisionCounts: Decisions { decisions.withLock { $0 } }

    private static func label(of namespace: String, among known: inout Set<String>) -> String {
        guard namespace.utf8.count <= namespaceByteLimit else { return otherNamespace }
        if known.contains(namespace) { return namespace }
        guard known.count < namespaceLimit else { return otherNamespace }
        known.insert(namespace)
        return namespace
    }
}
