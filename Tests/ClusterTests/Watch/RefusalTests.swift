import Cluster
import Testing

/// What a reflector does when the server refuses or is away; the numbers are those of the project's list of faults.
struct RefusalTests {
    private let list = ScriptedAnswer.list([FakeObject("a", version: 7, number: 1)], version: 10)

    @Test(arguments: [1, 5, 30], [true, false])
    func `Status 429 with Retry-After: waits for that time and at most a second more`(seconds: Int, inList: Bool) async throws {
        let busy = ScriptedAnswer.status(429, "TooManyRequests", retryAfter: seconds)
        let run = inList ? try await ReflectorRun(busy, list) : try await ReflectorRun(list, busy, .watch())
        try await run.advance(by: .seconds(60))
        #expect(run.requests == (inList ? ["list", "list", "watch 10"] : ["list", "watch 10", "watch 10"]))
        #expect(run.waits.count == 1 && (.seconds(seconds) ... .seconds(seconds + 1)).contains(run.waits[0]))
        #expect(run.kept == ["a=1"])
        try await run.stop()
    }

    @Test func `A wait of hours is not obeyed, and Retry-After 0 is none`() async throws {
        let run = try await ReflectorRun(
            .status(429, "TooManyRequests", retryAfter: 36_000),
            .status(503, "ServiceUnavailable", retryAfter: 0),
            list
        )
        try await run.advance(by: .seconds(65))
        #expect(run.reflector.isSynced)
        #expect(run.waits.count == 2 && run.waits[0] <= .seconds(61) && run.waits[1] >= .milliseconds(160))
        try await run.stop()
    }

    @Test(arguments: [500, 502, 503, 504])
    func `Ten minutes of 5xx: waits of at most a minute, and the objects stay`(code: Int) async throws {
        let run = try await ReflectorRun(list, .watch(.silence(.seconds(2)), .end))
        for _ in 0..<200 { run.answer(.status(code, "Error")) }
        try await run.advance(by: .seconds(600))
        #expect(run.kept == ["a=1"])
        #expect(run.changes.count == 1)
        #expect(run.waits.allSatisfy { $0 <= .seconds(60) })
        #expect(run.waits.count < 60)
        try await run.stop()
    }

    @Test func `An hour without a server: in step within a minute after it is back, with one list at most`() async throws {
        let run = try await ReflectorRun(list, .watch(.silence(.seconds(20)), .cut))
        run.answer(.watch(.error(code: 410, reason: "Expired")), .list([FakeObject("a", version: 50, number: 5)], version: 60))
        try await run.advance(by: .seconds(10))
        run.isServerDown = true
        try await run.advance(by: .seconds(3_600))
        #expect(run.kept == ["a=1"])
        #expect(run.requests.count < 400)
        #expect(run.requests.filter { $0 == "list" }.count == 1)
        run.isServerDown = false
        try await run.advance(by: .seconds(60))
        #expect(run.kept == ["a=5"])
        #expect(run.requests.filter { $0 == "list" }.count == 2)
        try await run.stop()
    }

    @Test func `Status 401 after a change of the token: the objects stay, and the same watch is asked for again`() async throws {
        let run = try await ReflectorRun(list, .watch(.silence(.seconds(5)), .end), .recorded("unauthorized"), .watch())
        try await run.advance(by: .seconds(10))
        #expect(run.requests == ["list", "watch 10", "watch 10", "watch 10"])
        #expect(run.kept == ["a=1"])
        try await run.stop()
    }

    @Test func `Status 403 on a list: the note repeats the server's words, and the list is asked for again`() async throws {
        let run = try await ReflectorRun(.recorded("forbidden"), list)
        try await run.advance(by: .seconds(5))
        guard case .failed(.refused(let refusal), let verb, _)? = run.notes.first else {
            Issue.record("no refusal: \(run.notes)")
            return
        }
        #expect(verb == "list" && refusal.code == 403)
        #expect(refusal.description.contains(#"cannot list resource "pods""#))
        #expect(run.requests == ["list", "list", "watch 10"])
        try await run.stop()
    }

    @Test func `403 on a watch, because the rights are gone: the objects stay, and no list is asked for`() async throws {
        let run = try await ReflectorRun(list, .watch(.silence(.seconds(5)), .end))
        for _ in 0..<100 { try run.answer(.recorded("forbidden")) }
        try await run.advance(by: .seconds(300))
        #expect(run.requests.filter { $0 == "list" }.count == 1)
        #expect(run.kept == ["a=1"])
        #expect(run.waits.allSatisfy { $0 <= .seconds(30) })
        try await run.stop()
    }

    @Test func `400 on a watch, because the version is invalid: the objects are listed again`() async throws {
        let run = try await ReflectorRun(list, .status(400, "BadRequest"), list)
        try await run.advance(by: .seconds(5))
        #expect(run.requests == ["list", "watch 10", "list", "watch 10"])
        try await run.stop()
    }

    @Test func `A kind that is not installed: asked for at most every 30 seconds, and in step 30 seconds after it is`() async throws {
        let run = try await ReflectorRun()
        for _ in 0..<300 { try run.answer(.recorded("crd-not-installed")) }
        try await run.advance(by: .seconds(3_600))
        #expect(run.reflector.isAbsent && !run.reflector.isSynced)
        #expect(run.notes.filter { $0 == .becameAbsent }.count == 1)
        #expect(run.waits.allSatisfy { $0 <= .seconds(30) })
        #expect(run.requests.count < 300)
        try await run.stop()

        let later = try await ReflectorRun(.recorded("crd-not-installed"), .recorded("crd-not-installed"), list)
        try await later.advance(by: .seconds(30))
        #expect(later.kept == ["a=1"])
        #expect(later.reflector.isSynced && !later.reflector.isAbsent)
        try await later.stop()
    }

    @Test func `A server that restarts: three replicas list at most once each, and not at the same moment`() async throws {
        var firstTimes: Set<Duration> = []
        for seed in 1...3 {
            let run = try await ReflectorRun(list, .watch(.silence(.seconds(30)), .cut), seed: UInt64(seed))
            run.answer(.status(503, "ServiceUnavailable"), .status(503, "ServiceUnavailable"), .watch(.bookmark(11)))
            try await run.advance(by: .seconds(10))
            try await run.advance(by: .seconds(21))
            run.isServerDown = true
            try await run.advance(by: .seconds(40))
            run.isServerDown = false
            try await run.advance(by: .seconds(60))
            #expect(run.requests.filter { $0 == "list" }.count == 1)
            #expect(run.reflector.heardAt != nil)
            firstTimes.insert(run.requestTimes[0])
            try await run.stop()
        }
        #expect(firstTimes.count == 3)
    }

    @Test func `Fifty cuts of a watch: no object is lost or listed again`() async throws {
        let run = try await ReflectorRun(list)
        for number in 1...50 {
            run.answer(
                .watch(.silence(.seconds(3)), .event("MODIFIED", FakeObject("a", version: 10 + number, number: Int64(number))), .cut)
            )
        }
        try await run.advance(by: .seconds(200))
        #expect(run.kept == ["a=50"])
        #expect(run.changes.map(\.number) == [1] + (2...50).map { $0 })
        #expect(run.requests.filter { $0 == "list" }.count == 1)
        #expect(run.waits.isEmpty)
        try await run.stop()
    }
}
