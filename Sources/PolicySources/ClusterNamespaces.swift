import AdmissionPolicy
import Cluster
import Synchronization

/// Follows the Namespaces of a cluster, and keeps the labels that policies read.
///
/// Only metadata is asked for. A class because its watch adds to the state that pages and metrics read.
final class ClusterNamespaces: Sendable {
    /// The labels of a Namespace; `nil` if they could not be read, so that nothing is known of the Namespace.
    private typealias Labels = NamespaceLabels?

    private struct State {
        /// The Namespaces; `nil` before the first complete list.
        var directory: NamespaceDirectory?
        /// Whether the next complete list replaces the directory, because it is the first with these keys.
        var isFresh = true
        var status: ClusterStatus.Resource
        /// The keys of the labels that policies read.
        var wanted: [String]
        /// The keys of the labels in the latest report.
        var reported: [String]?
    }

    private let client: APIClient
    private let environment: ClientEnvironment
    private let timings: ReflectorTimings
    private let receiver: ClusterPolicies.Receiver
    private let state: Mutex<State>
    private let changes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let keyChanges = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Prepares to follow the Namespaces; nothing is sent before ``run(whenReported:)``.
    init(
        through client: APIClient,
        environment: ClientEnvironment,
        timings: ReflectorTimings,
        reportingTo receiver: ClusterPolicies.Receiver
    ) {
        self.client = client
        self.environment = environment
        self.receiver = receiver
        var timings = timings
        // No CustomResourceDefinition defines Namespaces, so a deletion is never that of the whole kind. A Namespace that is created again
        // can have other labels, and until they are known the old ones must not count.
        timings.deletionHold = .zero
        self.timings = timings
        let status = ClusterStatus.Resource(.namespaces, since: environment.now())
        state = Mutex(State(status: status, wanted: receiver.labelKeys()))
    }

    /// How far the Namespaces are in step with the cluster.
    var status: ClusterStatus.Resource {
        state.withLock { $0.status.aged(to: environment.now(), $0.directory?.count ?? 0) }
    }

    /// Whether the Namespaces were reported with all labels that policies read.
    var isComplete: Bool {
        state.withLock { state in state.reported.map { NamespaceDirectory(keeping: $0).keeps(state.wanted) } ?? false }
    }

    /// Keeps the labels of the keys that a closure reads; lists the Namespaces again if some were not kept.
    ///
    /// The keys are read under the lock, so that of two calls at once none puts older keys in place of newer ones.
    func keep(_ keys: () -> [String]) {
        state.withLock { $0.wanted = keys() }
        keyChanges.continuation.yield()
    }

    /// Lists and watches until the task is cancelled; calls a closure after each report.
    func run(whenReported: @escaping @Sendable () -> Void) async {
        await withTaskGroup { group in
            group.addTask { await self.report(whenReported) }
            group.addTask { await self.follow() }
        }
    }

    /// Follows the Namespaces, and begins again when a label is read that was not kept.
    private func follow() async {
        var timings = timings
        while !Task.isCancelled {
            let keys = state.withLock { $0.wanted }
            await withTaskGroup { group in
                group.addTask { [timings] in await self.follow(keeping: keys, timings) }
                for await _ in self.keyChanges.stream where !self.isEnough(keys) { break }
                group.cancelAll()
            }
            // Requests may wait for the next list.
            timings.startJitter = .zero
        }
    }

    private func isEnough(_ keys: [String]) -> Bool {
        NamespaceDirectory(keeping: keys).keeps(state.withLock { $0.wanted })
    }

    private func follow(keeping keys: [String], _ timings: ReflectorTimings) async {
        state.withLock { $0.isFresh = true }
        let equalLabels = EqualLabels()
        let reflector = Reflector<Labels>(timings: timings, at: environment.now()) { object, header, previous in
            guard !header.isCut, let labels = try? ObjectLabels(reading: object) else { return previous ?? nil }
            return equalLabels.shared(NamespaceLabels(keys) { labels[$0] })
        }
        var driver = ReflectorDriver(reflector, through: client, of: .namespaces, needsMetadataOnly: true) { report in
            self.take(report, keeping: keys)
        }
        await driver.run()
    }

    private func take(_ report: ReflectorDriver<Labels>.Report, keeping keys: [String]) {
        let (events, isChanged) = state.withLock { state in
            let events = state.status.take(report.notes, problem: report.problem, progress: report.progress)
            guard report.progress.isSynced else { return (events, false) }
            // The first report after a complete list has all Namespaces.
            let isFirst = state.isFresh
            if isFirst { state.directory = NamespaceDirectory(keeping: keys) }
            state.isFresh = false
            for change in report.changes {
                if case .set(let name, let object) = change, let labels = object.value {
                    state.directory?.set(name, labels)
                } else {
                    state.directory?.remove(change.key)
                }
            }
            return (events, isFirst || !report.changes.isEmpty)
        }
        for event in events { receiver.event(ClusterEvent(resource: .namespaces, kind: event)) }
        if isChanged { changes.continuation.yield() }
    }

    /// Reports the Namespaces after each change, at once, because requests may wait for one of them.
    private func report(_ whenReported: @Sendable () -> Void) async {
        for await _ in changes.stream {
            guard let directory = state.withLock({ $0.directory }) else { continue }
            receiver.namespaces(directory)
            state.withLock { $0.reported = directory.keys }
            whenReported()
        }
    }
}

/// Lets Namespaces with equal labels share their memory: those of a team, or all without a label that policies read.
///
/// A class because the function that reads Namespaces adds to it.
private final class EqualLabels: Sendable {
    /// The most labels that are remembered; Namespaces with further ones share nothing.
    private static let countLimit = 1_000

    private let known = Mutex<Set<NamespaceLabels>>([])

    /// Returns labels that are equal to these, and that others may share.
    func shared(_ labels: NamespaceLabels) -> NamespaceLabels {
        known.withLock { known in
            if let index = known.firstIndex(of: labels) { return known[index] }
            if known.count < Self.countLimit { known.insert(labels) }
            return labels
        }
    }
}
