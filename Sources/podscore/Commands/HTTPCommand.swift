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
        abstract: "Score manifests over HTTP: kubesec's API, and a page for browsers.",
        usage: "podscore http [[HOST:]PORT] [OPTIONS]",
        discussion: """
            POST /scan takes YAML or JSON and answers with kubesec's JSON, one report
            for each document. The status is 200 whatever the score, and 400 if
            something cannot be parsed or ?rule= names no rule. A leading file= is
            removed. Other pages: /healthz, /readyz, /metrics.

            A browser gets a page at /: paste a manifest or drop a file, and see its
            score, the lines to change and the fixed manifest. Nothing is kept.

            The address is [HOST:]PORT. A port alone listens on all addresses, as in
            kubesec. Without an argument, the variable PORT or KUBESEC_ADDR applies,
            then 127.0.0.1:8080, which only this machine can reach.

            On a loopback address, requests for another host than localhost get 421.
            Otherwise a web page could point its host name to this machine and read
            the answers. If a proxy in front passes its own host on, allow that one
            with --allowed-host. On another address any host is answered, unless
            --allowed-host is given.

            Examples:
              podscore http
              podscore http 8080 --tls-cert tls.crt --tls-key tls.key
              curl -sSX POST --data-binary @pod.yaml http://127.0.0.1:8080/scan
            """
    )

    @Argument(help: "The address to listen on (default: $PORT, $KUBESEC_ADDR, or 127.0.0.1:8080).")
    var address: ListenAddress?

    @Option(name: .long, help: "The ruleset for the score (default: \(RulesetName.kubesec), and \(RulesetName.standard) on the page).")
    var ruleset: RulesetName?

    @Option(name: [.short, .long], help: "The namespace of objects without one (default: default).", transform: NamespaceArgument.parse)
    var namespace = "default"

    @OptionGroup var hosts: HTTPHostOptions

    @OptionGroup(title: "TLS") var tls: HTTPTLSOptions

    @OptionGroup(title: "Limits") var limits: HTTPLimitOptions

    @OptionGroup(title: "Messages") var messages: MessageOptions

    /// Starts, serves until SIGTERM or SIGINT, then drains.
    mutating func run() async throws {
        HeapSettings.apply()
        HeapTrimming.start()
        try await messages.write { messages in try await serve(messages) }
    }

    private func serve(_ messages: ServerMessages) async throws {
        let logger = messages.logger
        let address = try address ?? ListenAddress.fromEnvironment(EnvironmentVariable.named) ?? .loopback
        let certificate = try tls.files.map { files in try ServedCertificate(files, logger: logger) }
        let chosen = (ruleset ?? .kubesec).ruleset
        var service = PostedManifests(ruleset: chosen, defaultNamespace: namespace)
        service.pageRuleset = (ruleset ?? .standard).ruleset
        service.bodyByteLimit = limits.maxBodyBytes
        let end = Termination()
        let (server, host) = try await start(at: address, service: service, certificate, messages.lines, logger)
        let scheme = certificate == nil ? "http" : "https"
        let page = "\(scheme)://\(AddressText.of(host: host, port: server.port))/"
        let url = page + "scan"
        logger.info(
            "scoring by \(chosen.label) at \(url), and for browsers at \(page)",
            metadata: ["url": "\(url)", "ruleset": "\(chosen.name)", "version": "\(Version.text)"]
        )
        certificate?.watcher.start(every: tls.watchDuration)
        let signal = await end.signal()
        logger.info("\(signal): draining", metadata: ["signal": "\(signal)"])
        await server.drain()
        await certificate?.watcher.stop(waitingUpTo: .seconds(2))
        logger.info("drained")
    }

    /// Starts to listen; all addresses means IPv6 and IPv4, or only IPv4 on a machine without IPv6.
    private func start(
        at address: ListenAddress,
        service: PostedManifests,
        _ certificate: ServedCertificate?,
        _ messages: LineLog,
        _ logger: Logger
    ) async throws -> (ScanServer, host: String) {
        var configuration = limits.configuration
        configuration.port = address.port
        configuration.allowedHosts = hosts.allowedHost
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
