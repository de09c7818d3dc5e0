import ArgumentParser
import WebhookServer

/// The address that a server listens on, in kubesec's notation: `8080`, `:8080`, `127.0.0.1:8080`, `[::1]:8080`.
struct ListenAddress: ExpressibleByArgument, Equatable, CustomStringConvertible {
    /// The default, which only this machine can reach.
    static let loopback = ListenAddress(host: "127.0.0.1", port: 8080)

    /// The address or name; `nil` for all addresses of the machine, which a port alone means in kubesec.
    let host: String?
    /// The port, 0 to 65535; 0 picks a free one.
    let port: Int

    private init(host: String?, port: Int) {
        self.host = host
        self.port = port
    }

    /// Parses an address; `nil` if the text is not one.
    init?(argument: String) {
        guard let (host, port) = AddressText.parse(argument[...]) else { return nil }
        self.init(host: host, port: port)
    }

    /// The address as an argument.
    var description: String { AddressText.of(host: host ?? "", port: port) }

    /// The address in kubesec's variables, where `PORT` takes precedence over `KUBESEC_ADDR`; `nil` if neither is set.
    ///
    /// Throws if it is not an address. Source: <https://github.com/controlplaneio/kubesec/blob/a59caad/cmd/http.go>
    static func fromEnvironment(_ variable: (String) -> String?) throws -> ListenAddress? {
        for name in ["PORT", "KUBESEC_ADDR"] {
            guard let text = variable(name), !text.isEmpty else { continue }
            guard let address = ListenAddress(argument: text) else {
                throw CommandFailure("the variable \(name) is not an address such as 8080 or 127.0.0.1:8080: \(text)")
            }
            return address
        }
        return nil
    }
}

/// The hosts by which clients request the server.
struct HTTPHostOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Answer requests for this host, with any port; can be repeated. Others get 421, except localhost and, if not on a loopback "
                + "address, IP addresses.",
            valueName: "host"
        ),
        transform: { text in
            guard let name = HostName(parsing: text) else {
                throw ValidationError("invalid host \"\(text)\"; use a name or an address without a port, such as podscore.example.com")
            }
            return name
        }
    )
    var allowedHost: [HostName] = []
}

/// The certificate that the server presents.
struct HTTPTLSOptions: ParsableArguments {
    @Option(name: .long, help: "The PEM file with the serving certificate and its chain (default: plain HTTP).", completion: .file())
    var tlsCert: String?

    @Option(name: .long, help: "The PEM file with the certificate's private key.", completion: .file())
    var tlsKey: String?

    @OptionGroup var clients: ClientOptions

    @Option(name: .long, help: "Seconds between checks of these files, which are reloaded when they change.")
    var watchInterval = 1.0

    /// Rejects a certificate without a key, which would otherwise mean to serve without TLS.
    func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else { throw ValidationError("--tls-cert and --tls-key must be given together") }
        try LimitCheck.watchInterval(watchInterval)
        guard clients.clientCA == nil || tlsCert != nil else { throw ValidationError("--client-ca needs --tls-cert and --tls-key") }
    }

    /// The files; `nil` for plain HTTP.
    var files: TLSFiles? {
        guard let tlsCert, let tlsKey else { return nil }
        return TLSFiles(certificate: tlsCert, key: tlsKey, clientAuthorities: clients.clientCA, clientNames: clients.clientName)
    }

    /// The time between two checks of the files.
    var watchDuration: Duration { .milliseconds(Int64(watchInterval * 1_000)) }
}

/// The limits on clients and requests.
struct HTTPLimitOptions: ParsableArguments {
    @Option(name: .long, help: "The maximum size of a request body, in bytes.")
    var maxBodyBytes = 8 * 1024 * 1024

    @Option(name: .long, help: "Complete requests that wait for an answer; one more gets 503 with Retry-After.")
    var maxInFlight = 256

    @Option(name: .long, help: "Open connections; above that, idle ones are closed, first those without a request.")
    var maxConnections = 768

    @Option(name: .long, help: "Bytes of bodies and large answers held at once, for all clients together.")
    var maxBufferedBytes = 64 * 1024 * 1024

    @Option(name: .long, help: "Seconds to keep serving after SIGTERM, until the cluster stops sending requests.")
    var drainDelay = 0

    @Option(name: .long, help: "Server threads (default: one for each core).")
    var threads: Int?

    /// Rejects limits with which the server could not serve.
    func validate() throws {
        try LimitCheck.maxInFlight(maxInFlight)
        try LimitCheck.maxConnections(maxConnections)
        guard (1...1 << 30).contains(maxBodyBytes) else {
            throw ValidationError("--max-body-bytes must be between 1 and 1073741824, not \(maxBodyBytes)")
        }
        guard (maxBodyBytes...1 << 40).contains(maxBufferedBytes) else {
            throw ValidationError("--max-buffered-bytes must be at least --max-body-bytes, not \(maxBufferedBytes)")
        }
        try LimitCheck.drainDelay(drainDelay)
        try LimitCheck.threads(threads)
    }

    /// The settings, without an address.
    var configuration: ScanServer.Configuration {
        var configuration = ScanServer.Configuration()
        configuration.eventLoopCount = threads
        configuration.limits.bodyByteLimit = maxBodyBytes
        configuration.limits.maxInFlight = maxInFlight
        configuration.limits.maxBufferedBytes = maxBufferedBytes
        configuration.limits.maxConnections = maxConnections
        configuration.drain.propagationDelay = .seconds(drainDelay)
        configuration.version = Version.text
        return configuration
    }
}
