import Synchronization
import TestSupport
import Testing

@testable import Cluster

/// Requests, waits and versions of a reflector without a server.
struct ReflectorPartsTests {
    @Test func `UIDs are equal if their texts are`() {
        let uids = [
            "", "u", "9f0e3c2a-5d7b-4c1e-8a6f-0b1c2d3e4f50", "9f0e3c2a-5d7b-4c1e-8a6f-0b1c2d3e4f51", "8f0e3c2a-5d7b-4c1e-8a6f-0b1c2d3e4f50",
            "9F0E3C2A-5D7B-4C1E-8A6F-0B1C2D3E4F50", "9f0e3c2a05d7b-4c1e-8a6f-0b1c2d3e4f50", "9f0e3c2a-5d7b-4c1e-8a6f-0b1c2d3e4f5g",
        ]
        for one in uids {
            for other in uids { #expect((ObjectUID(one) == ObjectUID(other)) == (one == other), "\(one), \(other)") }
            #expect(ObjectUID(one).isEmpty == one.isEmpty)
        }
    }

    @Test func `Without an order of versions only a repetition is ignored`() {
        var fixture = DirectReflector()
        fixture.wait(.seconds(1))
        fixture.handle(.page(resourceVersion: "alpha", continueToken: nil))
        fixture.handle(.began)
        func line(_ version: String, _ number: Int) -> ReflectorInput {
            let object = #"{"metadata":{"name":"a","uid":"u","resourceVersion":"\#(version)"},"spec":{"number":\#(number)}}"#
            return .line(ReceivedText(Array(#"{"type":"MODIFIED","object":\#(object)}"#.utf8)))
        }
        for (version, number) in [("beta", 1), ("beta", 2), ("aaa", 3)] { fixture.handle(line(version, number)) }
        #expect(fixture.changes.map(\.number) == [1, 3])
    }

    @Test func `A selection: only chosen objects are kept, one that is no longer chosen goes, and there is a limit`() {
        let dropped = Mutex(0)
        let selection = ObjectSelection(atMost: 3) { object, header in
            TestContent.decode(object, header, nil) < 100 && header.name != "x"
        } drop: {
            dropped.withLock { $0 += 1 }
        }
        var fixture = DirectReflector(selection: selection)
        fixture.list(["a", "x"], version: 100)
        #expect(fixture.reflector.store.objects.keys.sorted() == ["a"])
        fixture.line("ADDED", FakeObject("b", version: 101, number: 5))
        fixture.line("ADDED", FakeObject("c", version: 102, number: 500))
        fixture.line("ADDED", FakeObject("d", version: 103, number: 6))
        fixture.line("ADDED", FakeObject("e", version: 104, number: 7))
        #expect(fixture.reflector.store.objects.keys.sorted() == ["a", "b", "d"])
        #expect(dropped.withLock { $0 } == 1)
        // An object that is kept is not dropped when it changes.
        fixture.line("MODIFIED", FakeObject("d", version: 105, number: 8))
        fixture.line("MODIFIED", FakeObject("b", version: 106, number: 500))
        #expect(fixture.reflector.store.objects.mapValues(\.value) == ["a": 0, "d": 8])
        #expect(fixture.changes.last?.key == "b")
        #expect(dropped.withLock { $0 } == 1)
    }

    @Test func `A selection also has its limit in lists`() {
        let dropped = Mutex(0)
        let selection = ObjectSelection(atMost: 3) { _, _ in
            true
        } drop: {
            dropped.withLock { $0 += 1 }
        }
        var fixture = DirectReflector(selection: selection)
        fixture.list((0..<10).map { "o\($0)" }, version: 100)
        #expect(fixture.reflector.store.objects.count == 3)
        #expect(dropped.withLock { $0 } == 7)
    }

    @Test func `A version that expired during an outage: the list follows soon, and not after the waits of the outage`() {
        var fixture = DirectReflector()
        fixture.list(["a"], version: 100)
        for _ in 0..<10 {
            fixture.wait(.seconds(31))
            fixture.handle(.failed(.unreachable(reason: "refused")))
        }
        fixture.wait(.seconds(31))
        #expect(fixture.request?.verb == "watch")
        fixture.handle(.failed(.refused(StatusAnswer(code: 410))))
        fixture.wait(.milliseconds(800))
        #expect(fixture.request?.verb == "list")
    }

    @Test func `Waits double up to half a minute, with a random part, and begin again after half a minute without a failure`() {
        var numbers = SeededNumbers(seed: 5)
        var backoff = Backoff(ReflectorTimings())
        var now = ContinuousClock.now
        for ceiling in [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000] {
            let wait = backoff.fail(at: now, retryAfter: nil, using: &numbers)
            #expect((.milliseconds(ceiling / 10) ... .milliseconds(ceiling)).contains(wait))
            now += wait
        }
        backoff.succeed(at: now)
        now += .seconds(29)
        #expect(backoff.fail(at: now, retryAfter: nil, using: &numbers) >= .seconds(3))
        backoff.succeed(at: now)
        backoff.succeed(at: now + .seconds(20))
        now += .seconds(30)
        #expect(backoff.fail(at: now, retryAfter: nil, using: &numbers) <= .milliseconds(800))
    }

    @Test func `Requests have the parameters of their kind and no others`() {
        func text(_ kind: ReflectorRequest.Kind) -> String {
            ReflectorRequest(exchange: 1, kind: kind).query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        }
        #expect(text(.list(continueToken: nil)) == "limit=500")
        #expect(text(.list(continueToken: "t=")) == "limit=500&continue=t=")
        #expect(
            text(.watch(resourceVersion: "9", timeoutSeconds: 400))
                == "watch=1&allowWatchBookmarks=true&resourceVersion=9&timeoutSeconds=400"
        )
    }

    @Test func `Each watch asks for its own life between 5 and 10 minutes`() {
        var lives: Set<Int> = []
        for seed in 1...20 as ClosedRange<UInt64> {
            var reflector = Reflector<Int64>(at: .now, random: SeededNumbers(seed: seed), decode: TestContent.decode)
            let now = reflector.deadline
            guard let list = reflector.expire(at: now).request else { continue }
            let output = reflector.handle(.page(resourceVersion: "1", continueToken: nil), of: list.exchange, at: now)
            if case .watch(_, let seconds)? = output.request?.kind { lives.insert(seconds) }
        }
        #expect(lives.count > 10 && lives.allSatisfy { (300...600).contains($0) })
    }
}
