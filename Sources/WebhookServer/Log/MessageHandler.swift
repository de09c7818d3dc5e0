import KubernetesAPI
package import Logging
import Platform

/// Writes the server's own messages, one line each, through a ``LineLog``, so that logging never waits for the log's reader.
///
/// Metadata is not written, because no message has any.
package struct MessageHandler: LogHandler {
    /// Kept but not written.
    package var metadata: Logger.Metadata = [:]
    /// The lowest level that is written; default `info`.
    package var logLevel = Logger.Level.info

    private let log: LineLog
    private let wallClock: @Sendable () -> UnixTime

    /// Writes to a log.
    package init(to log: LineLog) {
        self.init(to: log, wallClock: { .now })
    }

    /// Writes to a log; `wallClock` tells the time at the beginning of each line.
    init(to log: LineLog, wallClock: @escaping @Sendable () -> UnixTime) {
        self.log = log
        self.wallClock = wallClock
    }

    /// One value of the metadata.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes time, level and text as one line in which all characters are visible.
    package func log(event: LogEvent) {
        var line: [UInt8] = []
        wallClock().appendTimestamp(to: &line)
        line += " \(event.level): ".utf8
        line += VisibleText.of(event.message.description).utf8
        line.append(UInt8(ascii: "\n"))
        log.write(line)
    }
}

extension LineLog.Limits {
    /// The limits for messages: far more than a server logs in a minute; each message is written at once.
    package static var forMessages: Self {
        var limits = Self()
        limits.lineLimit = 4_096
        limits.byteLimit = 256 << 10
        limits.batchDelay = .zero
        return limits
    }
}
