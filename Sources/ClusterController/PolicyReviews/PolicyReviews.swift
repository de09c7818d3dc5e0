package import AdmissionPolicy
package import Cluster
package import KubernetesAPI
package import Metrics
import PodScoring
import PolicySources

/// Answers the reviews of the policy webhook.
///
/// Policies and waivers are validated as `podscore policy check` does it, which needs no API server. A preview of running Pods only adds
/// warnings, and no answer waits long for it. A class because previews share their places and their thread.
package final class PolicyReviews: PolicyReviewAnswering {
    private let client: APIClient
    private let places: PreviewPlaces
    private let thread = DedicatedThread()
    private let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true)
    private let metrics: PolicyReviewMetrics
    private let cluster: @Sendable () -> ReviewedCluster?
    private let today: @Sendable () -> CivilDate

    /// Answers reviews.
    ///
    /// - Parameters:
    ///   - client: lists the Pods of previews.
    ///   - metrics: counts reviews and previews.
    ///   - placeCount: the most previews at once.
    ///   - cluster: the policies that are in force now; `nil` before they were read.
    ///   - today: the day for ramps and waivers.
    package init(
        listingBy client: APIClient,
        metrics: PolicyReviewMetrics,
        placeCount: Int = 2,
        cluster: @escaping @Sendable () -> ReviewedCluster?,
        today: @escaping @Sendable () -> CivilDate
    ) {
        self.client = client
        self.metrics = metrics
        places = PreviewPlaces(placeCount)
        self.cluster = cluster
        self.today = today
    }

    /// Ends the thread of previews, after those that run have ended.
    package func stop() async {
        await thread.stop()
    }

    /// Reads a review, and answers it or begins its preview.
    package func answer(_ body: Span<UInt8>, within time: Duration?) -> PolicyReviewStep {
        let request: AdmissionEnvelope
        do throws(DecodingFailure) {
            request = try AdmissionEnvelope(parsing: body)
        } catch {
            metrics.countMalformed()
            return .malformed(error)
        }
        if request.kind.group == PolicyReader.group, let kind = PolicyKind(rawValue: request.kind.kind) {
            return review(kind, request, in: body, within: time)
        }
        if request.kind.group.isEmpty, request.kind.kind == "Namespace" { return reviewNamespace(request, in: body, within: time) }
        // A registration for more than policies must not stop the cluster.
        return allow(request, .other, warnings: [])
    }

    private func review(
        _ kind: PolicyKind,
        _ request: AdmissionEnvelope,
        in body: Span<UInt8>,
        within time: Duration?
    ) -> PolicyReviewStep {
        let subject = PolicyReviewMetrics.Subject(kind)
        switch PolicyReview(of: kind, request, in: body, by: reader) {
        case .denied(let denial):
            metrics.count(subject, .deny)
            return .answer(request.answer(denying: denial))
        case .unchanged(let warnings): return allow(request, subject, warnings: warnings)
        case .valid(let object, let old):
            guard let cluster = cluster() else {
                let missing = "the policies of the cluster are not known yet, so conflicts and running Pods were not checked"
                return allow(request, subject, warnings: (object.warnings + [missing]).map { "\(object.identity): \($0)" })
            }
            return preview(PreviewPlan(of: object, from: old, in: cluster, on: today()), of: request, subject, within: time)
        }
    }

    private func reviewNamespace(_ request: AdmissionEnvelope, in body: Span<UInt8>, within time: Duration?) -> PolicyReviewStep {
        guard let cluster = cluster() else { return allow(request, .namespaces, warnings: []) }
        let today = today()
        let policies = cluster.files.joined(with: cluster.objects, on: today).policies
        guard let review = NamespaceReview(of: request, in: body, under: policies, on: today) else {
            return allow(request, .namespaces, warnings: [])
        }
        return preview(PreviewPlan(of: review, under: policies, on: today), of: request, .namespaces, within: time)
    }

    private func allow(_ request: AdmissionEnvelope, _ subject: PolicyReviewMetrics.Subject, warnings: [String]) -> PolicyReviewStep {
        metrics.count(subject, warnings.isEmpty ? .allow : .warn)
        return .answer(request.answer(warnings: warnings))
    }

    private func preview(
        _ plan: PreviewPlan,
        of request: AdmissionEnvelope,
        _ subject: PolicyReviewMetrics.Subject,
        within time: Duration?
    ) -> PolicyReviewStep {
        guard !plan.targets.isEmpty else { return allow(request, subject, warnings: plan.warnings) }
        return .preview(
            PodPreview(
                plan,
                of: request,
                subject,
                limit: PodPreview.limit(within: time),
                client: client,
                thread: thread,
                places: places,
                metrics: metrics
            )
        )
    }
}

extension PolicyReviewMetrics.Subject {
    /// The resource of a kind.
    fileprivate init(_ kind: PolicyKind) {
        self =
            switch kind {
            case .policy: .scorePolicies
            case .waiver: .scoreWaivers
            }
    }
}
