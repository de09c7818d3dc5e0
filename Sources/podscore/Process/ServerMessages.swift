import Logging
import Platform
import WebhookServer

/// The messages of a server on standard error.
///
/// The server never waits for the reader: a blocked reader loses lines and delays no reload.
struct ServerMessages: Sendable {
    /// The queue of lines, which counts the lost ones.
    let lines: LineLog
    /// The logger that writes to the queue.
    let logger: Logger

    private init() {
        let lines = LineLog(to: FileDescriptorWriter(descriptor: 2), limits: .forMessages)
        self.lines = lines
        logger = Logger(label: "podscore") { _ in MessageHandler(to: lines) }
    }

    /// Writes the messages of the body; returns when all are written, or after one second without a reader.
    static func write(_ body: (Self) async throws -> Void) async throws {
        let messages = Self()
        do {
            try await body(messages)
        } catch {
            // Before the command's failure, which does not go through the queue.
            await messages.lines.close(waitingUpTo: .seconds(1))
            throw error
        }
        await messages.lines.close(waitingUpTo: .seconds(1))
    }
}
