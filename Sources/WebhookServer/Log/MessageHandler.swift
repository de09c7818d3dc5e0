import KubernetesAPI
package import Logging
import Platform

/// How the server's own messages are written.
package enum MessageFormat: String, CaseIterable, Sendable {
    /// `TIME LEVEL: TEXT`, for people.
    case text
    /// One JSON object on each line, for programs.
    case json
}

/// Writes the server's own messages, one line each, through a ``LineLog``, so that logging never waits for the log's reader.
///
/// The metadata of a message are its fields: single facts that the text also states. Only JSON writes them.
package struct MessageHandler: LogHandler {
    /// The fields of every message.
    package var metadata: Logger.Metadata = [:]
    /// The lowest level that is written; default `info`.
    package var logLevel = Logger.Level.info

    private let log: LineLog
    private let format: MessageFormat
    private let wallClock: @Sendable () -> UnixTime

    /// Writes to a log.
    package init(to log: LineLog, as format: MessageFormat = .text) {
        self.init(to: log, as: format, wallClock: { .now })
    }

    /// Writes to a log; `wallClock` tells the time of each line.
    init(to log: LineLog, as format: MessageFormat, wallClock: @escaping @Sendable () -> UnixTime) {
        self.log = log
        self.format = format
        self.wallClock = wallClock
    }

    /// One field of every message.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a message as one line in which all characters are visible.
    package func log(event: LogEvent) {
        switch format {
        case .text: log.write(text(of: event))
        case .json: log.write(json(of: event))
        }
    }

    private func text(of event: LogEvent) -> [UInt8] {
        var line: [UInt8] = []
        wallClock().appendTimestamp(to: &line)
        line += " \(event.level): ".utf8
        line += VisibleText.of(event.message.description).utf8
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// The members `time`, `level` and `message`, then the fields in the order of their names.
    private func json(of event: LogEvent) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("time", wallClock().timestamp)
        json.member("level", event.level.rawValue)
        json.member("message", event.message.description)
        let fields = metadata.merging(event.metadata ?? [:]) { _, ofMessage in ofMessage }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            json.key(name)
            json.write(value)
        }
        json.endObject()
        json.endLine()
        return json.bytes
    }
}

extension JSONWriter {
    /// Writes the value of a field: numbers and booleans as such, everything else as text, in arrays and objects as it is nested.
    fileprivate mutating func write(_ value: Logger.Metadata.Value) {
        switch value {
        case .string(let text): write(text)
        case .stringConvertible(let value as Int): write(value)
        case .stringConvertible(let value as Bool): write(value)
        case .stringConvertible(let value): write(value.description)
        case .array(let values):
            beginArray()
            for value in values { write(value) }
            endArray()
        case .dictionary(let members):
            beginObject()
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                key(name)
                write(value)
            }
            endObject()
        }
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
