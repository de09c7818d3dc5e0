import NIOCore

/// The requests that became complete in one turn of an event loop, to be answered together at its end.
///
/// Reading, deciding and writing a request run through more code than a core's caches hold. If each step is taken for all requests of a
/// turn before the next step, its code is in the cache from the second request on. Under load a turn has several requests; a single request
/// is answered without delay. Measured in docs/decisions/0008.
///
/// A class because the connections of one event loop share it; it stays on its event loop.
final class AnswerBatch {
    private struct Entry {
        let handler: ConnectionHandler
        let request: ConnectionState.Request
        let body: RequestBody.Bytes
        let context: ChannelHandlerContext
    }

    /// The most requests that are answered together, so that in a turn of a thousand the first does not wait for the last.
    static let limit = 32
    /// The total length of bodies from which on they are answered, for the same reason, in bytes: about 0.2 ms of work.
    static let byteLimit = 128 << 10

    private var entries: [Entry] = []
    /// The requests that are being answered; otherwise empty, with memory for the next batch.
    private var current: [Entry] = []
    private var steps: [AnswerStep] = []
    private var byteCount = 0

    /// Takes a complete request; its handler gets the answer before the event loop polls again.
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
            switch steps[index] {
            case .answer(let answer): current[index].handler.prepare(answer, to: current[index].request, context: current[index].context)
            case .wait(let answer): current[index].handler.wait(for: answer, to: current[index].request, context: current[index].context)
            case .next: break
            }
        }
        for index in current.indices {
            current[index].handler.resume(context: current[index].context)
        }
        current.removeAll(keepingCapacity: true)
        steps.removeAll(keepingCapacity: true)
    }

    /// Advances all answers that are not ready by one step; `false` if all are ready or wait.
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
