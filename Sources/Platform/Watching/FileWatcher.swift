import Dispatch
import Synchronization

/// Looks at files again and again, and has them read when they changed, on a thread of its own.
///
/// A class because it owns the thread's queue and what was seen last. A change is noticed within two looks; see ``ChangeDetector``.
package final class FileWatcher: Sendable {
    /// What became of reading changed files.
    package enum Outcome: Sendable, Equatable {
        /// They were taken or refused; nothing is read until they change again.
        case done
        /// They are read again after the next look, once.
        case retry
    }

    /// Files that are read together.
    package struct Watch: Sendable {
        fileprivate let paths: [String]
        fileprivate let seen: FileLook
        fileprivate let read: @Sendable (_ isRetry: Bool) -> Outcome

        /// - Parameters:
        ///   - paths: files, and directories whose files count.
        ///   - seen: a look that was taken before they were first read, so that no change after that is missed.
        ///   - read: reads them and acts upon what is in them; called on the watcher's thread. `isRetry` tells that it asked for the call.
        package init(_ paths: [String], seen: FileLook, read: @escaping @Sendable (_ isRetry: Bool) -> Outcome) {
            self.paths = paths
            self.seen = seen
            self.read = read
        }
    }

    private let watches: [Watch]
    private let afterEachLook: @Sendable () -> Void
    private let detectors: Mutex<[ChangeDetector<FileLook>]>
    // Not one of the few threads that all tasks share: a file system that hangs must hold up nobody else.
    private let queue = DispatchQueue(label: "file-watcher")
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Begins with nothing changed; `afterEachLook` is called on the watcher's thread when all watches have been looked at.
    package init(_ watches: [Watch], afterEachLook: @escaping @Sendable () -> Void = {}) {
        self.watches = watches
        self.afterEachLook = afterEachLook
        detectors = Mutex(watches.map { ChangeDetector(knowing: $0.seen) })
    }

    /// Looks from now on, each time that long after the last look was done with.
    package func start(every interval: Duration) {
        let looking = Task {
            // Ends when it is cancelled, which interrupts the wait.
            while (try? await Task.sleep(for: interval)) != nil {
                await withCheckedContinuation { continuation in
                    queue.async {
                        self.look()
                        continuation.resume()
                    }
                }
            }
        }
        task.withLock { $0 = looking }
    }

    /// Ends the looking, and waits so long for files that are being read.
    package func stop(waitingUpTo limit: Duration) async {
        task.withLock { $0 }?.cancel()
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        queue.async { continuation.finish() }
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(limit / .milliseconds(1)))) { continuation.finish() }
        for await _ in ended {}
    }

    /// Looks once at everything; not by two threads at a time.
    package func look() {
        for (index, watch) in watches.enumerated() {
            let look = FileLook(at: watch.paths)
            guard case .read(let isRetry) = detectors.withLock({ $0[index].looked(look) }) else { continue }
            if watch.read(isRetry) == .retry, !isRetry { detectors.withLock { $0[index].retryAtNextLook() } }
        }
        afterEachLook()
    }
}
