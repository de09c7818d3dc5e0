import ArgumentParser
import WebhookServer

/// Whose requests a server takes.
struct ClientOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Require of clients a certificate for client authentication that the authorities in this PEM file verify.",
        completion: .file()
    )
    var clientCA: String?

    @Option(
        name: .long,
        help: "Require this name in it, as common name or subject alternative name; given several times, any one of them."
    )
    var clientName: [String] = []

    /// Refuses names that nothing would check.
    func validate() throws {
        guard clientName.isEmpty || clientCA != nil else { throw ValidationError("--client-name needs --client-ca") }
        guard !clientName.contains("") else { throw ValidationError("--client-name must not be empty") }
    }
}

/// Checks of the limits that `podscore serve` and `podscore http` both have; each throws what is wrong.
enum LimitCheck {
    /// Refuses a number of requests with which none could be served.
    static func maxInFlight(_ count: Int) throws {
        guard count > 0 else { throw ValidationError("--max-in-flight must be at least 1, not \(count)") }
    }

    /// Refuses a number of connections with which none could be served.
    static func maxConnections(_ count: Int) throws {
        guard (1...1_000_000).contains(count) else {
            throw ValidationError("--max-connections must be between 1 and 1000000, not \(count)")
        }
    }

    /// Refuses a budget into which the largest body does not fit, with what it becomes while it is decided.
    static func maxBufferedBytes(_ count: Int) throws {
        let least = HTTPLimits.leastBufferedBytes(forBodiesOf: HTTPLimits().bodyByteLimit)
        guard (least...1 << 40).contains(count) else {
            throw ValidationError("--max-buffered-bytes must be at least \(least), the largest body and its decoded form, not \(count)")
        }
    }

    /// Refuses a delay that nobody can mean.
    static func drainDelay(_ seconds: Int) throws {
        guard (0...3600).contains(seconds) else { throw ValidationError("--drain-delay must be between 0 and 3600, not \(seconds)") }
    }

    /// Refuses an interval that would keep a processor busy, or never end.
    static func watchInterval(_ seconds: Double) throws {
        guard (0.01...3600).contains(seconds) else {
            throw ValidationError("--watch-interval must be between 0.01 and 3600, not \(seconds)")
        }
    }

    /// Refuses no threads and far too many; `nil` is one a core.
    static func threads(_ count: Int?) throws {
        guard count.map({ (1...1024).contains($0) }) ?? true else { throw ValidationError("--threads must be between 1 and 1024") }
    }
}
