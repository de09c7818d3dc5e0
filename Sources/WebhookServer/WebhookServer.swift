import AdmissionPolicy
package import KubernetesAPI
package import Logging
package import Metrics
import NIOCore
import NIOPosix
package import Platform
package import PolicySources
import Synchronization

/// The running server: the webhook's port and the port for probes and metrics.
///
/// A class because it owns the event loops and the listening sockets.
package final class WebhookServer: Sendable {
    /// The port on which AdmissionReviews are served.
    package var port: Int { webhook.port }
    /// The port for probes and metrics; `nil` without one.
    package var operationsPort: Int? { operations?.port }

    /// The requests and memory that the webhook's connections hold.
    var load: LoadGauge { webhook.shared.load }
    /// Whether the server is shutting down.
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

    /// Serves by the policies and with the certificate in force until ``drain()``, which also closes the log and the recorder.
    ///
    /// With a `cluster`, it is ready only once the cluster's policies are in force. Of `messages`, the server's own log, it only shows how
    /// many lines were dropped.
    package static func start(
        _ configuration: Configuration,
        policies: PoliciesInForce,
        certificate: CertificateInForce?,
        cluster: ClusterPolicies? = nil,
        metrics: WebhookMetrics,
        log: LineLog,
        messages: LineLog? = nil,
        recorder: RequestRecorder? = nil,
        logger: Logger,
        wallClock: @escaping @Sendable () -> UnixTime = { .now }
    ) async throws(ListenError) -> WebhookServer {
        let service = PolicyReviewService(
            policies: policies,
            workloads: configuration.workloads,
            metrics: metrics,
            log: log,
            recorder: recorder,
            // The other places are left for requests that can be decided.
            waitingLimit: max(1, configuration.limits.maxInFlight / 4),
            waitingByteLimit: configuration.limits.largeBodyByteCount,
            wallClock: wallClock
        )
        return try await start(
            configuration,
            responder: AnyResponder(WebhookResponder(service: service)),
            policies: policies,
            certificate: certificate,
            cluster: cluster,
            metrics: metrics,
            log: log,
            messages: messages,
            recorder: recorder,
            logger: logger,
            wallClock: wallClock
        )
    }

    /// Serves the answers of another responder.
    static func start(
        _ configuration: Configuration,
        responder: AnyResponder,
        policies: PoliciesInForce,
        certificate: CertificateInForce?,
        cluster: ClusterPolicies? = nil,
        metrics: WebhookMetrics,
        log: LineLog?,
        messages: LineLog? = nil,
        recorder: RequestRecorder? = nil,
        logger: Logger,
        wallClock: @escaping @Sendable () -> UnixTime = { .now }
    ) async throws(ListenError) -> WebhookServer {
        metrics.keepLabels(of: policies.snapshot.policies)
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
                cluster: cluster,
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

    /// Ends without losing a request.
    ///
    /// The server becomes unready and keeps serving for the propagation delay, each answer being the last of its connection. Then it takes
    /// no new connections, finishes requests in flight until the deadline, and writes the rest of the log and of the records.
    ///
    /// Returns when all of that is done; a second call returns at once.
    package func drain() async {
        guard !drainHasBegun.exchange(true, ordering: .relaxed) else { return }
        await webhook.drain(configuration.drain)
        await operations?.close(within: .zero)
        await log?.close(waitingUpTo: .seconds(2))
        await recorder?.close(waitingUpTo: .seconds(2))
        await threads.stop()
    }

    /// The most bytes of pages of the plain port that clients have not read yet; shorter pages than the second number are not counted.
    private static let (operationsByteLimit, shortPageByteCount) = (8 << 20, 16 << 10)

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
        limits.maxBufferedBytes = Self.operationsByteLimit
        limits.largeBodyByteCount = Self.shortPageByteCount
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
    /// Addresses and limits of the server; complete before it starts.
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
        /// Open connections of the plain port; another one closes the oldest that never sent a request, else the one that has been idle
        /// longest.
        ///
        /// Default 64.
        package var maxOperationsConnections = 64
        /// Event loops, at least 1; `nil` takes one for each core.
        package var eventLoopCount: Int?
        /// The limits of clients.
        package var limits = HTTPLimits()
        /// How the server ends.
        package var drain = HTTPDrain()
        /// The kinds that are decided as workloads.
        package var workloads = KnownWorkloads.standard
        /// The version in `podscore_build_info`.
        package var version = ""

        /// The defaults.
        package init() {}
    }
}
