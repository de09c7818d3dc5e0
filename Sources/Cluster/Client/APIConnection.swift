import NIOCore
import NIOHTTP1

/// A connection to an API server, used by one request at a time, from any thread.
struct APIConnection: Sendable {
    /// The number of the settings of TLS that it was made with.
    let generation: Int
    /// Whether it has served a request.
    var isReused = false

    /// The channel, for tests.
    let channel: any Channel
    private let handler: NIOLoopBound<ExchangeHandler>

    /// A connection of a channel and its handler.
    init(_ channel: any Channel, handler: NIOLoopBound<ExchangeHandler>, generation: Int) {
        self.channel = channel
        self.handler = handler
        self.generation = generation
    }

    /// Whether the server has not closed it yet, as far as is known.
    var isOpen: Bool { channel.isActive }

    /// Waits until requests can be sent.
    func waitUntilReady() async throws(APIError.Cause) {
        try await run { handler in handler.ready() }
    }

    /// Sends a request and waits for the head of its answer.
    func send(_ head: HTTPRequestHead, body: [UInt8]?, timeout: Duration) async throws(APIError.Cause) -> HTTPResponseHead {
        let buffer = body.map { ByteBuffer(bytes: $0) }
        return try await run { handler in handler.send(head, body: buffer, timeout: timeout) }
    }

    /// Waits for the next bytes of the answer; none at its end, `nil` if the wait was interrupted.
    func next(timeout: AnswerTimeout) async throws(APIError.Cause) -> [ByteBuffer]? {
        try await run { handler in handler.next(timeout: timeout) }
    }

    /// Ends the use of an answer; returns whether the connection can serve another request, and closes it otherwise.
    func release() async -> Bool {
        let handler = handler
        return (try? await channel.eventLoop.submit { handler.value.release() }.get()) ?? false
    }

    /// Closes the connection.
    func close() {
        let handler = handler
        channel.eventLoop.execute { handler.value.close() }
    }

    /// Calls the handler on its event loop and waits; closes the connection if the task is cancelled.
    private func run<Value: Sendable>(
        _ call: @escaping @Sendable (ExchangeHandler) -> EventLoopFuture<Value>
    ) async throws(APIError.Cause) -> Value {
        if Task.isCancelled {
            close()
            throw .cancelled
        }
        let handler = handler
        do {
            return try await withTaskCancellationHandler {
                try await channel.eventLoop.flatSubmit { call(handler.value) }.get()
            } onCancel: {
                close()
            }
        } catch let cause as APIError.Cause {
            throw Task.isCancelled ? .cancelled : cause
        } catch {
            throw .closedBeforeAnswer
        }
    }
}
