import AdmissionPolicy
import FileSystem
import KubernetesAPI
import Metrics
import NIOCore

/// An AdmissionReview that was read, to be decided.
final class ReadReview: PendingAnswer {
    fileprivate let review: AdmissionReview
    fileprivate let handler: AdmissionReviewHandler
    fileprivate let byteCount: Int
    /// When its reading began.
    fileprivate let start: NIODeadline
    private let basis: AdmissionReviewHandler.Basis

    /// A review, by what it is to be decided, and when its reading began.
    init(
        _ review: consuming AdmissionReview,
        by basis: AdmissionReviewHandler.Basis,
        handler: AdmissionReviewHandler,
        byteCount: Int,
        since start: NIODeadline
    ) {
        self.review = review
        self.basis = basis
        self.handler = handler
        self.byteCount = byteCount
        self.start = start
    }

    /// Decides it.
    func advance() -> AnswerStep {
        let (now, snapshot) = (handler.wallClock(), basis.snapshot)
        let decision = Decider(mode: snapshot.mode, today: CivilDate(now)).decide(
            review.request,
            by: basis.pinned ?? snapshot.policies.policy(for: review.request.namespace),
            waivers: snapshot.policies.waivers(in: review.request.namespace)
        )
        return .next(DecidedReview(decision, on: self, at: now))
    }
}

/// An AdmissionReview that was decided, to be answered, logged and counted.
private final class DecidedReview: PendingAnswer {
    private let read: ReadReview
    private let decision: Decision
    private let now: UnixTime

    /// A decision, and when it was made.
    init(_ decision: consuming Decision, on read: ReadReview, at now: UnixTime) {
        self.read = read
        self.decision = decision
        self.now = now
    }

    /// Answers it.
    func advance() -> AnswerStep {
        let (read, handler) = (read, read.handler)
        let answer = HTTPAnswer(status: .ok, body: decision.response.encoded(for: read.review.version))
        let duration = NIODeadline.now() - read.start
        handler.metrics.record(DecisionSample(decision, on: read.review.request, seconds: Double(duration.nanoseconds) / 1e9))
        let record = DecisionRecord(
            time: now,
            request: read.review.request,
            decision: decision,
            durationMicroseconds: Int(duration.nanoseconds / 1_000)
        )
        handler.log.write(record.line)
        handler.recorder?.offer(read.review, decided: decision.outcome, bodyByteCount: read.byteCount, at: now)
        return .answer(answer)
    }
}
