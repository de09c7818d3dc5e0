import Logging
import NIOCore
import NIOPosix
import Synchronization

/// What the connections of one port share.
///
/// A class because all event loops use it.
final class SharedResources: Sendable {
    /// What clients may ask.
    let limits: HTTPLimits
    /// What they hold at the moment.
    let load: LoadGauge
    /// Answers by their status codes.
    let answers = AnswerCounts()
    /// Connections that the server closed on its own account.
    let closures = ClosureCounts()
    /// TLS handshakes that failed.
    let handshakes: HandshakeFailures
    /// Where large bodies are decided.
    let pool: NIOThreadPool

    private let batches = Mutex<[ObjectIdentifier: NIOLoopBound<AnswerBatch>]>([:])
    private let draining = Atomic<Bool>(false)

    /// Begins with nothing held; `logger` is told of failed handshakes.
    init(limits: HTTPLimits, pool: NIOThreadPool, logger: Logger? = nil) {
        self.limits = limits
        handshakes = HandshakeFailures(logger: logger)
        self.pool = pool
        load = LoadGauge(limits: limits, closures: closures)
    }

    /// Where the requests of an event loop are gathered; called on it, once a connection.
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

    /// Makes each answer from now on the last of its connection.
    func beginDraining() {
        draining.store(true, ordering: .relaxed)
    }
}

/// How many answers a port gave, by their status codes.
///
/// A class because all event loops count into it.
final class AnswerCounts: Sendable {
    /// By the status code itself.
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

/// How many connections the server closed on its own account, and why.
///
/// A class because all event loops count into it.
final class ClosureCounts: Sendable {
    /// Why a connection was closed.
    enum Reason: Int, CaseIterable, Sendable {
        /// There were as many as may be, and another came.
        case connectionLimit
        /// Nothing complete came in time: handshake, header or body.
        case timeout
        /// The memory of its unfinished body was needed for others.
        case bodyGaveWay
        /// It did not take its answers.
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

    /// Begins with zeros.
    init() {}

    /// Counts a connection.
    func count(_ reason: Reason) {
        counts.withLock { $0[reason.rawValue] += 1 }
    }

    /// The counts with the labels of their reasons.
    var samples: [(reason: String, count: Int)] {
        let counts = counts.withLock { $0 }
        return zip(Reason.allCases, counts).map { ($0.label, $1) }
    }
}

/// The threads of one server: its event loops, as many others for what takes long, and one for probes.
struct ServerThreads: Sendable {
    /// The event loops.
    let group: MultiThreadedEventLoopGroup
    /// The event loop of the plain port, so that probes are answered while all others decide; `nil` without such a port.
    let operations: MultiThreadedEventLoopGroup?
    /// What large requests are answered on.
    let pool: NIOThreadPool

    /// Starts as many of each; `nil` starts one a core.
    init(count: Int?, servesOperations: Bool) {
        let count = count ?? System.coreCount
        group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        operations = servesOperations ? MultiThreadedEventLoopGroup(numberOfThreads: 1) : nil
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
    }

    /// Stops all once they have done what they have.
    func stop() async {
        // Both only fail when they were stopped before.
        try? await pool.shutdownGracefully()
        try? await group.shutdownGracefully()
        try? await operations?.shutdownGracefully()
    }
}
