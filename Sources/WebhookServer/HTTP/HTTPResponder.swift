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

    /// Counts an answer.
    func record(_ status: HTTPAnswer.Status)
}

/// What a header leads to.
enum HeadVerdict<Exchange: Sendable>: Sendable {
    /// The answer is known, and the body not wanted.
    case refuse(HTTPAnswer)
    /// The body is wanted; `answerBy` is when an answer comes too late for the client, `nil` when it did not say. What takes a place counts
    /// among the requests in flight.
    case accept(Exchange, answerBy: NIODeadline?, takesPlace: Bool = true)
}
