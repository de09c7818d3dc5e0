import Synchronization

/// Counts the reviews of policies, waivers and Namespaces, and their previews.
///
/// A class because event loops count into it.
package final class PolicyReviewMetrics: Sendable {
    /// The resource of a review.
    package enum Subject: String, Sendable, CaseIterable {
        /// Policies.
        case scorePolicies = "scorepolicies"
        /// Waivers.
        case scoreWaivers = "scorewaivers"
        /// Namespaces.
        case namespaces
        /// A resource that the webhook does not review.
        case other
    }

    /// The answer to a review.
    package enum Outcome: String, Sendable, CaseIterable {
        /// Allowed without a warning.
        case allow
        /// Allowed with warnings.
        case warn
        /// Denied as invalid.
        case deny
    }

    /// The end of a preview.
    package enum Preview: String, Sendable, CaseIterable {
        /// All Pods were decided.
        case complete
        /// The time was over, or there were too many Pods.
        case cut
        /// Pods could not be listed.
        case failed
        /// Too many previews ran.
        case busy
    }

    private struct Counts {
        var reviews: [[Int]] = Subject.allCases.map { _ in Outcome.allCases.map { _ in 0 } }
        var previews: [Int] = Preview.allCases.map { _ in 0 }
        var malformed = 0
    }

    private let counts = Mutex(Counts())

    /// Starts with zeros.
    package init() {}

    /// Counts an answered review.
    package func count(_ subject: Subject, _ outcome: Outcome) {
        counts.withLock { $0.reviews[subject.index][outcome.index] += 1 }
    }

    /// Counts a preview.
    package func count(_ preview: Preview) {
        counts.withLock { $0.previews[preview.index] += 1 }
    }

    /// Counts a body that is not a review.
    package func countMalformed() {
        counts.withLock { $0.malformed += 1 }
    }

    /// Writes the counters; the same counts give the same bytes.
    package func append(to text: inout MetricsText) {
        let counts = counts.withLock { $0 }
        text.begin(.policyReviews)
        for subject in Subject.allCases {
            for outcome in Outcome.allCases {
                text.sample(.policyReviews, counts.reviews[subject.index][outcome.index], labels: [subject.rawValue, outcome.rawValue])
            }
        }
        text.begin(.malformedPolicyReviews)
        text.sample(.malformedPolicyReviews, counts.malformed)
        text.begin(.policyPreviews)
        for preview in Preview.allCases { text.sample(.policyPreviews, counts.previews[preview.index], labels: [preview.rawValue]) }
    }
}

extension CaseIterable where Self: Equatable {
    /// The place among all cases.
    fileprivate var index: Int { Self.allCases.enumerated().first { $0.element == self }?.offset ?? 0 }
}

extension MetricFamily {
    /// The families of the policy webhook, in the order of the page of `podscore controller`.
    package static let allOfPolicyReviews = [policyReviews, malformedPolicyReviews, policyPreviews]

    /// Reviews.
    static let policyReviews = Self(
        "podscore_policy_reviews_total",
        .counter,
        ["resource", "outcome"],
        help: "Reviews of scorepolicies, scorewaivers, namespaces or other resources; outcome is allow, warn or deny."
    )
    /// Bodies that are not reviews.
    static let malformedPolicyReviews = Self(
        "podscore_policy_reviews_malformed_total",
        .counter,
        help: "Requests to the policy webhook that are not AdmissionReviews."
    )
    /// Previews.
    static let policyPreviews = Self(
        "podscore_policy_previews_total",
        .counter,
        ["result"],
        help: "Previews of running Pods: complete, cut by time or by the number of Pods, failed, or busy because others ran."
    )
}
