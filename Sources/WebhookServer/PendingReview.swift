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
    private let basis: AdmissionReviewHandler.Basis
    private let readingTime: TimeAmount

    /// A review, and what it took to read it.
    init(
        _ review: consuming AdmissionReview,
        by basis: AdmissionReviewHandler.Basis,
        handler: AdmissionReviewHandler,
        byteCount: Int,
        readFor readingTime: TimeAmount
    ) {
        self.review = review
        self.basis = basis
        self.handler = handler
        self.byteCount = byteCount
        self.readingTime = readingTime
    }

    /// Decides it.
    func advance() -> AnswerStep {
        let (start, now, snapshot) = (NIODeadline.now(), handler.wallClock(), basis.snapshot)
        let decision = Decider(mode: snapshot.mode, today: CivilDate(now)).decide(
            review.request,
            by: basis.pinned ?? snapshot.policies.policy(for: review.request.namespace),
            waivers: snapshot.policies.waivers(in: review.request.namespace)
        )
        return .next(DecidedReview(decision, on: self, at: now, after: readingTime + (NIODeadline.now() - start)))
    }
}

/// An AdmissionReview that was decided, to be answered, logged and counted.
private final class DecidedReview: PendingAnswer {
    private let read: ReadReview
    private let decision: Decision
    private let now: UnixTime
    private let decidingTime: TimeAmount

    /// A decision, when it was made, and what it took with all before it.
    init(_ decision: consuming Decision, on read: ReadReview, at now: UnixTime, after decidingTime: TimeAmount) {
        self.read = read
        self.decision = decision
        self.now = now
        self.decidingTime = decidingTime
    }

    /// Answers it.
    func advance() -> AnswerStep {
        let start = NIODeadline.now()
        let (read, handler) = (read, read.handler)
        let answer = HTTPAnswer(status: .ok, body: decision.response.encoded(for: read.review.version))
        let duration = decidingTime + (NIODeadline.now() - start)
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
