import Cluster
import TestSupport
import Testing

/// Events that come twice, late or in numbers.
struct EventOrderTests {
    private let list = ScriptedAnswer.list([FakeObject("a", version: 7, number: 1), FakeObject("b", version: 8, number: 2)], version: 10)

    @Test func `Events that come twice or late: each state counts once, and none goes back`() async throws {
        let run = try await ReflectorRun(
            list,
            .watch(
                .event("ADDED", FakeObject("a", version: 7, number: 1)),
                .event("MODIFIED", FakeObject("a", version: 12, number: 5)),
                .event("MODIFIED", FakeObject("a", version: 12, number: 5)),
                .event("MODIFIED", FakeObject("a", version: 11, number: 4)),
                .event("MODIFIED", FakeObject("a", version: 9, number: 3)),
                .bookmark(9),
                .event("DELETED", FakeObject("a", version: 8))
            )
        )
        try await run.advance(by: .seconds(5))
        #expect(run.kept == ["a=5", "b=2"])
        #expect(run.changes.map(\.number) == [1, 2, 5])
        try await run.stop()
    }

    @Test func `Versions of different lengths compare as numbers`() async throws {
        let run = try await ReflectorRun(
            .list([FakeObject("a", version: 7, number: 1)], version: 9),
            .watch(.event("MODIFIED", FakeObject("a", version: 10, number: 2)), .event("MODIFIED", FakeObject("a", version: 9, number: 3)))
        )
        try await run.advance(by: .seconds(1))
        #expect(run.kept == ["a=2"])
        try await run.stop()
    }

    @Test func `Deleted and created again with the same name: the new object stays`() async throws {
        let run = try await ReflectorRun(
            list,
            .watch(
                .event("DELETED", FakeObject("a", version: 11)),
                .event("ADDED", FakeObject("a", uid: "second", version: 12, number: 6)),
                // A deletion of the first one that comes late, from a server without an order of versions.
                .event("DELETED", FakeObject("a", version: 13))
            )
        )
        try await run.advance(by: .seconds(10))
        #expect(run.kept == ["a=6", "b=2"])
        #expect(run.reflector.store.objects["a"]?.uid == ObjectUID("second"))
        #expect(!run.changes.contains { if case .removed = $0 { true } else { false } })
        try await run.stop()
    }

    @Test func `Two objects of one name seen as one change: nothing of the first is taken over`() async throws {
        let invalid = #"{"type":"MODIFIED","object":{"metadata":{"name":"a","uid":"second","resourceVersion":"12"},"spec":{"number":"x"}}}"#
        let run = try await ReflectorRun(list, .watch(.line(invalid)))
        try await run.advance(by: .seconds(1))
        #expect(run.kept == ["a=-1", "b=2"])
        try await run.stop()
    }

    @Test func `An invalid state: it is offered with what was kept of the same object, alone`() async throws {
        let invalid = #"{"type":"MODIFIED","object":{"metadata":{"name":"a","uid":"uid-a","resourceVersion":"12"},"spec":{"number":"x"}}}"#
        let run = try await ReflectorRun(list, .watch(.line(invalid), .event("MODIFIED", FakeObject("b", version: 13, number: 8))))
        try await run.advance(by: .seconds(1))
        #expect(run.kept == ["a=1", "b=8"])
        try await run.stop()
    }

