import AdmissionPolicy
import ArgumentParser
import Logging
import Metrics
import Platform
import PodScoring
import TLS
import WebhookServer

/// The command `podscore http [ADDRESS]`.
struct HTTPCommand: AsyncParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "http",
        abstract: "Score manifests that are posted, as kubesec's HTTP server does.",
        usage: "podscore http [[HOST:]PORT] [OPTIONS]",
        discussion: """
            Takes YAML or JSON at POST /scan and answers with kubesec's JSON, a report
            a document: status 200 whatever the score, 400 when something can't be
            parsed or ?rule= names no rule. A leading file= is cut off. Pages: /healthz,
            /readyz, /metrics.

            An address is [HOST:]PORT. A port alone listens on all addresses, as it does
            in kubesec. Without an argument the variables PORT and KUBESEC_ADDR count,
            and without them it is 127.0.0.1:8080, which this machine alone reaches.

            Examples:
              podscore http
              podscore http 8080 --tls-cert tls.crt --tls-key tls.key
              curl -sSX POST --data-binary @pod.yaml http://127.0.0.1:8080/scan
            """
    )

    @Argument(help: "Where to listen (default: $PORT, $KUBESEC_ADDR, or 127.0.0.1:8080).")
    var address: ListenAddress?

    @Option(name: .long, help: "The ruleset by which to score.")
    var ruleset = RulesetName.kubesec

    @Option(name: [.short, .long], help: "The namespace of objects that name none.")
    var namespace = "default"

    @OptionGroup(title: "TLS") var tls: HTTPTLSOptions

    @OptionGroup(title: "Limits") var limits: HTTPLimitOptions

    /// Starts, serves until a signal asks for the end, drains.
    mutating func run() async throws {
        HeapSettings.apply()
        HeapTrimming.start()
        try await ServerMessages.write { messages in try await serve(messages) }
    }

    private func serve(_ messages: ServerMessages) async throws {
        let logger = messages.logger
        let address = try address ?? ListenAddress.fromEnvironment(EnvironmentVariable.named) ?? .loopback
        let certificate = try tls.files.map { files in try ServedCertificate(files, logger: logger) }
        let service = PostedManifests(ruleset: ruleset.ruleset, defaultNamespace: namespace)
        let end = Termination()
        let (server, host) = try await start(at: address, service: service, certificate, messages.lines, logger)
        let scheme = certificate == nil ? "http" : "https"
        logger.info("scoring by \(ruleset.ruleset.label) at \(scheme)://\(AddressText.of(host: host, port: server.port))/scan")
        certificate?.watcher.start(every: tls.watchDuration)
        let signal = await end.signal()
        logger.info("\(signal): draining")
        await server.drain()
        await certificate?.watcher.stop(waitingUpTo: .seconds(2))
        logger.info("drained")
    }

    /// Listens; all addresses are those of IPv6 and IPv4, or of IPv4 alone where the machine has no IPv6.
    private func start(
        at address: ListenAddress,
        service: PostedManifests,
        _ certificate: ServedCertificate?,
        _ messages: LineLog,
        _ logger: Logger
    ) async throws -> (ScanServer, host: String) {
        var configuration = limits.configuration
        configuration.port = address.port
        let descriptors = DescriptorBudget(limit: DescriptorLimit.raise(), maxConnections: limits.maxConnections)
        configuration.limits.maxConnections = descriptors.connections
        if let warning = descriptors.warning { logger.warning("\(warning)") }
        func start(_ host: String) async throws(ListenError) -> (ScanServer, host: String) {
            configuration.host = host
            let server = try await ScanServer.start(
                configuration,
                service: service,
                certificate: certificate?.current,
                reloads: certificate?.reloads ?? ReloadMetrics(),
                messages: messages,
                logger: logger
            )
            return (server, host)
        }
        do throws(ListenError) {
            if let host = address.host { return try await start(host) }
            do throws(ListenError) {
                return try await start("::")
            } catch .addressUnavailable, .system {
                return try await start("0.0.0.0")
            }
        } catch {
            throw CommandFailure(error.description)
        }
    }
}

/// The certificate in force, and what reads it again when its files change.
private struct ServedCertificate {
    /// The certificate in force.
    let current: CertificateInForce
    /// What becomes of reading it again.
    let reloads = ReloadMetrics()
    /// To be started.
    let watcher: FileWatcher

    /// Reads the certificate for the first time; throws what is wrong with it.
    init(_ tls: TLSFiles, logger: Logger) throws {
        let files = ServedFiles(policy: nil, ownNamespace: "", tls: tls)
        let certificate = try tls.load()
        let now = UnixTime.now
        current = CertificateInForce(certificate, since: now)
        reloads.record(.certificate, succeeded: true, atUnixSeconds: now.seconds)
        watcher = files.watcher(certificate: CertificateReloader(current, metrics: reloads, logger: logger))
    }
}
