import Testing

@testable import ClusterController

/// The pace of writes.
struct WritePaceTests {
    private static let start = ContinuousClock.now

    /// The times of writes that are sent as early as the pace allows, in milliseconds; each takes some time itself.
    private static func times(_ count: Int, limit: Int, writeTakes duration: Duration = .zero) -> [Int64] {
        var pace = WritePace(limit: limit)
        var now = start
        return (0..<count).map { _ in
            now += pace.wait(at: now)
            defer { now += duration }
            return (now - start) / .milliseconds(1)
        }
        .map { Int64($0) }
    }

    @Test func `After a rest a second's writes follow each other at once, then the others wait`() {
        #expect(Self.times(7, limit: 3) == [0, 0, 0, 1_000, 1_000, 1_000, 2_000])
    }

    @Test(arguments: [Duration.zero, .milliseconds(7), .milliseconds(49), .milliseconds(60)])
    func `No second has more writes than the limit`(duration: Duration) {
        let times = Self.times(200, limit: 20, writeTakes: duration)
        for (index, time) in times.enumerated() {
            #expect(times[index...].prefix { $0 < time + 1_000 }.count <= 20)
        }
    }

    @Test func `8 000 writes take less than seven minutes`() {
        let times = Self.times(8_000, limit: 20, writeTakes: .milliseconds(7))
        #expect((times.last ?? 0) < 7 * 60 * 1_000)
    }

    @Test func `Writes that several tasks reserve at one time follow each other`() {
        var pace = WritePace(limit: 2)
        let waits = (0..<6).map { _ in pace.wait(at: Self.start) }
        #expect(waits == [0, 0, 1, 1, 2, 2].map { .seconds($0) })
    }

    @Test func `A limit of zero lets one write through in a second`() {
        #expect(Self.times(3, limit: 0) == [0, 1_000, 2_000])
    }

    @Test func `A task that is cancelled while it waits may not write`() async {
        let budget = WriteBudget(limit: 1, sleep: { _ in throw CancellationError() })
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await budget.take()
        }
        task.cancel()
        #expect(await !task.value)
        #expect(await WriteBudget(limit: 1).take())
    }
}
