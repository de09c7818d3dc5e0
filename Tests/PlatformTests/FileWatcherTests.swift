import Foundation
import Synchronization
import Testing

@testable import Platform

@Suite struct FileWatcherTests {
    private let folder: MountedFolder

    init() throws {
        folder = try MountedFolder()
        try folder.write("1", to: "a")
        try folder.write("1", to: "b")
    }

    private func watch(_ name: String, _ reads: Reads, _ outcome: FileWatcher.Outcome = .done) -> FileWatcher.Watch {
        let paths = [folder.path + "/" + name]
        return FileWatcher.Watch(paths, seen: FileLook(at: paths)) { isRetry in
            reads.add(isRetry ? name + " again" : name)
            return outcome
        }
    }

    @Test func `Only changed files are read, and only once`() throws {
        let reads = Reads()
        let watcher = FileWatcher([watch("a", reads), watch("b", reads)]) { reads.add("-") }
        watcher.look()
        try folder.write("other", to: "b")
        for _ in 0..<4 { watcher.look() }
        #expect(reads.all == ["-", "-", "b", "-", "-", "-"])
    }

    @Test func `A change between the first read and the first check is noticed`() throws {
        let reads = Reads()
        let watch = watch("a", reads)
        try folder.write("other", to: "a")
        let watcher = FileWatcher([watch])
        watcher.look()
        watcher.look()
        #expect(reads.all == ["a"])
    }

    @Test func `Files are retried once`() throws {
        let reads = Reads()
        let watcher = FileWatcher([watch("a", reads, .retry)])
        try folder.write("other", to: "a")
        for _ in 0..<5 { watcher.look() }
        #expect(reads.all == ["a", "a again"])
    }

    @Test func `The watcher checks until it is stopped, and then waits for files that are being read`() async throws {
        let reads = Reads()
        let (looks, continuation) = AsyncStream.makeStream(of: Void.self)
        let watcher = FileWatcher([]) {
            continuation.yield()
            reads.add("begun")
            // Long enough that a stop without waiting would return first.
            for _ in 0..<1_000 { sched_yield() }
            reads.add("ended")
        }
        watcher.start(every: .milliseconds(1))
        var count = 0
        for await _ in looks {
            count += 1
            if count == 3 { break }
        }
        await watcher.stop(waitingUpTo: .seconds(60))
        let all = reads.all
        #expect(all.last == "ended" && all.count >= 6)
    }

    @Test func `Stopping waits only up to the limit`() async {
        let gate = DispatchSemaphore(value: 0)
        let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
        let watcher = FileWatcher([]) {
            continuation.yield()
            gate.wait()
        }
        watcher.start(every: .milliseconds(1))
        for await _ in begun { break }
        await watcher.stop(waitingUpTo: .milliseconds(1))
        gate.signal()
    }
}

/// The actions of a watcher, in order; a class because closures share it.
final class Reads: Sendable {
    private let names = Mutex<[String]>([])

    var all: [String] { names.withLock { $0 } }

    func add(_ name: String) {
        names.withLock { $0.append(name) }
    }
}
