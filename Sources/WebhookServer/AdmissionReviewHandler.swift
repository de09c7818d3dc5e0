package import AdmissionPolicy
package import FileSystem
import KubernetesAPI
import Metrics
import NIOCore

/// Decides AdmissionReviews: reads, picks the policy, decides, writes the answer, logs and counts.
struct AdmissionReviewHandler: ReviewHandler {
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
    var recorder: RequestRecorder?
    /// Tells the time, for the log, and the day, for ramps and waivers.
    let wallClock: @Sendable () -> UnixTime

    /// Takes the snapshot that is in force, with the pinned policy.
    func basis(pinning policy: String?) -> Basis? {
        let snapshot = state.snapshot
        guard let policy else { return Basis(snapshot: snapshot, pinned: nil) }
        return snapshot.policies.policy(named: policy).map { Basis(snapshot: snapshot, pinned: $0) }
    }

    /// Decides, logs and counts.
    func answer(_ body: Span<UInt8>, by basis: Basis) -> HTTPAnswer {
        let start = NIODeadline.now()
        let review: AdmissionReview
        do {
            review = try AdmissionReview(parsing: body)
        } catch {
            return Self.refusing(error, in: body)
        }
        let (snapshot, namespace) = (basis.snapshot, review.request.namespace)
        let decider = Decider(mode: snapshot.mode, today: CivilDate(wallClock()))
        let decision = decider.decide(
            review.request,
            by: basis.pinned ?? snapshot.policies.policy(for: namespace),
            waivers: snapshot.policies.waivers(in: namespace)
        )
        let answer = HTTPAnswer(status: .ok, body: decision.response.encoded(for: review.version))
        report(decision, on: review.request, after: NIODeadline.now() - start)
        recorder?.offer(review, decided: decision.outcome, bodyByteCount: body.count, at: wallClock())
        return answer
    }

    /// Counts an answer.
    func record(_ status: HTTPAnswer.Status) {
        metrics.recordResponse(status: status.rawValue)
    }

    private func report(_ decision: Decision, on request: AdmissionRequest, after duration: TimeAmount) {
        metrics.record(DecisionSample(decision, on: request, seconds: Double(duration.nanoseconds) / 1e9))
        let record = DecisionRecord(
            time: wallClock(),
            request: request,
            decision: decision,
            durationMicroseconds: Int(duration.nanoseconds / 1_000)
        )
        log.write(record.line)
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
