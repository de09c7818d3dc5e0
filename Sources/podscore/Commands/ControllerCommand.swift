import AdmissionPolicy
import ArgumentParser
import Cluster
import ClusterController
import Logging
import Metrics
import Platform
import PolicySources
import WebhookServer

/// The command `podscore controller`.
struct ControllerCommand: AsyncParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "controller",
        abstract: "Audit a cluster again and again, and write reports, status and Events.",
        usage: "podscore controller [OPTIONS]",
        discussion: """
            It decides what runs as podscore audit does, by the policies of the cluster,
            and writes the results into the cluster: reports of openreports.io, or of
            wgpolicyk8s.io if only that is installed; status and conditions of
            ScorePolicy and ScoreWaiver objects; an Event on the owner of denied Pods.
            It writes only what has changed, at most 20 times a second. What it does not
            know for sure, it does not delete.

            Admission never needs it. One replica is enough; two at once write the same.

            An audit begins at the start, after each --interval, half a minute after
            policies have changed, and within ten minutes after midnight in UTC, when
            ramps and waivers change.

            The plain port serves /livez, /readyz and /metrics. It is ready as soon as it
            runs, also without the API server; /readyz?verbose says what it waits for.

            It shows the last result on / as a page for a browser, and on /audit as JSON
            or, for Accept: text/plain, as a table. Since the result has the weaknesses
            of each workload, only clients inside of the Pod get it, such as kubectl
            port-forward, unless --page-address is set.

            With a certificate it also is the policy webhook: it denies invalid
            ScorePolicy and ScoreWaiver objects, and warns what a change would deny.

            Without --kubeconfig it uses the service account of its Pod.

            Examples:
              podscore controller
              podscore controller --interval 1h --no-events --policy policies
              podscore controller --kubeconfig ~/.kube/config --ops-port 0
            """
    )

    @OptionGroup(title: "Listening") var listening: ControllerListeningOptions
    @OptionGroup(title: "Auditing") var auditing: ControllerAuditOptions
    @OptionGroup(title: "Policy") var deciding: ControllerPolicyOptions
    @OptionGroup(title: "Cluster") var access: ClusterAccessOptions
    @OptionGroup(title: "Messages") var messages: MessageOptions

    /// Starts, audits until SIGTERM or SIGINT, then ends without beginning another write.
    mutating func run() async throws {
        HeapSettings.apply()
        HeapTrimming.start()
        try await messages.write { messages in try await control(messages) }
    }

    private func control(_ messages: ServerMessages) async throws {
        let logger = messages.logger
        let configuration = try access.serverConfiguration()
        let environment = access.environment(for: configuration)
        let policies = try ControllerPolicies(
            at: deciding.policy,
            ownNamespace: deciding.ownNamespace,
            of: configuration,
            environment: environment,
            logger: logger
        )
        let certificate = try listening.tls.map { try ServedCertificate($0, reloads: policies.reloads, logger: logger) }
        let session = ControllerSession(configuration, environment: environment)
        let (metrics, log) = (ControllerMetrics(), ControllerLog(logger))
        let loop = AuditLoop(
            through: session.client,
            timings: auditing.timings,
            workloads: deciding.workloads.known,
            version: Version.text,
            outputs: ControllerOutputs(session.client, parts: parts, environment: environment, metrics: metrics) { log.log($0) },
            environment: environment,
            metrics: metrics,
            facts: { policies.facts },
            report: { log.log($0) }
        )
        let reviewMetrics = PolicyReviewMetrics()
        let reviews = certificate.map { _ in
            PolicyReviews(listingBy: session.client, metrics: reviewMetrics, cluster: { policies.reviewed }, today: { .now })
        }
        let end = Termination()
        let pages = ControllerPages(loop, policies, metrics, reviews: reviews.map { _ in reviewMetrics })
        let server = try await start(pages, reviews, policies, certificate, messages)
        announce(server, configuration, to: logger)
        let watchers = [policies.watcher] + [certificate?.watcher].compactMap { $0 }
        for watcher in watchers { watcher.start(every: .milliseconds(Int64(deciding.watchInterval * 1_000))) }
        let following = BackgroundTask { await policies.cluster.run() }
        let telling = BackgroundTask { for await _ in policies.changes { loop.policiesChanged() } }
        let working = BackgroundTask { await session.run { await loop.run() } }
        let signal = await end.signal()
        logger.info("\(signal): ending", metadata: ["signal": "\(signal)"])
        // No write begins any more, while probes and reviews are still answered.
        working.cancel()
        telling.cancel()
        await server.drain()
        await reviews?.stop()
        await working.stop(waitingUpTo: .seconds(2))
        await following.stop(waitingUpTo: .seconds(1))
        for watcher in watchers { await watcher.stop(waitingUpTo: .milliseconds(500)) }
        logger.info("ended")
    }

    /// Starts to listen.
    private func start(
        _ pages: ControllerPages,
        _ reviews: PolicyReviews?,
        _ policies: ControllerPolicies,
        _ certificate: ServedCertificate?,
        _ messages: ServerMessages
    ) async throws -> ControllerServer {
        do throws(ListenError) {
            return try await ControllerServer.start(
                listening.configuration,
                pages: pages.pages,
                reviews: reviews,
                certificate: certificate?.current,
                reloads: policies.reloads,
                messages: messages.lines,
                logger: messages.logger
            )
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// The parts that are written into the cluster.
    private var parts: ControllerOutputs.Parts {
        var parts = ControllerOutputs.Parts()
        (parts.reports, parts.status, parts.events) = (auditing.reports, auditing.status, auditing.events)
        parts.floor = auditing.floor.map { name in
            var options = FloorOptions()
            (options.minimum, options.ownNamespace) = (auditing.floorMinimum, deciding.ownNamespace)
            options.excludedNamespaces = auditing.excludedNamespaces.names
            return ExportedPolicy.Owner(name: name, options: options)
        }
        return parts
    }

    /// Logs where the controller can be reached, and what it writes where.
    private func announce(_ server: ControllerServer, _ configuration: ClusterConfiguration, to logger: Logger) {
        let parts = parts.names
        let written = parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
        logger.info(
            "auditing the cluster at \(configuration.server) every \(auditing.interval), by \(configuration.origin); writing \(written)",
            metadata: ["server": "\(configuration.server)", "version": "\(Version.text)", "writes": .array(parts.map { .string($0) })]
        )
        if let port = server.webhookPort {
            let url = "https://\(AddressText.of(host: listening.host, port: port))/policies"
            logger.info("policy webhook on \(url)", metadata: ["url": "\(url)"])
        }
        let operations = "http://\(AddressText.of(host: listening.host, port: server.operationsPort))"
        logger.info("health and metrics on \(operations)", metadata: ["url": "\(operations)"])
    }
}

extension ControllerListeningOptions {
    /// The settings of the ports.
    fileprivate var configuration: ControllerServer.Configuration {
        var configuration = ControllerServer.Configuration()
        configuration.host = host
        configuration.operationsPort = opsPort
        configuration.webhookPort = webhookPort
        configuration.pageAddresses = pageAddress
        configuration.version = Version.text
        return configuration
    }
}

extension ControllerAuditOptions {
    /// The waits of the loop.
    fileprivate var timings: PassTimings {
        var timings = PassTimings()
        timings.interval = .seconds(interval.seconds)
        return timings
    }
}
