import NIOCore

/// What decides AdmissionReviews for the webhook's port; tests put their own in its place.
protocol ReviewHandler: Sendable {
    /// What one request is decided by from its beginning to its end, whatever is reloaded meanwhile.
    associatedtype Basis: Sendable

    /// What a request is to be decided by; `nil` when there is no policy of the name that the path pins.
    func basis(pinning policy: String?) -> Basis?

    /// Reads a whole body and begins the answer.
    func read(_ body: Span<UInt8>, by basis: Basis) -> AnswerStep

    /// Counts an answer.
    func record(_ status: HTTPAnswer.Status)
}
