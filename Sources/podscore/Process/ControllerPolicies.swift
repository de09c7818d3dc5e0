import AdmissionPolicy
import Cluster
import ClusterController
import Logging
import Metrics
import Platform
import PolicySources
import WebhookServer

/// The policies of a controller: those of files, which are reloaded when they change, and those of the cluster, which are followed.
struct ControllerPolicies: Sendable {
    /// The policies in force.
    let inForce: PoliciesInForce
    /// Follows the policies, waivers and Namespaces of the cluster, as soon as it runs.
    let cluster: ClusterPolicies
    /// Checks the files, as soon as it is started.
    let watcher: FileWatcher
    /// The counts of reloads of files.
    let reloads: ReloadMetrics
    /// Has an element when other policies were put in force.
    let changes: AsyncStream<Void>

    private let reloader: PolicyReloader

    /// Loads the policies of a file or directory for the first time, none without a path; throws all their errors.
    init(
        at path: String?,
        ownNamespace: String,
        of configuration: ClusterConfiguration,
        environment: ClientEnvironment,
        logger: Logger
    ) throws {
        let look = FileLook(at: path.map { [$0] } ?? [])
        let loaded = try PolicyFiles.load(path, ownNamespace: ownNamespace, takesPipes: false, knowsNamespaceLabels: true)
        for warning in loaded.warnings { logger.warning("\(warning)", metadata: ["subject": "policy"]) }
        let metrics = WebhookMetrics()
        metrics.reloads.record(.policy, succeeded: true, atUnixSeconds: UnixTime.now.seconds)
        let inForce = PoliciesInForce(loaded, mode: .enforce, since: .now, readsLabels: true)
        let reloader = PolicyReloader(inForce, metrics: metrics, logger: logger)
        let (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let log = ClusterLog(logger)
        let cluster = ClusterPolicies(
            of: configuration,
            userAgent: Version.userAgent,
            environment: environment,
            reportingTo: ClusterPolicies.Receiver(
                objects: { objects in
                    reloader.take(objects)
                    change.yield()
                },
                namespaces: { inForce.replace(namespaces: $0) },
                labelKeys: { inForce.snapshot.policies.labelKeys },
                event: { log.log($0) }
            )
        )
        let read = { @Sendable in PolicyFiles.reload(path, ownNamespace: ownNamespace, today: .now, knowsNamespaceLabels: true) }
        let watch = path.map { path in
            FileWatcher.Watch([path], seen: look) { _ in
                reloader.take(read())
                cluster.policiesChanged()
                change.yield()
                return .done
            }
        }
        watcher = FileWatcher([watch].compactMap { $0 }) { reloader.remindDaily(reading: read) }
        (self.inForce, self.reloader, self.cluster, self.changes) = (inForce, reloader, cluster, changes)
        reloads = metrics.reloads
    }

    /// The policies in force and the Namespaces; `nil` until objects and Namespaces of the cluster are known.
    var facts: PolicyFacts? {
        let snapshot = inForce.snapshot
        guard cluster.status.isSettled, let namespaces = snapshot.namespaces else { return nil }
        return PolicyFacts(policies: snapshot.policies, files: reloader.sources.files.policies, namespaces: namespaces)
    }

    /// The sources of the policies, for reviews of changes; `nil` until the objects of the cluster are known.
    var reviewed: ReviewedCluster? {
        let (files, objects) = reloader.sources
        return objects.map { ReviewedCluster(files: files, objects: $0, namespaces: inForce.snapshot.namespaces) }
    }
}
