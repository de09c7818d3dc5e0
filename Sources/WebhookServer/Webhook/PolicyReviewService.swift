import AdmissionPolicy
import KubernetesAPI
import Metrics
import NIOCore
import Platform
import PolicySources

/// Decides AdmissionReviews: reads them, finds the policy, decides, encodes the answer, logs and counts.
///
/// A class so that a request takes one reference instead of one of each part.
final class PolicyReviewService: ReviewService {
    /// The snapshot that decides a request, with the policy that the path pins.
    struct Basis: Sendable {
        /// The policies in force when the request began.
        let snapshot: PoliciesInForce.Snapshot
        /// The policy in the path; `nil` if the namespace determines the policy.
        let pinned: ScorePolicy?
    }

    /// The policies in force.
    let policies: PoliciesInForce
    /// The kinds that are decided as workloads.
    let workloads: KnownWorkloads
    /// Counts decisions.
    let metrics: WebhookMetrics
    /// Writes decisions.
    let log: LineLog
    /// Keeps a sample of the requests; `nil` keeps none.
    let recorder: RequestRecorder?
    /// Tells the time for the log, and the day for ramps and waivers.
    let wallClock: @Sendable () -> UnixTime

    /// Puts the parts together.
    init(
        policies: PoliciesInForce,
        workloads: KnownWorkloads = .standard,
        metrics: WebhookMetrics,
        log: LineLog,
        recorder: RequestRecorder? = nil,
        wallClock: @escaping @Sendable () -> UnixTime
    ) {
        self.policies = policies
        self.workloads = workloads
        self.metrics = metrics
        self.log = log
        self.recorder = recorder
        self.wallClock = wallClock
    }

    /// Takes the snapshot in force and finds the pinned policy.
    func basis(pinning policy: String?) -> Basis? {
        let snapshot = policies.snapshot
        guard let policy else { return Basis(snapshot: snapshot, pinned: nil) }
        return snapshot.policies.policy(named: policy).map { Basis(snapshot: snapshot, pinned: $0) }
    }

    /// Reads an AdmissionReview; the next steps decide, log and count it.
    func read(_ body: Span<UInt8>, by basis: Basis) -> AnswerStep {
        let start = NIODeadline.now()
        do throws(DecodingFailure) {
            let review = try AdmissionReview(parsing: body, among: workloads)
            return .next(ReviewToDecide(review, by: basis, service: self, byteCount: body.count, since: start))
        } catch {
            return .answer(Self.refusing(error, in: body))
        }
    }

    /// Says where and why a body is not an AdmissionReview.
    private static func refusing(_ failure: DecodingFailure, in body: Span<UInt8>) -> HTTPAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.member("error", failure.reason.description)
        if case .byteOffset(let offset) = failure.location {
            json.member("byteOffset", offset)
            json.member("path", JSONPath.locating(offset, in: body))
        }
        json.endObject()
        json.endLine()
        return HTTPAnswer(status: .badRequest, body: json.bytes)
    }
}

/// An AdmissionReview that was read and is decided next.
final class ReviewToDecide: PendingAnswer {
    fileprivate let review: AdmissionReview
    fileprivate let service: PolicyReviewService
    fileprivate let byteCount: Int
    /// When reading began.
    fileprivate let start: NIODeadline
    fileprivate let basis: PolicyReviewService.Basis

    /// A review, the policies that decide it, and when reading began.
    init(
        _ review: consuming AdmissionReview,
        by basis: PolicyReviewService.Basis,
        service: PolicyReviewService,
        byteCount: Int,
        since start: NIODeadline
    ) {
        self.review = review
        self.basis = basis
        self.service = service
        self.byteCount = byteCount
        self.start = start
    }

    /// Decides it.
    func advance() -> AnswerStep {
        let (now, snapshot) = (service.wallClock(), basis.snapshot)
        let decider = Decider(mode: snapshot.mode, today: CivilDate(now))
        let decision = decider.decide(review.request, by: snapshot.policies, pinned: basis.pinned)
        return .next(ReviewToAnswer(decision, on: self, at: now))
    }
}

/// An AdmissionReview that was decided and is answered, logged and counted next.
private final class ReviewToAnswer: PendingAnswer {
    private let read: ReviewToDecide
    private let decision: Decision
    private let now: UnixTime

    /// A decision, and when it was made.
    init(_ decision: consuming Decision, on read: ReviewToDecide, at now: UnixTime) {
        self.read = read
        self.decision = decision
        self.now = now
    }

    /// Answers it.
    func advance() -> AnswerStep {
        let (read, service) = (read, read.service)
        let answer = HTTPAnswer(status: .ok, body: decision.response.encoded(for: read.review.version))
        let duration = NIODeadline.now() - read.start
        service.metrics.record(DecisionSample(decision, on: read.review.request, seconds: Double(duration.nanoseconds) / 1e9))
        let versions = read.basis.snapshot.policyVersions
        let record = DecisionRecord(
            time: now,
            request: read.review.request,
            decision: decision,
            policyVersion: versions.isEmpty ? nil : versions[decision.policy],
            durationMicroseconds: Int(duration.nanoseconds / 1_000)
        )
        service.log.write(record.line)
        service.recorder?.offer(read.review, decided: decision.outcome, bodyByteCount: read.byteCount, at: now)
        return .answer(answer)
    }
}
