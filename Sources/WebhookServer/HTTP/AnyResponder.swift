import NIOCore
import NIOHTTP1

/// A responder of any kind.
///
/// The handlers of a connection are compiled for this type alone. Written for a responder whose type is known at run time only, they
/// would look up types and how to copy them with each request.
struct AnyResponder: Sendable {
    /// Reads a body.
    typealias BodyReader = @Sendable (Span<UInt8>) -> AnswerStep

    private let beginning: @Sendable (HTTPRequestHead, () -> PeerAddress, NIODeadline) -> HeadVerdict<BodyReader>
    private let recording: @Sendable (HTTPAnswer.Status) -> Void

    /// Wraps a responder.
    init(_ responder: some HTTPResponder) {
        beginning = { head, peer, now in
            switch responder.begin(head, from: peer, at: now) {
            case .refuse(let answer): .refuse(answer)
            case .accept(let exchange, let answerBy, let takesPlace):
                .accept({ responder.read($0, of: exchange) }, answerBy: answerBy, takesPlace: takesPlace)
            }
        }
        recording = { responder.record($0) }
    }

    /// Answers from the header alone, or accepts the body.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<BodyReader> {
        beginning(head, peer, now)
    }

    /// Counts an answer.
    func record(_ status: HTTPAnswer.Status) {
        recording(status)
    }
}
