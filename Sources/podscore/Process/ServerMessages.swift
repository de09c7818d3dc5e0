import Logging
import Platform
import WebhookServer

/// What a server says about itself on standard error.
///
/// Nobody waits for whoever reads it: a reader that stands still costs lines, never a reload.
struct ServerMessages: Sendable {
    /// Where the lines wait; knows how many were lost.
    let lines: LineLog
    /// What to say things to.
    let logger: Logger

    private init() {
        let lines = LineLog(to: FileDescriptorWriter(descriptor: 2), limits: .forMessages)
        self.lines = lines
        logger = Logger(label: "podscore") { _ in MessageHandler(to: lines) }
    }

    /// Writes what is said in the body; returns when all is written, or nobody has read on for a second.
    static func write(_ body: (Self) async throws -> Void) async throws {
        let messages = Self()
        do {
            try await body(messages)
        } catch {
            // Before the command's own failure, which goes the direct way.
            await messages.lines.close(waitingUpTo: .seconds(1))
            throw error
        }
        await messages.lines.close(waitingUpTo: .seconds(1))
    }
}