    @Test func `A deletion counts after the watch went on for two seconds`() async throws {
        let run = try await ReflectorRun(list, .watch(.event("DELETED", FakeObject("a", version: 11))))
        try await run.advance(by: .milliseconds(1_900))
        #expect(run.kept == ["a=1", "b=2"])
        try await run.advance(by: .milliseconds(600))
        #expect(run.kept == ["b=2"])
        #expect(
            run.changes.last
                == .removed(key: "a", StoredObject(uid: ObjectUID("uid-a"), resourceVersion: ResourceVersion("7"), generation: 1, value: 1))
        )
        try await run.stop()
    }

    @Test func `A deletion before a cut counts once the next watch went on for two seconds`() async throws {
        let run = try await ReflectorRun(
            list,
            .watch(.silence(.seconds(5)), .event("DELETED", FakeObject("a", version: 11)), .cut),
            .watch()
        )
        try await run.advance(by: .milliseconds(6_500))
        #expect(run.kept == ["a=1", "b=2"])
        try await run.advance(by: .seconds(2))
        #expect(run.requests == ["list", "watch 10", "watch 11"])
        #expect(run.kept == ["b=2"])
        try await run.stop()
    }

    @Test func `A deletion that two ends of watches leave open is decided by a list`() async throws {
        let run = try await ReflectorRun(
            list,
            .watch(.silence(.seconds(5)), .event("DELETED", FakeObject("a", version: 11)), .cut),
            .watch(.silence(.milliseconds(1_500)), .end),
            .list([FakeObject("b", version: 8, number: 2)], version: 12)
        )
        try await run.advance(by: .seconds(9))
        #expect(run.requests == ["list", "watch 10", "watch 11", "list", "watch 12"])
        #expect(run.kept == ["b=2"])
        try await run.stop()
    }

    @Test func `A thousand events a second for a while: all are taken, and no more than the objects is held`() {
        var fixture = DirectReflector()
        fixture.list(["a", "b", "c"], version: 100)
        for number in 0..<10_000 {
            let name = ["a", "b", "c", "d"][number % 4]
            let type = number % 8 == 3 ? "DELETED" : "MODIFIED"
            fixture.now += .milliseconds(1)
            fixture.line(type, FakeObject(name, uid: "uid-\(name)-\(number / 8)", version: 101 + number, number: Int64(number)))
            fixture.expireIfDue()
        }
        fixture.wait(.seconds(3))
        #expect(fixture.reflector.store.objects.count <= 4)
        #expect(fixture.reflector.store.objects["c"]?.value == 9_998)
        #expect(fixture.requestCount == 2)
    }

    @Test func `Ten thousand deletions at once take time in proportion, and are removed together`() {
        var fixture = DirectReflector()
        let names = (0..<10_000).map { "n\($0)" }
        fixture.list(names, version: 100)
        for (number, name) in names.enumerated() {
            fixture.line("DELETED", FakeObject(name, version: 101 + number))
            _ = fixture.reflector.deadline
        }
        fixture.wait(.seconds(2))
        #expect(fixture.reflector.store.objects.isEmpty)
        #expect(fixture.changes.count == 20_000)
    }

    @Test func `A kind with many objects, whose deletion takes long: none counts before the watch ends`() {
        var fixture = DirectReflector()
        let names = (0..<200).map { "n\($0)" }
        fixture.list(names, version: 100)
        for (number, name) in names.enumerated() {
            fixture.wait(.milliseconds(100))
            fixture.line("DELETED", FakeObject(name, version: 101 + number))
        }
        fixture.wait(.seconds(1))
        fixture.handle(.ended)
        fixture.wait(.seconds(1))
        fixture.handle(.failed(.refused(StatusAnswer(code: 404))))
        fixture.wait(.seconds(100))
        #expect(fixture.reflector.isAbsent)
        #expect(fixture.reflector.store.objects.count == 200)
    }

    @Test func `Deletions without an end count after a minute`() {
        var fixture = DirectReflector()
        let names = (0..<1_000).map { "n\($0)" }
        fixture.list(names, version: 100)
        for (number, name) in names.enumerated() {
            fixture.wait(.milliseconds(100))
            fixture.line("DELETED", FakeObject(name, version: 101 + number))
            #expect(number > 600 || fixture.reflector.store.objects.count == 1_000)
        }
        #expect(fixture.reflector.store.objects.count < 500)
        fixture.wait(.seconds(2))
        #expect(fixture.reflector.store.objects.isEmpty)
    }

    @Test(arguments: [RequestFailure.timedOut, .unreachable(reason: "reset"), .cutOff])
    func `A connection that fails under a watch: the next goes on from its version, and after silence all are listed`(
        failure: RequestFailure
    ) {
        for (silence, verb) in [(Duration.seconds(5), "watch"), (.seconds(100), failure == .timedOut ? "list" : "watch")] {
            var fixture = DirectReflector()
            fixture.list(["a"], version: 100)
            fixture.wait(silence)
            fixture.handle(.failed(failure))
            fixture.wait(.seconds(1))
            #expect(fixture.request?.verb == verb, "\(silence)")
        }
    }

    @Test func `What belongs to an earlier request is ignored`() {
        var fixture = DirectReflector()
        fixture.list(["a"], version: 100)
        let before = fixture.reflector.store.objects
        for input in [
            ReflectorInput.object(ReceivedText(Array("{}".utf8))), .page(resourceVersion: "900", continueToken: nil), .ended,
            .failed(.cutOff),
        ] {
            let output = fixture.reflector.handle(input, of: 1, at: fixture.now)
            #expect(output.request == nil && output.changes.isEmpty && output.notes.isEmpty)
        }
        #expect(fixture.reflector.store.objects == before)
    }

    @Test(arguments: [false, true])
    func `A server that always fails is asked at most every few seconds, whatever the random numbers are`(isUnlucky: Bool) {
        let answers: [(ReflectorRequest) -> [ReflectorInput]] = [
            { _ in [.failed(.unreachable(reason: "refused"))] },
            { _ in [.failed(.refused(StatusAnswer(code: 500)))] },
            { _ in [.failed(.refused(StatusAnswer(code: 404)))] },
            { $0.verb == "list" ? [.page(resourceVersion: "10", continueToken: nil)] : [.began, .ended] },
            { $0.verb == "list" ? [.page(resourceVersion: "10", continueToken: nil)] : [.began, .failed(.cutOff)] },
            { $0.verb == "list" ? [.page(resourceVersion: "10", continueToken: nil)] : [.failed(.refused(StatusAnswer(code: 410)))] },
            {
                let error = ReceivedText(Array(#"{"type":"ERROR","object":{"code":410}}"#.utf8))
                return $0.verb == "list" ? [.page(resourceVersion: "10", continueToken: nil)] : [.began, .line(error)]
            },
            { $0.verb == "list" ? [.page(resourceVersion: "10", continueToken: nil)] : [.began, .line(ReceivedText([0]))] },
            { _ in [.page(resourceVersion: "10", continueToken: "same")] },
        ]
        for (index, answer) in answers.enumerated() {
            var fixture = DirectReflector(random: isUnlucky ? SmallestNumbers() : SeededNumbers(seed: 3))
            let count = fixture.requestCount(during: .seconds(3_600), answering: answer)
            // An hour with waits of at most 30 s, and of at least 3 s.
            #expect((100...(isUnlucky ? 2_600 : 600)).contains(count), "case \(index)")
        }
    }
}
