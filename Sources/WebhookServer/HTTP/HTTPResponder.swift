import NIOCore
import NIOHTTP1

/// What is served on a port: decides from a request's header whether it wants the body, and answers.
protocol HTTPResponder: Sendable {
    /// What the responder remembers of a header until the body is there.
    associatedtype Exchange: Sendable

    /// Answers from the header alone, or accepts the body; `peer` tells who asks.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<Exchange>

    /// Reads a whole body and begins the answer; on the event loop, or on another thread for a large body.
    func read(_ body: Span<UInt8>, of exchange: Exchange) -> AnswerStep
}

/// What a header leads to.
enum HeadVerdict<Exchange: Sendable>: Sendable {
    /// The answer is known, and the body not wanted.
    case refuse(HTTPAnswer)
    /// The body is wanted; `answerBy` is when an answer comes too late for the client, `nil` when it did not say. What takes a place counts
    /// among the requests in flight.
    case accept(Exchange, answerBy: NIODeadline?, takesPlace: Bool = true)
}

/// A responder of any kind.
///
/// The handlers of a connection are compiled for this type alone. Written for a responder whose type is known at run time only, they
/// would look up types and how to copy them with each request.
struct AnyResponder: Sendable {
    /// Reads a body.
    typealias BodyReader = @Sendable (Span<UInt8>) -> AnswerStep

    private let beginning: @Sendable (HTTPRequestHead, () -> PeerAddress, NIODeadline) -> HeadVerdict<BodyReader>

    /// Wraps a responder.
    init(_ responder: some HTTPResponder) {
        beginning = { head, peer, now in
            switch responder.begin(head, from: peer, at: now) {
            case .refuse(let answer): .refuse(answer)
            case .accept(let exchange, let answerBy, let takesPlace):
                .accept({ responder.read($0, of: exchange) }, answerBy: answerBy, takesPlace: takesPlace)
            }
        }
    }

    /// Answers from the header alone, or accepts the body.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<BodyReader> {
        beginning(head, peer, now)
    }
}

/// How far the answer to a request is whose body was read.
///
/// It is made in steps, so that all requests of a batch take one before the first of them takes the next.
enum AnswerStep {
    /// It is made.
    case answer(HTTPAnswer)
    /// It has to go on.
    case next(any PendingAnswer)

    /// Takes all steps that are left, and returns the answer.
    func finish() -> HTTPAnswer {
        var step = self
        while true {
            switch step {
            case .answer(let answer): return answer
            case .next(let pending): step = pending.advance()
            }
        }
    }
}

/// An answer that is not made yet; it stays on the thread on which the body was read.
protocol PendingAnswer: AnyObject {
    /// Takes one step; called once.
    func advance() -> AnswerStep
}
