import NIOCore
import NIOHTTP1

/// Serves a port: decides by a request's header whether it wants the body, and answers.
protocol HTTPResponder: Sendable {
    /// The facts of a header that the responder keeps until the body has arrived.
    associatedtype Exchange: Sendable

    /// Answers by the header alone, or accepts the body; `peer` tells the client's address.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<Exchange>

    /// Reads a whole body and begins the answer; runs on the event loop, or on another thread for a large body.
    func read(_ body: Span<UInt8>, of exchange: Exchange) -> AnswerStep
}

/// The decision about a header.
enum HeadVerdict<Exchange: Sendable>: Sendable {
    /// The answer is known, and the body is not wanted.
    case refuse(HTTPAnswer)
    /// The body is wanted. `answerBy` is when an answer is too late for the client, `nil` if it did not say; `takesPlace` is whether the
    /// request counts as one in flight.
    case accept(Exchange, answerBy: NIODeadline?, takesPlace: Bool = true)
}

/// A responder of any kind.
///
/// The handlers of a connection are compiled for this type only. With a responder of unknown type they would look up types, and how to copy
/// them, with each request.
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

    /// Answers by the header alone, or accepts the body.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<BodyReader> {
        beginning(head, peer, now)
    }
}

/// The progress of an answer whose body was read.
///
/// An answer is made in steps, so that all requests of a batch take one step before the first takes the next.
enum AnswerStep {
    /// The answer is ready.
    case answer(HTTPAnswer)
    /// The answer needs another step.
    case next(any PendingAnswer)
    /// The answer needs something that is not here yet.
    case wait(any WaitingAnswer)

    /// Takes all steps up to the answer, or up to a wait.
    func finish() -> FinishedAnswer {
        var step = self
        while true {
            switch step {
            case .answer(let answer): return .answer(answer)
            case .next(let pending): step = pending.advance()
            case .wait(let waiting): return .wait(waiting)
            }
        }
    }
}

/// An answer of which all steps were taken that can be taken at once.
enum FinishedAnswer: Sendable {
    /// The answer is ready.
    case answer(HTTPAnswer)
    /// The answer needs something that is not here yet.
    case wait(any WaitingAnswer)
}

/// An answer that is not ready; it stays on the thread on which the body was read.
protocol PendingAnswer: AnyObject {
    /// Takes one step; called once.
    func advance() -> AnswerStep
}

/// An answer that waits for something that another thread brings, without holding a thread.
///
/// After ``begin(waking:)`` either ``resume(mayWait:)`` or ``cancel()`` is called, once.
protocol WaitingAnswer: AnyObject, Sendable {
    /// The longest wait.
    var limit: TimeAmount { get }

    /// Begins to wait; returns `false` if too many wait already, so that it has to go on at once.
    ///
    /// Calls the closure, on any thread, when it is worth going on.
    func begin(waking wake: @escaping @Sendable () -> Void) -> Bool

    /// Goes on; unless it may wait again, the result is an answer.
    func resume(mayWait: Bool) -> AnswerStep

    /// Gives up, because the client is gone.
    func cancel()
}
