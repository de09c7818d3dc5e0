import AdmissionPolicy
package import Logging
package import Metrics
import NIOCore
import NIOPosix
package import Platform
import Synchronization

/// The running server: the webhook's port, the port for probes and metrics, and their end.
///
/// A class because it owns the event loops and the listening sockets.
package final class WebhookServer: Sendable {
    /// The port on which AdmissionReviews are served.
    package var port: Int { webhook.port }
    /// The port for probes and metrics; `nil` without one.
    package var operationsPort: Int? { operations?.port }

    /// What the webhook's connections hold at the moment.
    var load: LoadGauge { webhook.shared.load }
    /// Whether the end has begun.
    var isDraining: Bool { webhook.shared.isDraining }
    /// The webhook's open connections.
    var connectionCount: Int { webhook.connections.count }

    private let configuration: Configuration
    private let threads: ServerThreads
    private let webhook: PortListener
    private let operations: PortListener?
    private let log: LineLog?
    private let recorder: RequestRecorder?
    private let drainHasBegun = Atomic<Bool>(false)

    private init(
        configuration: Configuration,
        threads: ServerThreads,
        webhook: PortListener,
        operations: PortListener?,
        log: LineLog?,
        recorder: RequestRecorder?
    ) {
        self.configuration = configuration
        self.threads = threads
        self.webhook = webhook
        self.operations = operations
        self.log = log
        self.recorder = recorder
    }

    /// Serves by the policies and with the certificate in force until ``drain()``; the server closes the log and the recorder then, not the `messages`, of which it shows
    /// what was lost.
    package static func start(
        _ configuration: Configuration,
        policies: PoliciesInForce,
        certificate: CertificateInForce?,
        metrics: WebhookMetrics,
        log: LineLog,
        messages: LineLog? = nil,
        recorder: RequestRecorder? = nil,
        logger: Logger,
        wallClock: @escaping @Sendable () -> UnixTime = { .now }
    ) async throws(ListenError) -> WebhookServer {
        let service = PolicyReviewService(policies: policies, metrics: metrics, log: log, recorder: recorder, wallClock: wallClock)
        return try await start(
            configuration,
            responder: AnyResponder(WebhookResponder(service: service)),
            policies: policies,
            certificate: certificate,
            metrics: metrics,
            log: log,
            messages: messages,
            recorder: recorder,
            logger: logger,
            wallClock: wallClock
        )
    }

    /// Serves what another responder answers.
    static func start(
        _ configuration: Configuration,
        responder: AnyResponder,
        policies: PoliciesInForce,
        certificate: CertificateInForce?,
        metrics: WebhookMetrics,
        log: LineLog?,
        messages: LineLog? = nil,
        recorder: RequestRecorder? = nil,
        logger: Logger,
        wallClock: @escaping @Sendable () -> UnixTime = { .now }
    ) async throws(ListenError) -> WebhookServer {
        metrics.keepLabels(for: policies.snapshot.policies.namedNamespaces)
        let threads = ServerThreads(count: configuration.eventLoopCount, servesOperations: configuration.operationsPort != nil)
        let shared = SharedResources(limits: configuration.limits, pool: threads.pool, logger: logger)
        do throws(ListenError) {
            let webhook = try await PortListener.open(
                host: configuration.host,
                port: configuration.port,
                serving: responder,
                shared: shared,
                group: threads.group,
                tls: certificate.map { certificate in { @Sendable in certificate.tls } }
            )
            let view = OperationsView(
                policies: policies,
                certificate: certificate,
                metrics: metrics,
                log: log,
                messages: messages,
                recorder: recorder,
                shared: shared,
                connections: webhook.connections,
                version: configuration.version,
                wallClock: wallClock
            )
            let operations = try await openOperations(configuration, view: view, threads: threads, webhook: webhook, logger: logger)
            return WebhookServer(
                configuration: configuration,
                threads: threads,
                webhook: webhook,
                operations: operations,
                log: log,
                recorder: recorder
            )
        } catch {
            await threads.stop()
            throw error
        }
    }

    /// Ends without losing a request: not ready from now on; serves on for the propagation delay, each answer the last of its connection;
    /// takes no new connections; finishes what is in flight, until the deadline; writes the rest of the log and of the
    /// records.
    ///
    /// Returns when all is done; a second call returns at once.
    package func drain() async {
        guard !drainHasBegun.exchange(true, ordering: .relaxed) else { return }
        await webhook.drain(configuration.drain)
        await operations?.close(within: .zero)
        await log?.close(waitingUpTo: .seconds(2))
        await recorder?.close(waitingUpTo: .seconds(2))
        await threads.stop()
    }

    private static func openOperations(
        _ configuration: Configuration,
        view: OperationsView,
        threads: ServerThreads,
        webhook: PortListener,
        logger: Logger
    ) async throws(ListenError) -> PortListener? {
        guard let port = configuration.operationsPort, let group = threads.operations else { return nil }
        var limits = configuration.limits
        limits.bodyByteLimit = 0
        limits.maxConnections = configuration.maxOperationsConnections
        do throws(ListenError) {
            return try await PortListener.open(
                host: configuration.host,
                port: port,
                serving: AnyResponder(OperationsResponder(view: view)),
                shared: SharedResources(limits: limits, pool: threads.pool, logger: logger),
                group: group,
                tls: nil
            )
        } catch {
            await webhook.close(within: .zero)
            throw error
        }
    }
}

extension WebhookServer {
    /// What the server listens on and where it draws lines; complete before it starts.
    package struct Configuration: Sendable {
        /// The address to listen on; default all addresses.
        package var host = "0.0.0.0"
        /// The webhook's TCP port, 0 to 65535; 0 takes a free one.
        ///
        /// Default 8443.
        package var port = 8443
        /// The plain port for probes and metrics, 0 to 65535; 0 takes a free one, `nil` offers none.
        ///
        /// Default 8080.
        package var operationsPort: Int? = 8080
        /// Open connections of the plain port; when another comes, the one gives way that never asked or has been idle longest.
        ///
        /// Default 64.
        package var maxOperationsConnections = 64
        /// Event loops, at least 1; `nil` takes one a core.
        package var eventLoopCount: Int?
        /// What clients may ask.
        package var limits = HTTPLimits()
        /// How the server ends.
        package var drain = HTTPDrain()
        /// What `podscore_build_info` says.
        package var version = ""

        /// Begins with the defaults.
        package init() {}
    }
}
