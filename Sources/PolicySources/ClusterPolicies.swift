package import AdmissionPolicy
package import Cluster
import KubernetesAPI
import NIOCore
import NIOPosix
import PodScoring
import Synchronization

/// Follows the policies, waivers and Namespaces of a cluster, on a dedicated thread.
///
/// A class because its watches add to the state that pages and metrics read.
package final class ClusterPolicies: Sendable {
    /// Where it reports; the closures are called on the dedicated thread, unless they say otherwise.
    package struct Receiver: Sendable {
        /// Takes all objects after some have changed; first when every kind was listed, or is not installed for some time.
        package var objects: @Sendable (PolicyObjects) -> Void
        /// Takes all Namespaces after some have changed; first when they were listed.
        package var namespaces: @Sendable (NamespaceDirectory) -> Void
        /// Tells which labels of Namespaces the policies in force read; called on any thread.
        package var labelKeys: @Sendable () -> [String]
        /// Takes events for the log.
        package var event: @Sendable (ClusterEvent) -> Void

        /// Reports to these closures.
        package init(
            objects: @escaping @Sendable (PolicyObjects) -> Void,
            namespaces: @escaping @Sendable (NamespaceDirectory) -> Void,
            labelKeys: @escaping @Sendable () -> [String],
            event: @escaping @Sendable (ClusterEvent) -> Void
        ) {
            self.objects = objects
            self.namespaces = namespaces
            self.labelKeys = labelKeys
            self.event = event
        }
    }

    /// How long it waits for what.
    package struct Timings: Sendable {
        /// How long a kind that is not installed delays the first report.
        package var absence = Duration.seconds(30)
        /// How long a report waits for further changes, so that a folder of policies is applied in few steps.
        package var gathering = Duration.milliseconds(50)
        /// The waits of each watch.
        package var reflector = ReflectorTimings()

        /// The times for production.
        package init() {}
    }

    /// The state of one kind.
    private struct Kind {
        var objects: [String: PolicyObjectState] = [:]
        var status: ClusterStatus.Resource
        /// When the API server first said that the kind is not installed; `nil` while it is, or while that is not known.
        var absentSince: ContinuousClock.Instant?
    }

    private struct State {
        var kinds: [PolicyKind: Kind] = [:]
        /// Whether the objects were reported.
        var isReported = false
        var isSettled = false
    }

    /// The API server, for messages.
    package let server: String

    private let client: APIClient
    private let environment: ClientEnvironment
    private let timings: Timings
    private let receiver: Receiver
    private let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let namespaces: ClusterNamespaces
    private let state: Mutex<State>
    private let changes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// The times from which a kind that is not installed no longer delays the first report, in order.
    private let absences = AsyncStream.makeStream(of: ContinuousClock.Instant.self)

    /// Prepares to follow a cluster; nothing is sent before ``run()``.
    package init(
        of configuration: ClusterConfiguration,
        userAgent: String,
        timings: Timings = Timings(),
        environment: ClientEnvironment = ClientEnvironment(),
        reportingTo receiver: Receiver
    ) {
        client = APIClient(configuration, userAgent: userAgent, on: threads.next(), environment: environment)
        server = client.server.description
        self.environment = environment
        self.timings = timings
        self.receiver = receiver
        namespaces = ClusterNamespaces(through: client, environment: environment, timings: timings.reflector, reportingTo: receiver)
        let kinds = PolicyKind.allCases.map { ($0, Kind(status: ClusterStatus.Resource($0.resource, since: environment.now()))) }
        state = Mutex(State(kinds: Dictionary(uniqueKeysWithValues: kinds)))
    }

    /// How far the policies in force are in step with the cluster.
    package var status: ClusterStatus {
        let now = environment.now()
        let namespaces = namespaces.status
        return state.withLock { state in
            let resources = PolicyKind.allCases.compactMap { kind in state.kinds[kind].map { $0.status.aged(to: now, $0.objects.count) } }
            return ClusterStatus(server: server, isSettled: state.isSettled, resources: resources + [namespaces])
        }
    }

    /// Follows the labels that the policies in force read by now; to be called after a source beside the cluster has changed.
    package func policiesChanged() {
        namespaces.keep(receiver.labelKeys)
    }

    /// Lists and watches until the task is cancelled.
    package func run() async {
        let thread = DedicatedThread()
        await thread.run { [self] in
            await withTaskGroup { group in
                for kind in PolicyKind.allCases { group.addTask { await self.follow(kind) } }
                group.addTask { await self.reportChanges() }
                group.addTask { await self.awaitAbsences() }
                group.addTask { await self.namespaces.run { self.settle() } }
            }
        }
        client.close()
        await thread.stop()
        try? await threads.shutdownGracefully()
    }

    private func follow(_ kind: PolicyKind) async {
        let reflector = Reflector(timings: timings.reflector, at: environment.now(), decode: Self.decoder(of: kind))
        var driver = ReflectorDriver(reflector, through: client, of: kind.resource) { report in self.take(report, of: kind) }
        await driver.run()
    }

    private func take(_ report: ReflectorDriver<PolicyObjectState>.Report, of kind: PolicyKind) {
        let now = environment.now()
        let (events, isNewlyAbsent) = state.withLock { state in
            for change in report.changes {
                switch change {
                case .set(let key, let object): state.kinds[kind]?.objects[key] = object.value
                case .removed(let key, _): state.kinds[kind]?.objects[key] = nil
                }
            }
            let events = state.kinds[kind]?.status.take(report.notes, problem: report.problem, progress: report.progress) ?? []
            let isNewlyAbsent = report.progress.isAbsent && state.kinds[kind]?.absentSince == nil
            if isNewlyAbsent { state.kinds[kind]?.absentSince = now }
            if !report.progress.isAbsent { state.kinds[kind]?.absentSince = nil }
            return (events, isNewlyAbsent)
        }
        if isNewlyAbsent { absences.continuation.yield(now + timings.absence) }
        for event in events { receiver.event(ClusterEvent(resource: kind.resource, kind: event)) }
        if !report.changes.isEmpty || !report.notes.isEmpty { changes.continuation.yield() }
    }

    /// Looks again at the objects when a kind that is not installed no longer delays the first report.
    private func awaitAbsences() async {
        for await due in absences.stream {
            try? await environment.sleep(max(due - environment.now(), .zero))
            changes.continuation.yield()
        }
    }

    /// Reports the objects after each change, in the order of the changes, and not more often than the timings say.
    private func reportChanges() async {
        var reported: PolicyObjects?
        for await _ in changes.stream {
            try? await environment.sleep(timings.gathering)
            guard !Task.isCancelled else { return }
            guard let objects = completeObjects(), objects != reported else { continue }
            receiver.objects(objects)
            reported = objects
            state.withLock { $0.isReported = true }
            policiesChanged()
            settle()
        }
    }

    /// Notes that objects and Namespaces were reported once, with all labels that the policies read then.
    private func settle() {
        guard namespaces.isComplete else { return }
        state.withLock { state in
            if state.isReported { state.isSettled = true }
        }
    }

    /// All objects; `nil` before each kind was listed or given up.
    private func completeObjects() -> PolicyObjects? {
        let now = environment.now()
        return state.withLock { state in
            let isComplete = state.kinds.values.allSatisfy { kind in
                kind.status.isSynced || kind.absentSince.map { now - $0 >= timings.absence } ?? false
            }
            guard state.isReported || isComplete else { return nil }
            return PolicyObjects(state.kinds.values.flatMap(\.objects.values))
        }
    }

    /// Reads what is kept of an object: its last valid version, and why the newest one is not valid.
    ///
    /// An object whose generation is unchanged is not read again. Its `spec` is the same, and so is what is read of its metadata: name, UID
    /// and creation time never change. So a write of its status, labels or annotations costs next to nothing, and the policies stay as they
    /// are, with the version that was read.
    package static func decoder(of kind: PolicyKind) -> ObjectStore<PolicyObjectState>.Decode {
        // Whoever reads objects of a cluster can read its Namespaces.
        let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true)
        return { object, header, previous in
            if let previous, !header.isCut, header.generation > 0, previous.newest?.generation == header.generation { return previous }
            let identity = PolicyObject.Identity(
                kind: kind,
                name: header.name,
                uid: header.uid,
                resourceVersion: header.resourceVersion?.text ?? "",
                creationTimestamp: header.creationTimestamp,
                generation: header.generation
            )
            guard !header.isCut else {
                let rejection = ObjectRejection(identity: identity, lines: ["the object is larger than \(ReceivedText.byteLimit) bytes"])
                return PolicyObjectState(.failure(rejection), after: previous)
            }
            return PolicyObjectState(reader.read(object, as: identity), after: previous)
        }
    }
}

extension PolicyKind {
    /// The resource under which API servers have the kind.
    package var resource: APIResource {
        switch self {
        case .policy: .scorePolicies
        case .waiver: .scoreWaivers
        }
    }

    /// The name of the resource, such as `scorepolicies`.
    package var resourceName: String { resource.plural }
}
