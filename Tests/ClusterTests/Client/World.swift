import Glibc
import Platform
import Synchronization

@testable import Cluster

/// Files and a clock that a test changes; a class because closures share it.
final class World: Sendable {
    private let files = Mutex<[String: String]>([:])
    private let elapsed = Mutex(Duration.zero)
    private let start = ContinuousClock.now
    private let readCounts = Mutex<[String: Int]>([:])

    subscript(_ path: String) -> String? {
        get { files.withLock { $0[path] } }
        set { files.withLock { $0[path] = newValue } }
    }

    func readCount(of path: String) -> Int { readCounts.withLock { $0[path] ?? 0 } }

    func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }

    var now: ContinuousClock.Instant { start + elapsed.withLock { $0 } }

    func apply(to environment: inout ClientEnvironment) {
        environment.now = { self.now }
        environment.sleep = { self.advance(by: $0) }
        environment.unixSeconds = { self.elapsed.withLock { $0.components.seconds } }
        environment.readFile = { (path) throws(FileError) in
            self.readCounts.withLock { $0[path, default: 0] += 1 }
            guard let text = self[path] else { throw .system(path: path, code: ENOENT) }
            return Array(text.utf8)
        }
    }
}
