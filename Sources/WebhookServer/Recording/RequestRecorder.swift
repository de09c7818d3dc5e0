package import AdmissionPolicy
package import KubernetesAPI
package import Logging
import NIOCore
import NIOPosix
package import Platform
import Synchronization

/// Keeps a bounded sample of decided requests, for `podscore policy diff`.
///
/// Namespaces that policies name have reserved places in the sample, in the queue and in the directory, so that made-up names can't
/// displace them. A class because all event loops offer requests to it and it owns a thread, which writes them. Nobody waits for that
/// thread: requests that don't fit into its queue are dropped and counted. Call ``close(waitingUpTo:)`` before the last reference goes.
package final class RequestRecorder: Sendable {
    /// The limits of the directory and of the queue.
    package struct Limits: Sendable {
        /// Files in the directory; default 2 000.
        package var fileLimit = 2_000
        /// Bytes in the directory; default 64 MiB.
        package var byteLimit = 64 << 20
        /// The largest record, in bytes; default 256 KiB.
        package var recordByteLimit = 256 << 10
        /// Requests that wait for the thread; default 256.
        package var queueLimit = 256
        /// The memory of waiting requests, in bytes; default 20 MiB, enough for the largest request.
        package var queueByteLimit = 20 << 20

        /// The defaults.
        package init() {}
    }

    /// A request that waits for the thread.
    private struct Pending {
        let key: RecordKey
        let review: AdmissionReview
    }

    private struct Waiting {
        var sampler: RecordSampler
        var pending: [Pending] = []
        var byteCount = 0
    }

    private struct Writing {
        var index: RecordIndex
        var isFailing = false
    }

    private let store: any RecordStore
    private let limits: Limits
    private let logger: Logger
    private let queue: BackgroundQueue<Waiting>
    private let writing: Mutex<Writing>
    private let writtenCount = Atomic<Int>(0)
    private let droppedCount = Atomic<Int>(0)

    /// Starts the thread; existing files of the directory count, and are removed in their turn.
    package convenience init(
        to directory: PrivateDirectory,
        limits: Limits = Limits(),
        policies: PolicySet,
        logger: Logger
    ) throws(FileError) {
        try self.init(store: directory, limits: limits, named: Self.namedNamespaces(policies), logger: logger)
    }

    /// Starts the thread; `named` are the namespaces that policies name.
    init(store: any RecordStore, limits: Limits, named: Set<String> = [], logger: Logger) throws(FileError) {
        self.store = store
        self.limits = limits
        self.logger = logger
        var index = RecordIndex(limits: .init(fileLimit: limits.fileLimit, byteLimit: limits.byteLimit), named: named)
        for file in try store.files().sorted(by: { ($0.modified, $0.name) < ($1.modified, $1.name) }) {
            guard let namespace = RecordKey.namespace(ofFile: file.name) else { continue }
            index.add(file.name, namespace: namespace, byteCount: file.byteCount)
        }
        for name in index.removeExcess() { store.remove(name) }
        writing = Mutex(Writing(index: index))
        queue = BackgroundQueue(Waiting(sampler: RecordSampler(named: named)))
    }

    /// The requests that were written.
    package var writtenRecordCount: Int { writtenCount.load(ordering: .relaxed) }

    /// The requests that were chosen but not written, because the queue or the disk was full or the record too large.
    package var droppedRecordCount: Int { droppedCount.load(ordering: .relaxed) }

    /// Reserves places from now on for the namespaces that these policies name.
    package func keepPlaces(forNamespacesOf policies: PolicySet) {
        let named = Self.namedNamespaces(policies)
        queue.withContent { $0.sampler.setNamed(named) }
        writing.withLock { $0.index.setNamed(named) }
    }

    private static func namedNamespaces(_ policies: PolicySet) -> Set<String> {
        Set(policies.namedNamespaces.map { RecordKey.fileNamePart($0.namespace) })
    }

    /// Records a request if the sample wants it; never waits.
    package func offer(_ review: AdmissionReview, decided outcome: Decision.Outcome, bodyByteCount: Int, at moment: UnixTime) {
        guard let key = RecordKey(review.request, decided: outcome) else { return }
        let keptByteCount = ModelBudget.byteLimit(forDocumentOf: bodyByteCount)
        var isChosen = false
        let addition = queue.add { waiting in
            guard waiting.sampler.chooses(key, at: moment.seconds) else { return false }
            isChosen = true
            // Half of the queue is reserved for namespaces that policies name, if they name any; an empty one takes any request.
            let share = !waiting.sampler.knowsNames || waiting.sampler.isNamed(key) ? 1 : 2
            let byteLimit = waiting.pending.isEmpty ? limits.queueByteLimit : limits.queueByteLimit / share
            guard waiting.pending.count < limits.queueLimit / share, waiting.byteCount + keptByteCount <= byteLimit else {
                waiting.sampler.forget(key)
                return false
            }
            waiting.pending.append(Pending(key: key, review: review))
            waiting.byteCount += keptByteCount
            return true
        }
        switch addition {
        case .added: break
        case .addedFirst: queue.run { self.writePending() }
        case .refused: if isChosen { droppedCount.add(1, ordering: .relaxed) }
        }
    }

    /// Writes waiting requests for at most a duration, and ends the thread; later requests are not recorded.
    package func close(waitingUpTo duration: Duration) async {
        await queue.close(waitingUpTo: duration)
    }

    /// Writes until the queue is empty; runs on the recorder's thread.
    private func writePending() {
        while let pending = takePending() {
            for (position, request) in pending.enumerated() {
                if queue.isOutOfTime {
                    droppedCount.add(pending.count - position, ordering: .relaxed)
                    break
                }
                write(request)
            }
        }
    }

    /// Takes all waiting requests; `nil` if there are none.
    private func takePending() -> [Pending]? {
        queue.take { waiting in
            guard !waiting.pending.isEmpty else { return nil }
            var pending: [Pending] = []
            swap(&pending, &waiting.pending)
            waiting.byteCount = 0
            return pending
        }
    }

    private func write(_ request: Pending) {
        let bytes = request.review.encoded
        let name = request.key.fileName
        guard bytes.count <= min(limits.recordByteLimit, limits.byteLimit) else { return drop(request.key, reason: nil) }
        do throws(FileError) {
            try store.replace(name, with: bytes)
        } catch {
            return drop(request.key, reason: error)
        }
        let (excess, recovered) = writing.withLock { writing in
            defer { writing.isFailing = false }
            writing.index.add(name, namespace: request.key.namespace, byteCount: bytes.count)
            return (writing.index.removeExcess(), writing.isFailing)
        }
        for name in excess { store.remove(name) }
        writtenCount.add(1, ordering: .relaxed)
        if recovered { logger.info("recording requests again", metadata: ["directory": "\(store.path)"]) }
    }

    /// Counts a request that is not recorded; logs once that records can't be written, until one can.
    private func drop(_ key: RecordKey, reason: FileError?) {
        queue.withContent { $0.sampler.forget(key) }
        droppedCount.add(1, ordering: .relaxed)
        guard let reason else { return }
        let isNew = writing.withLock { writing in
            defer { writing.isFailing = true }
            return !writing.isFailing
        }
        if isNew { logger.warning("cannot record requests; they are still decided: \(reason)", metadata: ["directory": "\(store.path)"]) }
    }
}

/// Stores records; tests have their own.
protocol RecordStore: Sendable {
    /// The path in messages.
    var path: String { get }

    /// The stored files.
    func files() throws(FileError) -> [PrivateDirectory.File]

    /// Writes a file, replacing one of the same name.
    func replace(_ name: String, with bytes: [UInt8]) throws(FileError)

    /// Removes a file.
    func remove(_ name: String)
}

extension PrivateDirectory: RecordStore {}
