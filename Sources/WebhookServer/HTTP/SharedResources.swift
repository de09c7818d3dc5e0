import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The resources that the connections of one port share.
///
/// A class because all event loops use it.
final class SharedResources: Sendable {
    /// The limits of clients.
    let limits: HTTPLimits
    /// The requests and memory that connections hold.
    let load: LoadGauge
    /// Answers by their status codes.
    let answers = AnswerCounts()
    /// The connections that the server closed, by reason.
    let closures = ClosureCounts()
    /// The TLS handshakes that failed, by kind.
    let handshakes: HandshakeFailures
    /// The threads on which large bodies are decided.
    let pool: NIOThreadPool

    private let batches = Mutex<[ObjectIdentifier: NIOLoopBound<AnswerBatch>]>([:])
    private let draining = Atomic<Bool>(false)

    /// Starts with nothing held; failed handshakes are logged to `logger`.
    init(limits: HTTPLimits, pool: NIOThreadPool, logger: Logger? = nil) {
        self.limits = limits
        handshakes = HandshakeFailures(logger: logger)
        self.pool = pool
        load = LoadGauge(limits: limits, closures: closures)
    }

    /// The batch of an event loop's requests; call it on that event loop, once for each connection.
    func batch(on eventLoop: any EventLoop) -> AnswerBatch {
        let batch = batches.withLock { batches in
            let known = batches[ObjectIdentifier(eventLoop)] ?? NIOLoopBound(AnswerBatch(), eventLoop: eventLoop)
            batches[ObjectIdentifier(eventLoop)] = known
            return known
        }
        return batch.value
    }

    /// Whether each answer is the last of its connection.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Makes each later answer the last of its connection.
    func beginDraining() {
        draining.store(true, ordering: .relaxed)
    }
}

/// Counts the answers of a port by status code.
///
/// A class because all event loops count into it.
final class AnswerCounts: Sendable {
    /// Indexed by status code.
    private let counts = Mutex(InlineArray<600, Int>(repeating: 0))

    /// Starts with zeros.
    init() {}

    /// Counts an answer.
    func count(_ status: HTTPAnswer.Status) {
        counts.withLock { $0[status.rawValue] += 1 }
    }

    /// All status codes with their counts, in ascending order.
    var samples: [(code: Int, count: Int)] {
        counts.withLock { counts in HTTPAnswer.Status.allCases.map { ($0.rawValue, counts[$0.rawValue]) } }
    }
}

/// Counts the connections that the server closed, by reason.
///
/// A class because all event loops count into it.
final class ClosureCounts: Sendable {
    /// Why a connection was closed.
    enum Reason: Int, CaseIterable, Sendable {
        /// Another connection needed its place.
        case connectionLimit
        /// Handshake, header or body arrived too late.
        case timeout
        /// The memory of its unfinished body was needed for other bodies.
        case bodyGaveWay
        /// The client did not read its answers.
        case slowReader

        /// The value of the metric's label.
        var label: String {
            switch self {
            case .connectionLimit: "connection_limit"
            case .timeout: "timeout"
            case .bodyGaveWay: "body_gave_way"
            case .slowReader: "slow_reader"
            }
        }
    }

    private let counts = Mutex([Int](repeating: 0, count: Reason.allCases.count))

    /// Starts with zeros.
    init() {}

    /// Counts a connection.
    func count(_ reason: Reason) {
        counts.withLock { $0[reason.rawValue] += 1 }
    }

    /// All reasons with their counts.
    var samples: [(reason: String, count: Int)] {
        let counts = counts.withLock { $0 }
        return zip(Reason.allCases, counts).map { ($0.label, $1) }
    }
}

/// The threads of one server: event loops, as many threads for large requests, and one event loop for probes.
struct ServerThreads: Sendable {
    /// The event loops.
    let group: MultiThreadedEventLoopGroup
    /// The event loop of the plain port, so that probes are answered under load; `nil` without such a port.
    let operations: MultiThreadedEventLoopGroup?
    /// The threads on which large requests are answered.
    let pool: NIOThreadPool

    /// Starts `count` event loops and as many threads; `nil` starts one for each core.
    init(count: Int?, servesOperations: Bool) {
        let count = count ?? System.coreCount
        group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        operations = servesOperations ? MultiThreadedEventLoopGroup(numberOfThreads: 1) : nil
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
    }

    /// Stops all threads once they have finished their work.
    func stop() async {
        // Both fail only if they were already stopped.
        try? await pool.shutdownGracefully()
        try? await group.shutdownGracefully()
        try? await operations?.shutdownGracefully()
    }
}
