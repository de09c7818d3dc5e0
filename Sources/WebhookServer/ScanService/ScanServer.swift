package import Logging
package import Metrics
import NIOCore
import NIOPosix
import Synchronization
import TLS

/// The running scan service on one port.
///
/// A class because it owns the event loops and the listening socket.
package final class ScanServer: Sendable {
    /// Address and limits of the server; complete before it starts.
    package struct Configuration: Sendable {
        /// The address to listen on; default 127.0.0.1, which only this machine reaches.
        package var host = "127.0.0.1"
        /// The TCP port, 0 to 65535; 0 takes a free one.
        ///
        /// Default 8080.
        package var port = 8080
        /// The hosts by which clients request the server besides the loopback names.
        ///
        /// Default none: then a server on a loopback address answers the loopback names only, and another one answers any name.
        package var allowedHosts: [HostName] = []
        /// Event loops, at least 1; `nil` takes one for each core.
        package var eventLoopCount: Int?
        /// The limits of clients.
        package var limits = ScanServer.limits
        /// How the server ends.
        package var drain = ScanServer.drain
        /// The program's version on the pages.
        package var version = ""

        /// The defaults.
        package init() {}
    }

    /// The webhook's limits with these changes: bodies have at most 8 MiB and are large from 16 KiB on, decoded YAML is not counted, and
    /// clients have more time to read answers, which can be long.
    ///
    /// 16 KiB hold about ten ordinary manifests, or 500 of the smallest, whose reports take 5 ms.
    private static var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.bodyByteLimit = 8 << 20
        limits.largeBodyByteCount = 16 << 10
        limits.countsModels = false
        limits.writeTimeout = limits.idleTimeout
        return limits
    }

    /// No propagation delay, because people and pipelines use the service more often than clusters.
    private static var drain: HTTPDrain {
        var drain = HTTPDrain()
        drain.propagationDelay = .zero
        return drain
    }

    /// The port listened on.
    package var port: Int { listener.port }

    /// The requests and memory that the connections hold.
    var load: LoadGauge { listener.shared.load }

    private let configuration: Configuration
    private let threads: ServerThreads
    private let listener: PortListener
    private let drainHasBegun = Atomic<Bool>(false)

    private init(configuration: Configuration, threads: ServerThreads, listener: PortListener) {
        self.configuration = configuration
        self.threads = threads
        self.listener = listener
    }

    /// Serves until ``drain()``; each new connection gets the certificate in force, `nil` serves plain HTTP.
    ///
    /// `reloads` counts reloads of the certificate, `messages` is the server's own log; the metrics page shows both.
    package static func start(
        _ configuration: Configuration,
        service: some ManifestService,
        certificate: CertificateInForce?,
        reloads: ReloadMetrics = ReloadMetrics(),
        messages: LineLog? = nil,
        logger: Logger
    ) async throws(ListenError) -> ScanServer {
        let threads = ServerThreads(count: configuration.eventLoopCount, servesOperations: false)
        let shared = SharedResources(limits: configuration.limits, pool: threads.pool, logger: logger)
        do throws(ListenError) {
            let listener = try await PortListener.open(
                host: configuration.host,
                port: configuration.port,
                serving: AnyResponder(
                    ScanResponder(
                        service: service,
                        metrics: ScanMetrics(reloads: reloads),
                        shared: shared,
                        hosts: configuration.hostCheck,
                        certificate: certificate,
                        messages: messages,
                        version: configuration.version
                    )
                ),
                shared: shared,
                group: threads.group,
                tls: certificate.map { certificate in { @Sendable in certificate.tls } }
            )
            return ScanServer(configuration: configuration, threads: threads, listener: listener)
        } catch {
            await threads.stop()
            throw error
        }
    }

    /// Ends without losing a request.
    ///
    /// The server becomes unready, keeps serving for the propagation delay, then takes no new connections and finishes requests in flight
    /// until the deadline.
    ///
    /// Returns when all of that is done; a second call returns at once.
    package func drain() async {
        guard !drainHasBegun.exchange(true, ordering: .relaxed) else { return }
        await listener.drain(configuration.drain)
        await threads.stop()
    }
}

extension ScanServer.Configuration {
    /// The check of the host of each request; `nil` accepts any.
    ///
    /// On another address than loopback, only the operator knows the names: those of a Service, an Ingress or a machine.
    var hostCheck: HostCheck? {
        let name = HostName(parsing: host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host)
        if name?.isLoopback == true { return HostCheck(names: allowedHosts) }
        return allowedHosts.isEmpty ? nil : HostCheck(names: allowedHosts, allowsAddresses: true)
    }
}
