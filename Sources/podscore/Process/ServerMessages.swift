import ArgumentParser
import Logging
import Platform
import PolicySources
import WebhookServer

/// The messages of a server on standard error.
///
/// The server never waits for the reader: a blocked reader loses lines and delays no reload.
struct ServerMessages: Sendable {
    /// The queue of lines, which counts the lost ones.
    let lines: LineLog
    /// The logger that writes to the queue.
    let logger: Logger

    private let format: MessageFormat

    private init(as format: MessageFormat, from level: Logger.Level) {
        let lines = LineLog(to: FileDescriptorWriter(descriptor: 2), limits: .forMessages)
        self.lines = lines
        self.format = format
        logger = Logger(label: "podscore") { _ in
            var handler = MessageHandler(to: lines, as: format)
            handler.logLevel = level
            return handler
        }
    }

    /// Writes the messages of the body from a level upwards; returns when all are written, or after one second without a reader.
    static func write(as format: MessageFormat, from level: Logger.Level, _ body: (Self) async throws -> Void) async throws {
        let messages = Self(as: format, from: level)
        do {
            try await body(messages)
        } catch {
            let remaining = messages.log(error)
            // Before the command's failure, which does not go through the queue.
            await messages.lines.close(waitingUpTo: .seconds(1))
            throw remaining
        }
        await messages.lines.close(waitingUpTo: .seconds(1))
    }

    /// Logs why the server ends if messages are JSON, since a line of text between them could not be read; returns the error that is left to
    /// report.
    private func log(_ error: any Error) -> any Error {
        let reported = (error as? PolicyLoadingError).map { CommandFailure($0) } ?? error as? CommandFailure
        guard format == .json, let failure = reported else { return error }
        for line in failure.lines { logger.error("\(line)") }
        return ExitCode(failure.status)
    }
}
