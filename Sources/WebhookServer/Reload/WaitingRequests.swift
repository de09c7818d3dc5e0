import AdmissionPolicy
import Synchronization

/// The requests that wait for a Namespace whose labels can matter and are not known yet.
///
/// A class because the event loops add requests, and the thread that reads the Namespaces wakes them.
final class WaitingRequests: Sendable {
    /// A request that waits.
    struct Ticket: Sendable {
        fileprivate let namespace: String
        fileprivate let number: Int
    }

    private struct Content {
        var waits = NamespaceWaits()
        var wakes: [String: [Int: @Sendable () -> Void]] = [:]
        var count = 0
        var lastNumber = 0
    }

    private let content = Mutex(Content())

    /// Starts without requests.
    init() {}

    /// The number of requests that wait.
    var count: Int { content.withLock { $0.count } }

    /// Returns the next step of a request that was received at a time.
    func step(
        for namespace: String,
        receivedAt received: ContinuousClock.Instant,
        now: ContinuousClock.Instant
    ) -> NamespaceWaits.Step {
        content.withLock { $0.waits.step(for: namespace, receivedAt: received, now: now) }
    }

    /// Adds a request, which has to leave again; `nil` if `limit` requests wait already, or a quarter of them for the same Namespace.
    ///
    /// Once its Namespace may be known, `wake` is called on any thread. The caller has to look once more afterwards: the Namespace may have
    /// come just before.
    func enter(for namespace: String, limit: Int, wake: @escaping @Sendable () -> Void) -> Ticket? {
        content.withLock { content in
            let sameCount = content.wakes[namespace]?.count ?? 0
            guard content.count < limit, sameCount < max(1, limit / 4) else { return nil }
            content.count += 1
            content.lastNumber += 1
            content.wakes[namespace, default: [:]][content.lastNumber] = wake
            return Ticket(namespace: namespace, number: content.lastNumber)
        }
    }

    /// Removes a request.
    func leave(_ ticket: Ticket) {
        content.withLock { content in
            guard content.wakes[ticket.namespace]?.removeValue(forKey: ticket.number) != nil else { return }
            content.count -= 1
            if content.wakes[ticket.namespace]?.isEmpty == true { content.wakes[ticket.namespace] = nil }
        }
    }

    /// Wakes the requests whose Namespaces are known by a snapshot that is in force now.
    func wake(by snapshot: PoliciesInForce.Snapshot) {
        guard snapshot.readsLabels else { return }
        let wakes = content.withLock { content in
            if let namespaces = snapshot.namespaces { content.waits.forget { namespaces[$0] != nil && snapshot.knowledge(of: $0) != nil } }
            return content.wakes.filter { snapshot.knowledge(of: $0.key) != nil }.flatMap(\.value.values)
        }
        for wake in wakes { wake() }
    }
}
