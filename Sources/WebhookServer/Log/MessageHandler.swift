import KubernetesAPI
package import Logging
import Platform

/// Writes what a server says about itself, a line a message, through a ``LineLog``: whoever says something never waits for who reads it.
///
/// Metadata is not written; nothing here has any.
package struct MessageHandler: LogHandler {
    /// Kept for whoever asks.
    package var metadata: Logger.Metadata = [:]
    /// The least important messages that are written; default `info`.
    package var logLevel = Logger.Level.info

    private let log: LineLog
    private let wallClock: @Sendable () -> UnixTime

    /// Takes where to write.
    package init(to log: LineLog) {
        self.init(to: log, wallClock: { .now })
    }

    /// Takes where to write, and what tells the time that a line begins with.
    init(to log: LineLog, wallClock: @escaping @Sendable () -> UnixTime) {
        self.log = log
        self.wallClock = wallClock
    }

    /// One value of the metadata.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes time, level and text on one line, all characters of which are visible, whatever the name of a file holds.
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
    /// The limits for messages: far more than a server says in a minute, and each is written at once.
    package static var forMessages: Self {
        var limits = Self()
        limits.lineLimit = 4_096
        limits.byteLimit = 256 << 10
        limits.batchDelay = .zero
        return limits
    }
}
