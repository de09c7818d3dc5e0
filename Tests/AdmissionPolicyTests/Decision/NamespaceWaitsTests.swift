import Testing

@testable import AdmissionPolicy

/// How long requests wait for a Namespace that is not known yet.
struct NamespaceWaitsTests {
    private static let start = ContinuousClock.now

    private static func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    @Test func `A request is parked for 500 ms, then sent away, and after 2 s decided by its name`() {
        var waits = NamespaceWaits()
        #expect(waits.step(for: "new", receivedAt: Self.at(0), now: Self.at(0)) == .park(until: Self.at(500)))
        #expect(waits.step(for: "new", receivedAt: Self.at(0), now: Self.at(499)) == .park(until: Self.at(500)))
        #expect(waits.step(for: "new", receivedAt: Self.at(0), now: Self.at(500)) == .retry)
        // The API server asks again.
        #expect(waits.step(for: "new", receivedAt: Self.at(1_600), now: Self.at(1_600)) == .park(until: Self.at(2_000)))
        #expect(waits.step(for: "new", receivedAt: Self.at(1_600), now: Self.at(2_000)) == .decideByName)
        #expect(waits.step(for: "new", receivedAt: Self.at(9_000), now: Self.at(9_000)) == .decideByName)
    }

    @Test func `Requests of one Namespace share its time, and those of another do not`() {
        var waits = NamespaceWaits()
        #expect(waits.step(for: "a", receivedAt: Self.at(0), now: Self.at(0)) == .park(until: Self.at(500)))
        #expect(waits.step(for: "a", receivedAt: Self.at(1_900), now: Self.at(1_900)) == .park(until: Self.at(2_000)))
        #expect(waits.step(for: "b", receivedAt: Self.at(2_000), now: Self.at(2_000)) == .park(until: Self.at(2_500)))
        #expect(waits.step(for: "a", receivedAt: Self.at(2_000), now: Self.at(2_000)) == .decideByName)
        #expect(waits.count == 2)
    }

    @Test func `A Namespace that came is forgotten, and waits again if it is missed again`() {
        var waits = NamespaceWaits()
        _ = waits.step(for: "a", receivedAt: Self.at(0), now: Self.at(0))
        waits.forget { $0 == "b" }
        #expect(waits.count == 1)
        waits.forget { $0 == "a" }
        #expect(waits.count == 0)
        #expect(waits.step(for: "a", receivedAt: Self.at(5_000), now: Self.at(5_000)) == .park(until: Self.at(5_500)))
    }

    @Test func `A Namespace that never came waits again after ten minutes`() {
        var waits = NamespaceWaits()
        _ = waits.step(for: "a", receivedAt: Self.at(0), now: Self.at(0))
        #expect(waits.step(for: "a", receivedAt: Self.at(599_999), now: Self.at(599_999)) == .decideByName)
        #expect(waits.step(for: "a", receivedAt: Self.at(600_000), now: Self.at(600_000)) == .park(until: Self.at(600_500)))
    }

    @Test func `Only so many Namespaces are remembered; requests for others are sent away until old ones are forgotten`() {
        var waits = NamespaceWaits()
        for index in 0..<NamespaceWaits.countLimit { _ = waits.step(for: "n\(index)", receivedAt: Self.at(index), now: Self.at(index)) }
        let now = Self.at(NamespaceWaits.countLimit + 2_000)
        #expect(waits.step(for: "other", receivedAt: now, now: now) == .retry)
        #expect(waits.count == NamespaceWaits.countLimit)
        #expect(waits.step(for: "n0", receivedAt: now, now: now) == .decideByName)
        #expect(waits.step(for: "other", receivedAt: Self.at(599_999), now: Self.at(599_999)) == .retry)
        let later = Self.at(600_000)
        #expect(waits.step(for: "other", receivedAt: later, now: later) == .park(until: later + NamespaceWaits.parkLimit))
        #expect(waits.count == NamespaceWaits.countLimit)
        waits.forget { $0 == "n1" }
        #expect(waits.step(for: "third", receivedAt: later, now: later) == .park(until: later + NamespaceWaits.parkLimit))
    }
}
