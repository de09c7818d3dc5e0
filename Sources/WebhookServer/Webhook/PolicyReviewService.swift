import AdmissionPolicy
import KubernetesAPI
import Metrics
import NIOCore
import Platform
import PolicySources
import Synchronization

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
    /// The most requests that wait for a Namespace.
    let waitingLimit: Int
    /// The longest body that waits for a Namespace, in bytes; longer ones would hold much memory, and are not decided on an event loop.
    let waitingByteLimit: Int
    /// Tells the time for the log, and the day for ramps and waivers.
    let wallClock: @Sendable () -> UnixTime
    /// Tells how long requests wait.
    let clock: @Sendable () -> ContinuousClock.Instant

    /// Puts the parts together.
    init(
        policies: PoliciesInForce,
        workloads: KnownWorkloads = .standard,
        metrics: WebhookMetrics,
        log: LineLog,
        recorder: RequestRecorder? = nil,
        waitingLimit: Int = 64,
        waitingByteLimit: Int = 256 << 10,
        wallClock: @escaping @Sendable () -> UnixTime,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.policies = policies
        self.workloads = workloads
        self.metrics = metrics
        self.log = log
        self.recorder = recorder
        self.waitingLimit = waitingLimit
        self.waitingByteLimit = waitingByteLimit
        self.wallClock = wallClock
        self.clock = clock
    }

    /// Takes the snapshot in force and finds the pinned policy.
    func basis(pinning policy: String?) -> Basis? {
        let snapshot = policies.snapshot
        guard let policy else { return Basis(snapshot: snapshot, pinned: nil) }
        return snapshot.policies.policy(named: policy).map { Basis(snapshot: snapshot, pinned: $0) }
    }

    /// Takes the snapshot in force now for a request that began with another one and had to wait.
    fileprivate func basis(following old: Basis) -> Basis {
        let snapshot = policies.snapshot
        return Basis(snapshot: snapshot, pinned: old.pinned.map { snapshot.policies.policy(named: $0.name) ?? $0 })
    }

    /// Takes the latest policies all of whose labels are known, for a request in a Namespace that they know.
    fileprivate func completeBasis(following old: Basis, in namespace: String) -> Basis? {
        guard let snapshot = policies.complete, snapshot.namespaces?[namespace] != nil else { return nil }
        return Basis(snapshot: snapshot, pinned: old.pinned)
    }

    /// Reads an AdmissionReview; the next steps decide, log and count it.
    func read(_ body: Span<UInt8>, by basis: Basis) -> AnswerStep {
        let start = NIODeadline.now()
        do throws(DecodingFailure) {
            let review = try AdmissionReview(parsing: body, among: workloads)
            return .next(ReviewToDecide(review, by: basis, service: self, byteCount: body.count, since: start))
        } catch {
            return .answer(.malformed(error, in: body))
        }
    }
}

/// An AdmissionReview that was read and is decided next.
final class ReviewToDecide: PendingAnswer, Sendable {
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

    /// Decides it, or waits for its Namespace.
    func advance() -> AnswerStep {
        guard basis.snapshot.readsLabels else { return decided(knowing: .nameAlone) }
        if let known = basis.snapshot.knowledge(of: review.request.namespace, pinned: basis.pinned) { return decided(knowing: known) }
        // What is allowed whatever the labels say does not wait for them.
        guard review.request.isEvaluated else { return decided(knowing: .nameAlone) }
        return waited(since: service.clock(), mayWait: true)
    }

    /// Decides it by what is known of its Namespace.
    fileprivate func decided(knowing namespace: NamespaceKnowledge) -> AnswerStep {
        let (now, snapshot) = (service.wallClock(), basis.snapshot)
        let decider = Decider(mode: snapshot.mode, today: CivilDate(now))
        let decision = decider.decide(review.request, by: snapshot.policies, pinned: basis.pinned, knowing: namespace)
        return .next(ReviewToAnswer(decision, on: self, at: now))
    }

    /// Waits for its Namespace, has the API server ask again, or decides without it.
    ///
    /// `received` is when the request first missed its Namespace; unless it may wait and is short, the API server asks again.
    fileprivate func waited(since received: ContinuousClock.Instant, mayWait: Bool) -> AnswerStep {
        let now = service.clock()
        switch service.policies.waiting.step(for: review.request.namespace, receivedAt: received, now: now) {
        case .park(let end) where mayWait && byteCount <= service.waitingByteLimit:
            return .wait(WaitingReview(self, since: received, limit: TimeAmount(end - now)))
        case .park, .retry:
            service.metrics.record(.retry)
            return .answer(.overloaded("the labels of the Namespace are not known yet; try again"))
        case .decideByName: return decidedWithoutNewLabels()
        }
    }

    /// Decides it by the policies before those whose labels did not come, or by the name alone if they do not know the Namespace either.
    private func decidedWithoutNewLabels() -> AnswerStep {
        let namespace = review.request.namespace
        if let basis = service.completeBasis(following: basis, in: namespace),
            let known = basis.snapshot.knowledge(of: namespace, pinned: basis.pinned)
        {
            service.metrics.record(.known)
            return following(basis).decided(knowing: known)
        }
        service.metrics.record(.name)
        return decided(knowing: .missing)
    }

    /// The same review, to be decided by the policies and Namespaces in force now.
    fileprivate func refreshed() -> ReviewToDecide { following(service.basis(following: basis)) }

    /// The same review, to be decided by other policies.
    private func following(_ basis: PolicyReviewService.Basis) -> ReviewToDecide {
        ReviewToDecide(review, by: basis, service: service, byteCount: byteCount, since: start)
    }
}

/// An AdmissionReview that waits for its Namespace.
private final class WaitingReview: WaitingAnswer {
    /// The longest wait.
    let limit: TimeAmount

    private let review: ReviewToDecide
    private let received: ContinuousClock.Instant
    private let ticket = Mutex<WaitingRequests.Ticket?>(nil)

    /// A review that first missed its Namespace at a time.
    init(_ review: ReviewToDecide, since received: ContinuousClock.Instant, limit: TimeAmount) {
        self.review = review
        self.received = received
        self.limit = limit
    }

    private var waiting: WaitingRequests { review.service.policies.waiting }

    /// Has itself woken when the Namespace may be known.
    func begin(waking wake: @escaping @Sendable () -> Void) -> Bool {
        let (service, namespace) = (review.service, review.review.request.namespace)
        guard let ticket = waiting.enter(for: namespace, limit: service.waitingLimit, wake: wake) else { return false }
        self.ticket.withLock { $0 = ticket }
        // The Namespace may have come just before the request could be woken.
        let basis = service.basis(following: review.basis)
        if basis.snapshot.knowledge(of: namespace, pinned: basis.pinned) != nil { wake() }
        return true
    }

    /// Decides it by the policies and Namespaces in force now, or waits again.
    func resume(mayWait: Bool) -> AnswerStep {
        cancel()
        let review = review.refreshed()
        let known = review.basis.snapshot.knowledge(of: review.review.request.namespace, pinned: review.basis.pinned)
        guard let known else { return review.waited(since: received, mayWait: mayWait) }
        review.service.metrics.record(.known)
        return review.decided(knowing: known)
    }

    /// Leaves those that wait.
    func cancel() {
        guard let ticket = ticket.withLock({ $0.take() }) else { return }
        waiting.leave(ticket)
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
