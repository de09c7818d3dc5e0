import AdmissionPolicy
import NIOCore
import NIOHTTP1

/// Serves the port of the policy webhook: AdmissionReviews of policies, waivers and Namespaces.
struct PolicyReviewResponder: HTTPResponder {
    /// The only path.
    static let path = "/policies"

    /// Answers the reviews.
    let reviews: any PolicyReviewAnswering

    /// The facts of a header that are kept until the body has arrived.
    struct Exchange: Sendable {
        /// When an answer is too late for the client; `nil` if it did not say.
        let answerBy: NIODeadline?
    }

    /// Checks path, method and type.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<Exchange> {
        let route: WebhookRoute
        do throws(WebhookRoute.Refusal) {
            route = try WebhookRoute(parsing: head.uri, at: Self.path)
        } catch {
            return .refuse(Self.refusing(error))
        }
        guard head.method == .POST else {
            return .refuse(.refusing(.methodNotAllowed, "use POST for AdmissionReviews", field: .allow("POST")))
        }
        guard head.headers.announceJSON else { return .refuse(.notJSON) }
        let answerBy = route.answerTime.map { now + $0 }
        return .accept(Exchange(answerBy: answerBy), answerBy: answerBy)
    }

    /// Answers the body, or begins its preview.
    func read(_ body: Span<UInt8>, of exchange: Exchange) -> AnswerStep {
        let left = exchange.answerBy.map { Duration.nanoseconds(($0 - .now()).nanoseconds) }
        switch reviews.answer(body, within: left) {
        case .answer(let bytes): return .answer(HTTPAnswer(status: .ok, body: bytes))
        case .malformed(let failure): return .answer(.malformed(failure, in: body))
        case .preview(let preview): return .wait(PreviewedAnswer(preview))
        }
    }

    private static func refusing(_ refusal: WebhookRoute.Refusal) -> HTTPAnswer {
        switch refusal {
        case .unknownPath: .refusing(.notFound, "no such path; POST AdmissionReviews to \(path)")
        case .malformedTimeout(let value): .malformedTimeout(value)
        }
    }
}

/// An answer that waits for its preview.
private final class PreviewedAnswer: WaitingAnswer {
    /// The longest wait.
    let limit: TimeAmount

    private let preview: any PolicyPreview

    /// Waits for a preview.
    init(_ preview: any PolicyPreview) {
        self.preview = preview
        limit = TimeAmount(preview.limit)
    }

    /// Begins the preview.
    func begin(waking wake: @escaping @Sendable () -> Void) -> Bool {
        preview.begin(whenDone: wake)
    }

    /// Takes the answer as it is by now.
    func resume(mayWait: Bool) -> AnswerStep {
        .answer(HTTPAnswer(status: .ok, body: preview.finish()))
    }

    /// Ends the preview.
    func cancel() {
        preview.cancel()
    }
}
