import AdmissionPolicy
import PolicySources
import Synchronization
import Testing

@testable import Cluster

/// The policies of a server as they are followed, with short waits.
///
/// A class because the reports come in over a stream that one reader owns.
final class FollowedPolicies {
    let policies: ClusterPolicies
    private let task: Task<Void, Never>
    private var reports: AsyncStream<PolicyObjects>.Iterator
    private let logged = Events()

    /// The events for the log; a class because the thread of the watches adds to them.
    private final class Events: Sendable {
        let all = Mutex<[ClusterEvent]>([])
        let directories = Mutex<[NamespaceDirectory]>([])
    }

    /// All reports, in order.
    private(set) var all: [PolicyObjects] = []

    init(
        _ server: PolicyServer,
        absence: Duration = .seconds(600),
        deletionHold: Duration = .milliseconds(1),
        environment: ClientEnvironment = ClientEnvironment(),
        labelKeys: @escaping @Sendable () -> [String] = { MinimumLabel.keys },
        namespaces: @escaping @Sendable (NamespaceDirectory) -> Void = { _ in },
        also receive: @escaping @Sendable (PolicyObjects) -> Void = { _ in }
    ) throws {
        var timings = ClusterPolicies.Timings()
        timings.absence = absence
        timings.gathering = .zero
        timings.reflector.startJitter = .zero
        timings.reflector.resumeJitter = .zero
        timings.reflector.shortestWatch = .zero
        timings.reflector.backoffBase = .milliseconds(1)
        timings.reflector.backoffLimit = .milliseconds(5)
        timings.reflector.deletionHold = deletionHold
        let (stream, continuation) = AsyncStream.makeStream(of: PolicyObjects.self)
        reports = stream.makeAsyncIterator()
        let logged = logged
        policies = ClusterPolicies(
            of: try #require(server.configuration),
            userAgent: "podscore/test",
            timings: timings,
            environment: environment,
            reportingTo: ClusterPolicies.Receiver(
                objects: {
                    receive($0)
                    continuation.yield($0)
                },
                namespaces: { directory in
                    namespaces(directory)
                    logged.directories.withLock { $0.append(directory) }
                },
                labelKeys: labelKeys,
                event: { event in logged.all.withLock { $0.append(event) } }
            )
        )
        let policies = policies
        task = Task { await policies.run() }
    }

    var latest: PolicyObjects? { all.last }

    /// The events for the log so far.
    var events: [ClusterEvent] { logged.all.withLock { $0 } }

    /// The reports of Namespaces so far.
    var directories: [NamespaceDirectory] { logged.directories.withLock { $0 } }

    /// Waits until the latest report of Namespaces meets a condition.
    func waitForNamespaces(_ condition: (NamespaceDirectory) -> Bool) async {
        while !(directories.last.map(condition) ?? false) { await Task.yield() }
    }

    /// The valid objects of the latest report with their versions.
    var accepted: [String] { (latest?.accepted ?? []).map { "\($0.identity) \($0.identity.resourceVersion)" } }

    /// Takes reports until a condition holds.
    func wait(until condition: (FollowedPolicies) -> Bool) async {
        while !condition(self), let report = await reports.next(isolation: #isolation) { all.append(report) }
    }

    /// Looks at the status until a condition holds.
    func waitForStatus(_ condition: (ClusterStatus) -> Bool) async {
        while !condition(policies.status) { await Task.yield() }
    }

    func stop() async {
        task.cancel()
        await task.value
    }
}
