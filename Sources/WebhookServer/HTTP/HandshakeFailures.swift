import KubernetesAPI
import Logging
import NIOCore
import Synchronization
import TLS

/// Counts the failed TLS handshakes of a port and logs why they failed, at most once in ten seconds for each kind.
///
/// The client gets an alert, which often says less than the operator needs. A class because all event loops count into it.
final class HandshakeFailures: Sendable {
    /// The time between two log lines of the same kind.
    static let quietTime = TimeAmount.seconds(10)

    /// The longest name of a client's certificate in a log line, in bytes.
    private static let nameByteLimit = 128

    private struct Kind {
        /// All failures.
        var count = 0
        /// The failures since the last line.
        var unloggedCount = 0
        var lastLine: NIODeadline?
    }

    private let kinds = Mutex<[HandshakeFailure: Kind]>([:])
    private let logger: Logger?

    /// Starts with nothing counted.
    init(logger: Logger?) {
        self.logger = logger
    }

    /// Counts a failed handshake; does nothing for other errors.
    func record(_ error: TLSError, from peer: PeerAddress, at now: NIODeadline) {
        guard let kind = error.handshakeFailure else { return }
        let unloggedCount = kinds.withLock { kinds -> Int? in
            var state = kinds[kind] ?? Kind()
            defer { kinds[kind] = state }
            state.count += 1
            state.unloggedCount += 1
            guard state.lastLine.map({ now - $0 >= Self.quietTime }) ?? true else { return nil }
            state.lastLine = now
            defer { state.unloggedCount = 0 }
            return state.unloggedCount
        }
        guard let unloggedCount else { return }
        logger?.log(
            // Load balancers and port scanners connect and go away.
            level: kind == .closed ? .debug : .warning,
            "\(Self.line(for: error, from: peer, unloggedCount))",
            metadata: ["client": "\(peer.text)", "reason": "\(kind.rawValue)", "failures": .stringConvertible(unloggedCount)]
        )
    }

    /// All kinds with their counts.
    var samples: [(reason: String, count: Int)] {
        let kinds = kinds.withLock { $0 }
        return HandshakeFailure.allCases.map { ($0.rawValue, kinds[$0]?.count ?? 0) }
    }

    private static func line(for error: TLSError, from peer: PeerAddress, _ count: Int) -> String {
        var line = "TLS \(error) (client \(peer.text.isEmpty ? "unknown" : peer.text))"
        if case .clientCertificateRejected(let rejection) = error, !rejection.names.isEmpty {
            let names = rejection.names.map { VisibleText.of($0.cut(toBytes: nameByteLimit)) }
            line += "; names in the certificate: \(names.joined(separator: ", "))"
        }
        return count > 1 ? line + "; \(count) such failures since the last message" : line
    }
}
