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

    @Test func `What changed is read once, and nothing else`() throws {
        let reads = Reads()
        let watcher = FileWatcher([watch("a", reads), watch("b", reads)]) { reads.add("-") }
        watcher.look()
        try folder.write("other", to: "b")
        for _ in 0..<4 { watcher.look() }
        #expect(reads.all == ["-", "-", "b", "-", "-", "-"])
    }

    @Test func `A change between the first reading and the first look is not missed`() throws {
        let reads = Reads()
        let watch = watch("a", reads)
        try folder.write("other", to: "a")
        let watcher = FileWatcher([watch])
        watcher.look()
        watcher.look()
        #expect(reads.all == ["a"])
    }

    @Test func `A retry is granted once`() throws {
        let reads = Reads()
        let watcher = FileWatcher([watch("a", reads, .retry)])
        try folder.write("other", to: "a")
        for _ in 0..<5 { watcher.look() }
        #expect(reads.all == ["a", "a again"])
    }

    @Test func `Looking goes on by itself until it is stopped, which waits for what is being read`() async throws {
        let reads = Reads()
        let (looks, continuation) = AsyncStream.makeStream(of: Void.self)
        let watcher = FileWatcher([]) {
            continuation.yield()
            reads.add("begun")
            // Long enough that a stop that does not wait comes before the end.
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

    @Test func `Stopping does not wait for ever`() async {
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

/// What a watcher did, in its order; a class because closures share it.
final class Reads: Sendable {
    private let names = Mutex<[String]>([])

    var all: [String] { names.withLock { $0 } }

    func add(_ name: String) {
        names.withLock { $0.append(name) }
    }
}
