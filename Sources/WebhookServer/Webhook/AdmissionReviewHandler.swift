package import AdmissionPolicy
package import FileSystem
import KubernetesAPI
import Metrics
import NIOCore

/// Decides AdmissionReviews: reads, picks the policy, decides, writes the answer, logs and counts.
///
/// A class so that a request takes one reference, and not one of each of its parts.
final class AdmissionReviewHandler: ReviewHandler {
    /// A snapshot, with the policy that the path pins.
    struct Basis: Sendable {
        /// What was in force when the request began.
        let snapshot: WebhookState.Snapshot
        /// `nil` when the namespace decides.
        let pinned: ScorePolicy?
    }

    /// What is in force.
    let state: WebhookState
    /// Where decisions are counted.
    let metrics: WebhookMetrics
    /// Where decisions are written.
    let log: LineLog
    /// What keeps a sample of the requests; `nil` keeps none.
    let recorder: RequestRecorder?
    /// Tells the time, for the log, and the day, for ramps and waivers.
    let wallClock: @Sendable () -> UnixTime

    /// Puts together what decides.
    init(
        state: WebhookState,
        metrics: WebhookMetrics,
        log: LineLog,
        recorder: RequestRecorder? = nil,
        wallClock: @escaping @Sendable () -> UnixTime
    ) {
        self.state = state
        self.metrics = metrics
        self.log = log
        self.recorder = recorder
        self.wallClock = wallClock
    }

    /// Takes the snapshot that is in force, with the pinned policy.
    func basis(pinning policy: String?) -> Basis? {
        let snapshot = state.snapshot
        guard let policy else { return Basis(snapshot: snapshot, pinned: nil) }
        return snapshot.policies.policy(named: policy).map { Basis(snapshot: snapshot, pinned: $0) }
    }

    /// Reads an AdmissionReview, to be decided, logged and counted.
    func read(_ body: Span<UInt8>, by basis: Basis) -> AnswerStep {
        let start = NIODeadline.now()
        do throws(DecodingFailure) {
            let review = try AdmissionReview(parsing: body)
            return .next(ReadReview(review, by: basis, handler: self, byteCount: body.count, since: start))
        } catch {
            return .answer(Self.refusing(error, in: body))
        }
    }

    /// Counts an answer.
    func record(_ status: HTTPAnswer.Status) {
        metrics.recordResponse(status: status.rawValue)
    }

    /// Says what is no AdmissionReview, and where.
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

extension CivilDate {
    /// The day of a moment, in UTC.
    package init(_ moment: UnixTime) {
        let (days, rest) = moment.seconds.quotientAndRemainder(dividingBy: 86_400)
        self.init(daysSinceEpoch: rest < 0 ? days - 1 : days)
    }
}
