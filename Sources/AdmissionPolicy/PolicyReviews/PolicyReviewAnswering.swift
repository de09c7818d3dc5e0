package import KubernetesAPI

/// Answers AdmissionReviews of policies, waivers and Namespaces; the controller implements it, tests have their own.
package protocol PolicyReviewAnswering: Sendable {
    /// Reads a review and answers it, or says that the answer has a preview.
    ///
    /// `time` is how long the client still waits; `nil` if it did not say. Runs on an event loop, so it must not wait.
    func answer(_ body: Span<UInt8>, within time: Duration?) -> PolicyReviewStep
}

/// The progress of an answer to a review of a policy, waiver or Namespace.
package enum PolicyReviewStep: Sendable {
    /// An AdmissionReview with the answer.
    case answer([UInt8])
    /// The body is not a review; the failure has its offset in the body.
    case malformed(DecodingFailure)
    /// The answer has warnings about what runs, which has to be read first.
    case preview(any PolicyPreview)
}

/// An answer that waits for a preview of what a change denies.
///
/// After ``begin(whenDone:)`` either ``finish()`` or ``cancel()`` is called, once.
package protocol PolicyPreview: AnyObject, Sendable {
    /// The longest wait.
    var limit: Duration { get }

    /// Begins to read what runs; returns `false` if there is no place for another preview, so that the answer has to do without.
    ///
    /// Calls the closure once, on any thread, when everything was read.
    func begin(whenDone done: @escaping @Sendable () -> Void) -> Bool

    /// Stops to read, and returns an AdmissionReview with what is known by now.
    func finish() -> [UInt8]

    /// Stops to read, because the client is gone.
    func cancel()
}

extension AdmissionEnvelope {
    /// The AdmissionReview that answers the request, as JSON text: a denial, or else warnings in the order of importance, cut to what the API
    /// server shows.
    package func answer(denying denial: AdmissionResponse.Status? = nil, warnings: [String] = []) -> [UInt8] {
        let warnings = WarningLines.bounded(warnings.map { VisibleText.of($0) })
        return AdmissionResponse(uid: uid, denial: denial, warnings: warnings, auditAnnotations: []).encoded(for: version)
    }
}
