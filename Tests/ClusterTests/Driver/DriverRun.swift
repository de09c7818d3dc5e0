import NIOPosix
import Synchronization
import TLS
import TestSupport

@testable import Cluster

/// A driver on its thread, with a clock that the test moves; waits between two requests take no real time.
///
/// A class because the reports come in over a stream that one reader owns.
final class DriverRun {
    typealias Report = ReflectorDriver<Int64>.Report

    let world = World()
    let client: APIClient
    private let thread = DedicatedThread()
    private let task: Task<Void, Never>
    private var reports: AsyncStream<Report>.Iterator

    /// The kept objects and their numbers.
    private(set) var kept: [String: Int64] = [:]
    /// All notes, in order.
    private(set) var notes: [ReflectorNote] = []
    /// All failures, in order.
    private(set) var problems: [String] = []
    /// The latest progress.
    private(set) var progress = ReflectorProgress()

    /// Starts a driver; `decoding` is called on its thread for each object.
    init(
        _ configuration: ClusterConfiguration,
        files: [String: String] = [:],
        resource: APIResource = .scorePolicies,
        decoding: @escaping @Sendable () -> Void = {}
    ) {
        for (path, text) in files { world[path] = text }
        var environment = ClientEnvironment()
        world.apply(to: &environment)
        environment.longestWait = { min($0, .milliseconds(1)) }
        let client = APIClient(
            configuration,
            userAgent: "podscore/test",
            on: MultiThreadedEventLoopGroup.singleton.next(),
            environment: environment
        )
        self.client = client
        let (stream, continuation) = AsyncStream.makeStream(of: Report.self)
        reports = stream.makeAsyncIterator()
        let (thread, world) = (thread, world)
        task = Task {
            await thread.run {
                let reflector = Reflector<Int64>(at: world.now, random: SeededNumbers(seed: 1)) { object, header, previous in
                    decoding()
                    return TestContent.decode(object, header, previous)
                }
                var driver = ReflectorDriver(reflector, through: client, of: resource) { continuation.yield($0) }
                await driver.run()
            }
        }
    }

    /// Takes reports until a condition holds.
    func wait(until condition: (DriverRun) -> Bool) async {
        while !condition(self), let report = await reports.next(isolation: #isolation) {
            for change in report.changes {
                switch change {
                case .set(let key, let object): kept[key] = object.value
                case .removed(let key, _): kept[key] = nil
                }
            }
            notes += report.notes
            if let problem = report.problem { problems.append(problem) }
            progress = report.progress
        }
    }

    /// Cancels the driver; returns when it has ended.
    func stop() async {
        task.cancel()
        await task.value
        client.close()
        await thread.stop()
    }
}

extension FakeAPIServer {
    /// How a client without TLS reaches the server.
    var configuration: ClusterConfiguration {
        ClusterConfiguration(
            server: ServerAddress(isSecure: false, host: "127.0.0.1", port: port),
            serverName: .address("127.0.0.1"),
            trust: .systemAuthorities,
            origin: "a test"
        )
    }

    /// The requests without what is the same in all: `list`, `list TOKEN` or `watch VERSION`.
    var shortRequests: [String] {
        requests.map { uri in
            let query = uri.split(separator: "?").last?.split(separator: "&") ?? []
            let value = { (name: String) in query.first { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1) }
            guard value("watch") != nil else { return value("continue").map { "list \($0)" } ?? "list" }
            return "watch \(value("resourceVersion") ?? "")"
        }
    }
}
