import Synchronization

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
