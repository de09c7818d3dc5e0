package import Logging
package import Metrics
import NIOCore
import NIOPosix
import Synchronization
import TLS

/// The running scan service: one port, and its end.
///
/// A class because it owns the event loops and the listening socket.
package final class ScanServer: Sendable {
    /// What the server listens on and where it draws lines; complete before it starts.
    package struct Configuration: Sendable {
        /// The address to listen on; default this machine alone.
        package var host = "127.0.0.1"
        /// The TCP port, 0 to 65535; 0 takes a free one.
        ///
        /// Default 8080.
        package var port = 8080
        /// Event loops, at least 1; `nil` takes one a core.
        package var eventLoopCount: Int?
        /// What clients may ask.
        package var limits = ScanServer.limits
        /// How the server ends.
        package var drain = ScanServer.drain
        /// What the pages call the program's version.
        package var version = ""

        /// Begins with the defaults.
        package init() {}
    }

    /// The webhook's limits, but that bodies are 8 MiB at most and large from 16 KiB on, what becomes of YAML is not
    /// counted, and answers may be long.
    ///
    /// 16 KiB are some ten ordinary manifests, or 500 of the smallest, whose reports take 5 ms.
    private static var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.bodyByteLimit = 8 << 20
        limits.largeBodyByteCount = 16 << 10
        limits.countsModels = false
        limits.writeTimeout = limits.idleTimeout
        return limits
    }

    /// No delay: whoever calls the service is a person or a pipeline more often than a cluster.
    private static var drain: HTTPDrain {
        var drain = HTTPDrain()
        drain.propagationDelay = .zero
        return drain
    }

    /// The port listened on.
    package var port: Int { listener.port }

    /// What the connections hold at the moment.
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

    /// Serves until ``drain()``; each connection is served with the certificate then in force, and `nil` serves plain HTTP.
    ///
    /// `reloads` counts what became of reading the certificate again, `messages` is the server's own log; the metrics page shows both.
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

    /// Ends without losing a request: not ready from now on; serves on for the propagation delay; takes no new connections; finishes what
    /// is in flight, until the deadline.
    ///
    /// Returns when all is done; a second call returns at once.
    package func drain() async {
        guard !drainHasBegun.exchange(true, ordering: .relaxed) else { return }
        await listener.drain(configuration.drain)
        await threads.stop()
    }
}
