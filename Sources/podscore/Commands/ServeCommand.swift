import AdmissionPolicy
import ArgumentParser
import Cluster
import Logging
import Metrics
import Platform
import PolicySources
import TLS
import WebhookServer

/// The command `podscore serve`.
struct ServeCommand: AsyncParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer a Kubernetes API server as a validating admission webhook.",
        usage: "podscore serve --tls-cert FILE --tls-key FILE [OPTIONS]",
        discussion: """
            POST /validate takes reviews, and /validate/NAME decides by one policy.
            The plain port serves /livez, /readyz, /policy and /metrics. On SIGTERM the
            server becomes unready, keeps serving for --drain-delay, and exits with 0.

            Policies and certificates are reloaded when their files change, completely
            or not at all. If a new version is rejected, /readyz?verbose says why, and
            the last good one stays in force. Without --policy, there is no policy to
            reload.

            With --cluster, ScorePolicy and ScoreWaiver objects apply too, as soon as
            they change. An invalid object is rejected alone. Labels of Namespaces can
            raise minimum scores, and policies can select Namespaces by them. The server
            is ready once all of them were listed; after that it stays ready without the
            API server. Without --kubeconfig it uses the service account of its Pod.

            Example:
              podscore serve --tls-cert tls.crt --tls-key tls.key --policy policies
            """
    )

    @OptionGroup(title: "Listening") var listening: ListeningOptions
    @OptionGroup(title: "Deciding") var deciding: DecidingOptions
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions
    @OptionGroup(title: "Recording") var recording: RecordingOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Messages") var messages: MessageOptions

    /// Starts, serves until SIGTERM or SIGINT, then drains.
    mutating func run() async throws {
        HeapSettings.apply()
        HeapTrimming.start()
        try await messages.write { messages in try await serve(messages) }
    }

    private func serve(_ messages: ServerMessages) async throws {
        let logger = messages.logger
        let metrics = WebhookMetrics()
        let files = servedFiles()
        let (policies, certificate) = try load(files, logger: logger, metrics: metrics)
        let recorder = try recording.recorder(under: policies.snapshot.policies, logger: logger)
        let reloader = PolicyReloader(policies, metrics: metrics, recorder: recorder, logger: logger)
        let followed = try clusterPolicies(reportingTo: reloader, policies, logger: logger)
        let log = LineLog(to: try decisionWriter())
        let end = Termination()
        let server: WebhookServer
        do {
            server = try await WebhookServer.start(
                configuration(logger),
                policies: policies,
                certificate: certificate,
                cluster: followed,
                metrics: metrics,
                log: log,
                messages: messages.lines,
                recorder: recorder,
                logger: logger
            )
        } catch {
            await log.close(waitingUpTo: .zero)
            await recorder?.close(waitingUpTo: .zero)
            throw CommandFailure(error.description)
        }
        announce(server, to: logger)
        let watcher = files.watcher(
            certificate: CertificateReloader(certificate, metrics: metrics.reloads, logger: logger),
            policies: reloader,
            cluster: followed
        )
        watcher.start(every: .milliseconds(Int64(limits.watchInterval * 1_000)))
        let follower = followed.map { followed in BackgroundTask { await followed.run() } }
        let signal = await end.signal()
        logger.info(
            "\(signal): draining for \(limits.drainDelay) s",
            metadata: ["signal": "\(signal)", "drainDelaySeconds": .stringConvertible(limits.drainDelay)]
        )
        await server.drain()
        await follower?.stop(waitingUpTo: .seconds(2))
        await watcher.stop(waitingUpTo: .seconds(2))
        logger.info("drained")
    }

    /// The policies of the cluster, which are not followed yet; `nil` without `--cluster`.
    private func clusterPolicies(
        reportingTo reloader: PolicyReloader,
        _ policies: PoliciesInForce,
        logger: Logger
    ) throws -> ClusterPolicies? {
        guard cluster.cluster else { return nil }
        let configuration = try cluster.access.serverConfiguration()
        logger.info(
            "policies of the cluster at \(configuration.server), by \(configuration.origin)",
            metadata: ["server": "\(configuration.server)", "subject": "cluster"]
        )
        let log = ClusterLog(logger)
        return ClusterPolicies(
            of: configuration,
            userAgent: Version.userAgent,
            environment: cluster.access.environment(for: configuration),
            reportingTo: ClusterPolicies.Receiver(
                objects: { reloader.take($0) },
                namespaces: { policies.replace(namespaces: $0) },
                labelKeys: { policies.snapshot.policies.labelKeys },
                event: { log.log($0) }
            )
        )
    }

    /// The files that are read now, and again when they change.
    private func servedFiles() -> ServedFiles {
        let tls = TLSFiles(
            certificate: listening.tlsCert,
            key: listening.tlsKey,
            clientAuthorities: listening.clients.clientCA,
            clientNames: listening.clients.clientName
        )
        return ServedFiles(
            policy: deciding.policy,
            ownNamespace: deciding.ownNamespace,
            knowsNamespaceLabels: cluster.cluster,
            tls: tls
        )
    }

    /// Loads the policies and the certificate for the first time; throws all errors of the policies, or the error of the certificate.
    private func load(
        _ files: ServedFiles,
        logger: Logger,
        metrics: WebhookMetrics
    ) throws -> (policies: PoliciesInForce, certificate: CertificateInForce) {
        let policies = try PolicyFiles.load(
            files.policy,
            ownNamespace: files.ownNamespace,
            takesPipes: false,
            knowsNamespaceLabels: files.knowsNamespaceLabels
        )
        for warning in policies.warnings { logger.warning("\(warning)", metadata: ["subject": "policy"]) }
        announce(policies.policies, to: logger)
        for workload in deciding.workloads.podTemplate { logger.info("workload \(workload)", metadata: ["workload": "\(workload)"]) }
        let certificate = try files.tls.load()
        let now = UnixTime.now
        for subject in ReloadMetrics.Subject.allCases {
            metrics.reloads.record(subject, succeeded: true, atUnixSeconds: now.seconds)
        }
        return (
            PoliciesInForce(policies, mode: deciding.mode, since: now, readsLabels: files.knowsNamespaceLabels),
            CertificateInForce(certificate, since: now)
        )
    }

    /// Logs which policy applies where, so that the built-in default surprises nobody.
    private func announce(_ policies: PolicySet, to logger: Logger) {
        for policy in policies.policies {
            let namespaces = policy.namespaces.map(\.text) + (policy.namespaceSelector.map { ["with labels \($0)"] } ?? [])
            logger.info(
                "policy \(policy.name) for namespaces \(namespaces.joined(separator: ", "))",
                metadata: ["policy": "\(policy.name)", "namespaces": .array(namespaces.map { .string($0) })]
            )
        }
        let fallback = policies.builtInDefault
        logger.info(
            "the \(fallback.name) applies where no other policy matches; it warns and never denies",
            metadata: ["policy": "\(fallback.name)"]
        )
    }

    /// Logs where the server can be reached.
    private func announce(_ server: WebhookServer, to logger: Logger) {
        let url = "https://\(AddressText.of(host: listening.host, port: server.port))/validate"
        logger.info(
            "serving \(url), mode \(deciding.mode.rawValue)",
            metadata: ["url": "\(url)", "mode": "\(deciding.mode.rawValue)", "version": "\(Version.text)"]
        )
        logger.debug(
            "limits: \(limits.maxInFlight) requests, \(limits.maxConnections) connections, \(limits.maxBufferedBytes) bytes",
            metadata: [
                "maxInFlight": .stringConvertible(limits.maxInFlight),
                "maxConnections": .stringConvertible(limits.maxConnections),
                "maxBufferedBytes": .stringConvertible(limits.maxBufferedBytes),
            ]
        )
        guard let port = server.operationsPort else { return }
        let operations = "http://\(AddressText.of(host: listening.host, port: port))"
        logger.info("health and metrics on \(operations)", metadata: ["url": "\(operations)"])
    }

    /// Opens the log of decisions.
    private func decisionWriter() throws -> FileDescriptorWriter {
        guard let path = deciding.decisionLog else { return FileDescriptorWriter(descriptor: 1) }
        do {
            return try FileDescriptorWriter(appendingTo: path)
        } catch {
            throw CommandFailure("cannot write the decision log to \(path): \(error)")
        }
    }

    /// The server's settings, with no more connections than open files are allowed.
    private func configuration(_ logger: Logger) -> WebhookServer.Configuration {
        var configuration = WebhookServer.Configuration()
        configuration.host = listening.host
        configuration.port = listening.port
        configuration.operationsPort = listening.opsPort
        configuration.eventLoopCount = limits.threads
        configuration.limits.maxInFlight = limits.maxInFlight
        configuration.limits.maxConnections = limits.maxConnections
        configuration.limits.maxBufferedBytes = limits.maxBufferedBytes
        configuration.drain.propagationDelay = .seconds(limits.drainDelay)
        configuration.version = Version.text
        configuration.workloads = deciding.workloads.known
        let descriptors = DescriptorBudget(limit: DescriptorLimit.raise(), maxConnections: limits.maxConnections)
        configuration.limits.maxConnections = descriptors.connections
        configuration.maxOperationsConnections = descriptors.operationsConnections
        if let warning = descriptors.warning { logger.warning("\(warning)") }
        return configuration
    }
}
