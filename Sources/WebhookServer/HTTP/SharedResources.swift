import NIOCore
import NIOPosix
import Synchronization

/// What the connections of one port share.
///
/// A class because all event loops use it.
final class SharedResources: Sendable {
    /// What clients may ask.
    let limits: WebhookServer.Limits
    /// What they hold at the moment.
    let load: LoadGauge
    /// Connections that the server closed on its own account.
    let closures = ClosureCounts()
    /// Where large bodies are decided.
    let pool: NIOThreadPool

    private let batches = Mutex<[ObjectIdentifier: NIOLoopBound<AnswerBatch>]>([:])
    private let draining = Atomic<Bool>(false)

    /// Begins with nothing held.
    init(limits: WebhookServer.Limits, pool: NIOThreadPool) {
        self.limits = limits
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
