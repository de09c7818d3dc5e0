import ArgumentParser
import Logging
import WebhookServer

/// The clients whose requests a server accepts.
struct ClientOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Require a client certificate that the authorities in this PEM file verify.",
        completion: .file()
    )
    var clientCA: String?

    @Option(
        name: .long,
        help: "Require this common name or subject alternative name in it; if given several times, any one of them."
    )
    var clientName: [String] = []

    /// Rejects names that the server would not check.
    func validate() throws {
        guard clientName.isEmpty || clientCA != nil else { throw ValidationError("--client-name needs --client-ca") }
        guard !clientName.contains("") else { throw ValidationError("--client-name must not be empty") }
    }
}

/// The messages of a server on standard error.
struct MessageOptions: ParsableArguments {
    @Option(name: .long, help: "The format of messages on standard error; json is one object on each line.")
    var logFormat = MessageFormat.text

    @Option(name: .long, help: "The lowest level of messages that are written.")
    var logLevel = MessageLevel.info

    /// Writes the messages of a server; see ``ServerMessages``.
    func write(_ body: (ServerMessages) async throws -> Void) async throws {
        try await ServerMessages.write(as: logFormat, from: logLevel.level, body)
    }
}

extension MessageFormat: ExpressibleByArgument {}

/// A level of messages as an argument.
enum MessageLevel: String, CaseIterable, ExpressibleByArgument {
    case error
    case warning
    case info
    case debug

    /// The level of that name.
    var level: Logger.Level {
        switch self {
        case .error: .error
        case .warning: .warning
        case .info: .info
        case .debug: .debug
        }
    }
}

/// Checks the limits that `podscore serve` and `podscore http` share.
enum LimitCheck {
    /// Rejects fewer than one request.
    static func maxInFlight(_ count: Int) throws {
        guard count > 0 else { throw ValidationError("--max-in-flight must be at least 1, not \(count)") }
    }

    /// Rejects fewer than one connection, and more than a process can have.
    static func maxConnections(_ count: Int) throws {
        guard (1...1_000_000).contains(count) else {
            throw ValidationError("--max-connections must be between 1 and 1000000, not \(count)")
        }
    }

    /// Rejects a budget that is too small for the largest body and its decoded form.
    static func maxBufferedBytes(_ count: Int) throws {
        let least = HTTPLimits.leastBufferedBytes(forBodiesOf: HTTPLimits().bodyByteLimit)
        guard (least...1 << 40).contains(count) else {
            throw ValidationError("--max-buffered-bytes must be at least \(least), the largest body and its decoded form, not \(count)")
        }
    }

    /// Rejects a negative delay, and one of more than an hour.
    static func drainDelay(_ seconds: Int) throws {
        guard (0...3600).contains(seconds) else { throw ValidationError("--drain-delay must be between 0 and 3600, not \(seconds)") }
    }

    /// Rejects an interval so short that it keeps a processor busy, and one of more than an hour.
    static func watchInterval(_ seconds: Double) throws {
        guard (0.01...3600).contains(seconds) else {
            throw ValidationError("--watch-interval must be between 0.01 and 3600, not \(seconds)")
        }
    }

    /// Rejects fewer than one thread and more than 1024; `nil` is one for each core.
    static func threads(_ count: Int?) throws {
        guard count.map({ (1...1024).contains($0) }) ?? true else { throw ValidationError("--threads must be between 1 and 1024") }
    }
}
