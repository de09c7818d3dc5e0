import NIOCore

/// The requests that became complete in one turn of an event loop, to be answered together at its end.
///
/// Reading, deciding and writing a request run through several times the code that a core's caches hold. Taken with all requests of a turn
/// before the next step, each step finds its code there from the second request on; one request after the other, it never does. A turn
/// under load brings several; a request that comes alone is answered as soon. Measured in docs/decisions/0008.
///
/// A class because the connections of one event loop share it; it stays on its event loop.
final class AnswerBatch {
    private struct Entry {
        let handler: ConnectionHandler
        let request: ConnectionState.Request
        let body: RequestBody.Bytes
        let context: ChannelHandlerContext
    }

    /// The most requests that are answered together, so that in a turn of a thousand the first need not wait for the last.
    static let limit = 32
    /// The length of all their bodies from which on they are answered, for the same reason, in bytes: a fifth of a millisecond's work.
    static let byteLimit = 128 << 10

    private var entries: [Entry] = []
    /// What is being answered; empty otherwise, and its memory is that of the next batch.
    private var current: [Entry] = []
    private var steps: [AnswerStep] = []
    private var byteCount = 0

    /// Takes a complete request, whose answer is given to its handler before the event loop looks for what else has come.
    func add(_ request: ConnectionState.Request, body: RequestBody.Bytes, of handler: ConnectionHandler, context: ChannelHandlerContext) {
        if entries.isEmpty {
            context.eventLoop.assumeIsolated().execute { self.answerAll() }
        }
        entries.append(Entry(handler: handler, request: request, body: body, context: context))
        byteCount += body.count
        if entries.count >= Self.limit || byteCount >= Self.byteLimit, current.isEmpty { answerAll() }
    }

    private func answerAll() {
        swap(&entries, &current)
        byteCount = 0
        guard let now = current.first?.context.eventLoop.now else { return }
        for index in current.indices {
            steps.append(current[index].request.read(current[index].body, at: now))
        }
        while advanceAll() {}
        for index in current.indices {
            guard case .answer(let answer) = steps[index] else { continue }
            current[index].handler.prepare(answer, to: current[index].request, context: current[index].context)
        }
        for index in current.indices {
            current[index].handler.resume(context: current[index].context)
        }
        current.removeAll(keepingCapacity: true)
        steps.removeAll(keepingCapacity: true)
    }

    /// Takes one step with all that are not made yet; `false` when there was none.
    private func advanceAll() -> Bool {
        var hasAdvanced = false
        for index in steps.indices {
            guard case .next(let pending) = steps[index] else { continue }
            steps[index] = pending.advance()
            hasAdvanced = true
        }
        return hasAdvanced
    }
}
