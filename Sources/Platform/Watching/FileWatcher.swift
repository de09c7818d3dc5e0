import Dispatch
import Synchronization

/// Checks files at an interval on a dedicated thread, and has them read when they have changed.
///
/// A class because it owns the thread's queue and the last state of the files. A change is noticed within two checks; see ``ChangeDetector``.
package final class FileWatcher: Sendable {
    /// The result of reading changed files.
    package enum Outcome: Sendable, Equatable {
        /// They were accepted or rejected; nothing is read until they change again.
        case done
        /// They are read once more after the next check.
        case retry
    }

    /// A set of files that are read together.
    package struct Watch: Sendable {
        fileprivate let paths: [String]
        fileprivate let seen: FileLook
        fileprivate let read: @Sendable (_ isRetry: Bool) -> Outcome

        /// - Parameters:
        ///   - paths: files, and directories with files.
        ///   - seen: their state before they were first read, so that no later change is missed.
        ///   - read: reads them and uses their contents, on the watcher's thread. `isRetry` means that it returned `.retry` before.
        package init(_ paths: [String], seen: FileLook, read: @escaping @Sendable (_ isRetry: Bool) -> Outcome) {
            self.paths = paths
            self.seen = seen
            self.read = read
        }
    }

    private let watches: [Watch]
    private let afterEachLook: @Sendable () -> Void
    private let detectors: Mutex<[ChangeDetector<FileLook>]>
    // Not one of the few threads that all tasks share, because a file system that hangs must not block other work.
    private let queue = DispatchQueue(label: "file-watcher")
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// A watcher of these files; `afterEachLook` is called on the watcher's thread after each check of all files.
    package init(_ watches: [Watch], afterEachLook: @escaping @Sendable () -> Void = {}) {
        self.watches = watches
        self.afterEachLook = afterEachLook
        detectors = Mutex(watches.map { ChangeDetector(knowing: $0.seen) })
    }

    /// Starts to check; the interval is the time between the end of a check and the next one.
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

    /// Stops to check, and waits up to the limit for files that are being read.
    package func stop(waitingUpTo limit: Duration) async {
        task.withLock { $0 }?.cancel()
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        queue.async { continuation.finish() }
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(limit / .milliseconds(1)))) { continuation.finish() }
        for await _ in ended {}
    }

    /// Checks all files once; never from two threads at a time.
    package func look() {
        for (index, watch) in watches.enumerated() {
            let look = FileLook(at: watch.paths)
            guard case .read(let isRetry) = detectors.withLock({ $0[index].looked(look) }) else { continue }
            if watch.read(isRetry) == .retry, !isRetry { detectors.withLock { $0[index].retryAtNextLook() } }
        }
        afterEachLook()
    }
}
