import ClusterAudit
import Platform
import Testing

@testable import ClusterController

/// Which Event is written when.
struct DenialScheduleTests {
    private typealias Fixture = EventFixture

    /// A schedule with a clock, and the owners that lookups find.
    private struct Run {
        var schedule = DenialSchedule()
        var now = ContinuousClock.now
        /// The owner by the name of the ReplicaSet or Job.
        var owners: [String: OwnerIdentity] = [:]
        var lookUps: [String] = []
        var written: [DenialEvent] = []

        init(_ owners: [String: OwnerIdentity] = ["web-6f7d": EventFixture.owner()]) {
            self.owners = owners
        }

        @discardableResult
        mutating func set(_ key: String, _ json: String) -> Bool {
            EventFixture.creation(json).map { schedule.set(key, $0, at: now) } ?? false
        }

        /// Does all that is due.
        mutating func work() {
            while let step = schedule.next(at: now) {
                switch step {
                case .lookUp(let subject):
                    lookUps.append(subject.name)
                    schedule.resolve(subject, owner: owners[subject.name], at: now)
                case .write(let event):
                    written.append(event)
                    schedule.written(event, at: now)
                }
            }
        }

        /// The counts of the Events that were written, in order.
        var counts: [Int] { written.map(\.count) }
    }

    @Test func `A hundred denials of one ReplicaSet are one Event, whose count follows every ten minutes`() {
        var run = Run()
        for count in 1...100 {
            run.set("e", Fixture.json(count: count))
            run.work()
            run.now += .seconds(20)
        }
        #expect(run.lookUps == ["web-6f7d"])
        #expect(run.counts == [1, 31, 61, 91])
        #expect(Set(run.written.map(\.name)).count == 1)
    }

    @Test func `The last count is written, also if nothing more happens`() {
        var run = Run()
        for count in [1, 2] {
            run.set("e", Fixture.json(count: count))
            run.work()
        }
        #expect(run.counts == [1])
        run.now += .seconds(600)
        run.work()
        #expect(run.counts == [1, 2])
        run.now += .seconds(6_000)
        run.work()
        #expect(run.counts == [1, 2])
    }

    @Test func `A ReplicaSet without an owner is looked up once, and has no Event of ours`() {
        var run = Run([:])
        for count in 1...3 {
            run.set("e", Fixture.json(count: count))
            run.work()
            run.now += .seconds(3_600)
        }
        #expect(run.lookUps == ["web-6f7d"])
        #expect(run.written.isEmpty)
    }

    @Test func `Jobs of one CronJob that are denied for the same reason are one Event`() {
        let owner = OwnerIdentity(namespace: "shop", group: "batch", version: "v1", kind: "CronJob", name: "daily", uid: "uid-daily")
        let names = (1...5).map { "daily-\($0)" }
        var run = Run(Dictionary(uniqueKeysWithValues: names.map { ($0, owner) }))
        for name in names {
            let message = Fixture.message("Pod shop/\(name)-* scores 4")
            run.set(name, Fixture.json(name, kind: "Job", apiVersion: "batch/v1", subject: name, uid: name, message: message, count: 2))
            run.work()
            run.now += .seconds(601)
        }
        #expect(run.counts == [2, 4, 6, 8, 10])
        #expect(Set(run.written.map(\.name)).count == 1)
        #expect(run.written.first?.note == "Pod shop/daily-* scores 4")
    }

    @Test func `The Event of an earlier Job that expires does not change the name`() {
        let owner = OwnerIdentity(namespace: "shop", group: "batch", version: "v1", kind: "CronJob", name: "daily", uid: "uid-daily")
        func json(_ job: String, created: String, count: Int = 1) -> String {
            let message = Fixture.message("Pod shop/\(job)-* scores 4")
            return Fixture.json(job, kind: "Job", apiVersion: "batch/v1", subject: job, uid: job, message: message, count: count)
                .replacing(Fixture.created, with: created)
        }
        var run = Run(["daily-1": owner, "daily-2": owner])
        run.set("daily-1", json("daily-1", created: Fixture.created))
        run.work()
        run.schedule.remove("daily-1")
        #expect(run.schedule.next(at: run.now) == nil)
        run.set("daily-1", json("daily-1", created: Fixture.created))
        run.set("daily-2", json("daily-2", created: "2026-11-29T10:30:00Z"))
        run.work()
        run.schedule.remove("daily-1")
        run.now += .seconds(601)
        run.set("daily-2", json("daily-2", created: "2026-11-29T10:30:00Z", count: 7))
        run.work()
        #expect(run.counts.last == 7)
        #expect(Set(run.written.map(\.name)).count == 1)
    }

    @Test func `Another denial of the same owner is told after a minute, under another name`() {
        var run = Run()
        run.set("e", Fixture.json())
        run.work()
        run.set("f", Fixture.json("f", message: Fixture.message("Pod shop/web-6f7d-* is privileged"), last: "2026-11-29T10:40:00Z"))
        run.work()
        #expect(run.written.count == 1)
        run.now += .seconds(60)
        run.work()
        #expect(run.written.map(\.note).last == "Pod shop/web-* is privileged")
        #expect(Set(run.written.map(\.name)).count == 2)
    }

    @Test func `An Event of another Namespace that names the UID of a ReplicaSet does not hide its denials`() {
        var run = Run(["web-6f7d": Fixture.owner()])
        run.set("evil/e", Fixture.json(subject: "forged", namespace: "evil"))
        run.work()
        run.set("shop/e", Fixture.json())
        run.work()
        #expect(run.written.map(\.owner.namespace) == ["shop"])
    }

    @Test func `A write that failed is repeated after a minute, and not before`() {
        var run = Run()
        run.set("e", Fixture.json())
        if let creation = Fixture.creation(Fixture.json()) { run.schedule.resolve(creation.subject, owner: Fixture.owner(), at: run.now) }
        guard case .write(let event) = run.schedule.next(at: run.now) else {
            Issue.record("nothing to write")
            return
        }
        run.schedule.postpone(event, at: run.now)
        run.set("e", Fixture.json(count: 2))
        run.work()
        #expect(run.written.isEmpty)
        run.now += .seconds(60)
        run.work()
        #expect(run.counts == [2])
    }

    @Test func `A lookup that failed is repeated after a minute`() {
        var run = Run()
        run.set("e", Fixture.json())
        guard case .lookUp(let subject) = run.schedule.next(at: run.now) else {
            Issue.record("nothing to look up")
            return
        }
        run.schedule.postpone(subject, at: run.now)
        #expect(run.schedule.next(at: run.now + .seconds(59)) == nil)
        #expect(run.schedule.next(at: run.now + .seconds(60)) == .lookUp(subject))
    }

    @Test func `More ReplicaSets than can be looked up are dropped, and taken again when there is room`() {
        var run = Run()
        let taken = (0..<1_200).map { run.set("e\($0)", Fixture.json("e\($0)", subject: "s\($0)", uid: "u\($0)")) }
        #expect(taken.count { $0 } == 1_000)
        run.work()
        #expect(run.lookUps.count == 1_000)
        let again = run.set("e1100", Fixture.json("e1100", subject: "s1100", uid: "u1100"))
        #expect(again)
    }

    @Test func `Events that are gone leave nothing behind`() {
        var run = Run()
        run.set("e", Fixture.json())
        run.work()
        run.schedule.remove("e")
        run.schedule.remove("e")
        run.now += .seconds(3_600)
        // A new Event on the same ReplicaSet begins anew.
        run.set("e", Fixture.json())
        run.work()
        #expect(run.lookUps.count == 2)
        #expect(run.counts == [1, 1])
    }
}
