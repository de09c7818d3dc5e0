package import AdmissionPolicy
package import Logging
package import Metrics
import NIOCore
import NIOPosix
package import Platform
import Synchronization
import TLS

/// The ports of `podscore controller`: the plain port and, optionally, the policy webhook.
///
/// A class because it owns the event loops and the listening sockets.
package final class ControllerServer: Sendable {
    /// Addresses and limits of the server; complete before it starts.
    package struct Configuration: Sendable {
        /// The address to listen on; default all addresses.
        package var host = "0.0.0.0"
        /// The plain port for probes, metrics and the last audit, 0 to 65535; 0 takes a free one.
        ///
        /// Default 8080.
        package var operationsPort = 8080
        /// The port of the policy webhook, 0 to 65535; 0 takes a free one.
        ///
        /// Default 8443.
        package var webhookPort = 8443
        /// The most open connections of the plain port.
        ///
        /// Default 64.
        package var maxOperationsConnections = 64
        /// The hosts by which clients outside of the Pod may request the last audit; without any they may not.
        package var pageAddresses: [HostName] = []
        /// The limits of clients.
        package var limits = ControllerServer.limits
        /// How the server ends.
        package var drain = ControllerServer.drain
        /// The program's version on the pages.
        package var version = ""

        /// The defaults.
        package init() {}
    }

    /// The form of the last audit.
    package enum AuditForm: Sendable, Equatable {
        /// As `podscore audit --format json` prints it.
        case json
        /// As `podscore audit` prints it.
        case table
        /// As a page for a browser.
        case page
    }

    /// The last audit in one form.
    package struct AuditPage: Sendable {
        /// The text in the form that was asked for.
        package let body: [UInt8]
        /// The seconds since the audit was complete.
        package let ageSeconds: Int
        /// The Content-Security-Policy of a page for a browser; empty for other forms.
        package let policy: String

        /// A text and its age.
        package init(body: [UInt8], ageSeconds: Int, policy: String = "") {
            self.body = body
            self.ageSeconds = ageSeconds
            self.policy = policy
        }
    }

    /// The content of the plain port; the closures are called on any thread and must be quick.
    package struct Pages: Sendable {
        /// The controller's own conditions for readiness, in a fixed order.
        package var readiness: @Sendable () -> [ReadinessCheck]
        /// Writes the controller's metrics; those of the server follow.
        package var metrics: @Sendable (inout MetricsText) -> Void
        /// The last complete audit; `nil` before the first one, for which there is a page all the same.
        package var audit: @Sendable (AuditForm) -> AuditPage?

        /// The content of all pages.
        package init(
            readiness: @escaping @Sendable () -> [ReadinessCheck],
            metrics: @escaping @Sendable (inout MetricsText) -> Void,
            audit: @escaping @Sendable (AuditForm) -> AuditPage?
        ) {
            self.readiness = readiness
            self.metrics = metrics
            self.audit = audit
        }
    }

    /// The admission webhook's limits with fewer connections and requests, since only people and deployment tools change policies.
    private static var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.maxInFlight = 32
        limits.maxConnections = 128
        return limits
    }

    /// Less time than the admission webhook has, since the API server does without answers.
    private static var drain: HTTPDrain {
        var drain = HTTPDrain()
        drain.propagationDelay = .seconds(2)
        drain.deadline = .seconds(3)
        return drain
    }

    /// The plain port listened on.
    package var operationsPort: Int { operations.port }
    /// The port of the policy webhook; `nil` without it.
    package var webhookPort: Int? { webhook?.port }

    /// The requests and memory that the policy webhook's connections hold; `nil` without it.
    var load: LoadGauge? { webhook?.shared.load }

    private let configuration: Configuration
    private let threads: ServerThreads
    private let operations: PortListener
    private let webhook: PortListener?
    private let drainHasBegun = Atomic<Bool>(false)

    private init(configuration: Configuration, threads: ServerThreads, operations: PortListener, webhook: PortListener?) {
        self.configuration = configuration
        self.threads = threads
        self.operations = operations
        self.webhook = webhook
    }

    /// Serves until ``drain()``; without `reviews` there is no policy webhook.
    ///
    /// Each new connection of the webhook gets the certificate in force, `nil` serves plain HTTP. `reloads` counts reloads of files,
    /// `messages` is the controller's own log; the metrics page shows both.
    package static func start(
        _ configuration: Configuration,
        pages: Pages,
        reviews: (any PolicyReviewAnswering)? = nil,
        certificate: CertificateInForce? = nil,
        reloads: ReloadMetrics = ReloadMetrics(),
        messages: LineLog? = nil,
        logger: Logger,
        wallClock: @escaping @Sendable () -> UnixTime = { .now }
    ) async throws(ListenError) -> ControllerServer {
        let threads = ServerThreads(count: 1, servesOperations: true)
        do throws(ListenError) {
            let webhook = try await openWebhook(configuration, reviews, certificate, threads: threads, logger: logger)
            var limits = configuration.limits
            limits.bodyByteLimit = 0
            limits.maxConnections = configuration.maxOperationsConnections
            let shared = SharedResources(limits: limits, pool: threads.pool, logger: logger)
            let view = ControllerView(
                pages: pages,
                certificate: certificate,
                reloads: reloads,
                messages: messages,
                webhook: webhook?.shared,
                shared: shared,
                version: configuration.version,
                wallClock: wallClock
            )
            do throws(ListenError) {
                let operations = try await PortListener.open(
                    host: configuration.host,
                    port: configuration.operationsPort,
                    serving: AnyResponder(ControllerResponder(view: view, pageAddresses: configuration.pageAddresses)),
                    shared: shared,
                    group: threads.operations ?? threads.group,
                    tls: nil
                )
                return ControllerServer(configuration: configuration, threads: threads, operations: operations, webhook: webhook)
            } catch {
                await webhook?.close(within: .zero)
                throw error
            }
        } catch {
            await threads.stop()
            throw error
        }
    }

    private static func openWebhook(
        _ configuration: Configuration,
        _ reviews: (any PolicyReviewAnswering)?,
        _ certificate: CertificateInForce?,
        threads: ServerThreads,
        logger: Logger
    ) async throws(ListenError) -> PortListener? {
        guard let reviews else { return nil }
        return try await PortListener.open(
            host: configuration.host,
            port: configuration.webhookPort,
            serving: AnyResponder(PolicyReviewResponder(reviews: reviews)),
            shared: SharedResources(limits: configuration.limits, pool: threads.pool, logger: logger),
            group: threads.group,
            tls: certificate.map { certificate in { @Sendable in certificate.tls } }
        )
    }

    /// Ends without losing a review: the plain port says that the server is not ready, then the webhook takes no new connections and
    /// finishes what is in flight.
    ///
    /// Returns when all of that is done; a second call returns at once.
    package func drain() async {
        guard !drainHasBegun.exchange(true, ordering: .relaxed) else { return }
        operations.shared.beginDraining()
        await webhook?.drain(configuration.drain)
        await operations.close(within: .zero)
        await threads.stop()
    }
}
