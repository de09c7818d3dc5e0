import NIOCore
import Testing

@testable import WebhookServer

@Suite struct UnfinishedBodiesTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    /// Bodies by number: their address, their age in milliseconds, and their bytes.
    private func bodies(
        _ rows: [(id: Int, address: String, age: Int64, byteCount: Int)],
        fairShare: Int = 0
    ) -> UnfinishedBodies {
        var bodies = UnfinishedBodies(fairShare: fairShare)
        for row in rows {
            bodies.insert(row.id, from: PeerAddress(row.address), since: start - .milliseconds(row.age))
            _ = bodies.setByteCount(row.byteCount, of: row.id, at: start)
        }
        return bodies
    }

    @Test func `The slowest body of the address that holds the most gives way first`() {
        var bodies = bodies([(1, "a", 1_000, 500), (2, "a", 100, 400), (3, "b", 9_000, 800)])
        let gone = bodies.evict(1, sparing: [], at: start)
        #expect(gone.bodies.map(\.id) == [1])
        // Now b holds more than a.
        let gone2 = bodies.evict(1, sparing: [], at: start)
        #expect(gone2.bodies.map(\.id) == [3])
        let gone3 = bodies.evict(1, sparing: [], at: start)
        #expect(gone3.bodies.map(\.id) == [2])
        let gone4 = bodies.evict(1, sparing: [], at: start)
        #expect(gone4.bodies.isEmpty)
        #expect(bodies.count == 0)
    }

    @Test func `The body that needs the room stays, even if it is the only one`() {
        var bodies = bodies([(1, "a", 1_000, 10), (2, "a", 1_000, 500)])
        let first = bodies.evict(100, sparing: [1], at: start)
        #expect(first.bodies.map(\.id) == [2])
        let gone = bodies.evict(100, sparing: [1], at: start)
        #expect(gone.bodies.isEmpty)
        #expect(gone.byteCount == 0)
    }

    @Test func `As many bodies give way as are needed, and none without bytes`() {
        var bodies = bodies([(1, "a", 1_000, 0), (2, "a", 1_000, 10), (3, "a", 1_000, 20), (4, "a", 1_000, 30)])
        let gone = bodies.evict(25, sparing: [], at: start)
        #expect(gone.bodies.map(\.id) == [2, 3])
        #expect(gone.byteCount == 30)
        #expect(bodies.count == 2)
    }

    @Test func `An address loses bodies until the next one holds more`() {
        var bodies = bodies([(1, "a", 4_000, 30), (2, "a", 1_000, 30), (3, "a", 500, 30), (4, "b", 3_000, 70)])
        let gone = bodies.evict(90, sparing: [], at: start)
        #expect(gone.bodies.map(\.id) == [1, 4])
    }

    @Test func `Addresses that hold their fair share or less lose the slowest body of all`() {
        let rows = (0..<1_000).map { (id: $0, address: "attacker \($0)", age: 500 + Int64($0), byteCount: 260_000) }
        var bodies = bodies(rows + [(1_000, "api server", 39, 390_000)], fairShare: 4_000_000)
        let gone = bodies.evict(260_001, sparing: [], at: start)
        #expect(gone.bodies.map(\.id) == [999, 998])
        let all = bodies.evict(.max, sparing: [], at: start)
        #expect(all.bodies.map(\.id) == Array((0..<998).reversed()) + [1_000])
    }

    @Test func `An address over its fair share loses bodies before a crowd does`() {
        let rows = [(1, "a", 10, 300), (2, "a", 20, 300), (3, "b", 9_000, 500), (4, "c", 8_000, 500)].map { ($0, $1, Int64($2), $3) }
        var bodies = bodies(rows, fairShare: 500)
        let gone = bodies.evict(.max, sparing: [], at: start)
        #expect(gone.bodies.map(\.id) == [2, 3, 4, 1])
    }

    @Test func `What is spared does not count for its address`() {
        var bodies = bodies([(1, "a", 100, 900), (2, "a", 100, 10), (3, "b", 50, 20)])
        let gone = bodies.evict(1, sparing: [1], at: start)
        #expect(gone.bodies.map(\.id) == [3])
    }

    @Test func `A body is stalled half a second after its last byte`() {
        for (milliseconds, isStalled) in [(Int64(499), false), (500, true)] {
            var bodies = bodies([(1, "a", 9_000, 10)])
            _ = bodies.setByteCount(10, of: 1, at: start + .milliseconds(400))
            let gone = bodies.evict(1, sparing: [], at: start + .milliseconds(milliseconds))
            #expect(gone.bodies == [.init(id: 1, isStalled: isStalled)])
        }
    }

    @Test func `A body that is gone takes no room`() {
        var bodies = bodies([(1, "a", 1_000, 10)])
        let more = bodies.setByteCount(15, of: 1, at: start)
        #expect(more == 5)
        let held = bodies.remove(1)
        #expect(held == 15)
        let held2 = bodies.remove(1)
        #expect(held2 == nil)
        let more2 = bodies.setByteCount(20, of: 1, at: start)
        #expect(more2 == nil)
        let gone = bodies.evict(1, sparing: [], at: start)
        #expect(gone.bodies.isEmpty)
    }

    @Test func `A fast body that stalls is slow within half a second`() {
        var rate = RecentRate(start: start)
        rate.note(4_000_000, at: start + .milliseconds(40))
        #expect(rate.rate(at: start + .milliseconds(40)) == 16_000_000)
        #expect(rate.rate(at: start + .milliseconds(500)) == 8_000_000)
        rate.note(4_000_001, at: start + .milliseconds(600))
        rate.note(4_000_002, at: start + .milliseconds(900))
        #expect(rate.rate(at: start + .milliseconds(900)) < 10)
    }

    @Test func `A steady body has its speed at any time`() {
        var rate = RecentRate(start: start)
        for step in Int64(1)...200 {
            rate.note(Int(step) * 100_000, at: start + .milliseconds(step * 10))
            if step > 30 { #expect((9_000_000...11_000_000).contains(rate.rate(at: start + .milliseconds(step * 10)))) }
        }
    }
}

@Suite struct OldestFirstTests {
    @Test func `Numbers are taken by their current age`() {
        var queue = OldestFirst()
        var ages: [Int: UInt64] = [1: 10, 2: 20, 3: 30, 4: 40]
        for (id, age) in ages.sorted(by: { $0.key > $1.key }) { queue.insert(id, age: age, live: 4) { _ in true } }
        ages[1] = 35
        ages[3] = nil
        ages[2] = OldestFirst.inUse
        let oldest = queue.popOldest { ages[$0] }
        #expect(oldest == 1)
        ages[2] = 50
        let oldest2 = queue.popOldest { ages[$0] }
        #expect(oldest2 == 4)
        let oldest3 = queue.popOldest { ages[$0] }
        #expect(oldest3 == 2)
        let oldest4 = queue.popOldest { ages[$0] }
        #expect(oldest4 == nil)
    }

    @Test func `Numbers in use are skipped and stay`() {
        var queue = OldestFirst()
        for id in 0..<5 { queue.insert(id, age: UInt64(id), live: id) { _ in true } }
        let oldest = queue.popOldest { _ in OldestFirst.inUse }
        #expect(oldest == nil)
        let oldest2 = (0..<5).map { _ in queue.popOldest { UInt64($0) } }
        #expect(oldest2 == [0, 1, 2, 3, 4])
    }
}
