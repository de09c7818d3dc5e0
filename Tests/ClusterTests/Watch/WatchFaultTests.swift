import Cluster
import Testing

/// Faults of watches, each against a server that has it; the numbers are those of the project's list of faults.
struct WatchFaultTests {
    private let list = ScriptedAnswer.list([FakeObject("a", version: 7, number: 1), FakeObject("b", version: 8, number: 2)], version: 10)

    @Test(arguments: [
        ScriptedAnswer.watch(.error(code: 410, reason: "Expired")), .watch(.bookmark(12), .error(code: 410, reason: "Gone")),
        .status(410, "Gone"), .status(410, "Expired"),
    ])
    func `A version that is too old: the objects are listed again, and none is dropped`(answer: ScriptedAnswer) async throws {
        let run = try await ReflectorRun(list, answer, .list([FakeObject("b", version: 28, number: 5)], version: 30))
        try await run.advance(by: .seconds(5))
        #expect(run.requests == ["list", "watch 10", "list", "watch 30"])
        #expect(run.kept == ["b=5"])
        #expect(run.notes.contains(.expired))
        try await run.stop()
    }

    @Test func `A version that is too old, as it was recorded`() async throws {
        let run = try await ReflectorRun(list, .recorded("pods-watch-too-old"), list)
        try await run.advance(by: .seconds(5))
        #expect(run.requests == ["list", "watch 10", "list", "watch 10"])
        #expect(run.changes.count == 2)
        try await run.stop()
    }

    @Test func `An orderly end: the next watch goes on from the last version without a list`() async throws {
        let run = try await ReflectorRun(
            list,
            .watch(
                .event("MODIFIED", FakeObject("a", version: 12, number: 3)),
                .silence(.seconds(50)),
                .bookmark(17),
                .silence(.seconds(9)),
                .end
            ),
            .watch(.event("ADDED", FakeObject("c", version: 18, number: 4)))
        )
        try await run.advance(by: .seconds(61))
        #expect(run.requests == ["list", "watch 10", "watch 17"])
        #expect(run.kept == ["a=3", "b=2", "c=4"])
        try await run.stop()
    }

    @Test(arguments: 1..<16)
    func `An end in the middle of an event: it is not applied, and the next watch brings it`(part: Int) async throws {
        let event = ScriptedAnswer.watch(.event("MODIFIED", FakeObject("a", version: 12, number: 3)))
        // The line feed and the end of the chunk are the last three bytes; without the line feed there is no event.
        let byteCount = min(event.byteCount * part / 15, event.byteCount - 3)
        let run = try await ReflectorRun(list, event.cut(atByte: byteCount), .watch(.silence(.seconds(100))))
        try await run.advance(by: .seconds(3))
        #expect(run.requests == ["list", "watch 10", "watch 10"])
        #expect(run.kept == ["a=1", "b=2"])
        try await run.stop()
    }

    @Test func `Half a line before an orderly end is no event`() async throws {
        let half = #"{"type":"DELETED","object":\#(FakeObject("a", version: 12).json)}"#
        let run = try await ReflectorRun(list, .watch(.silence(.seconds(2)), .text(half), .end), .watch())
        try await run.advance(by: .seconds(10))
        #expect(run.requests == ["list", "watch 10", "watch 10"])
        #expect(run.kept == ["a=1", "b=2"])
        try await run.stop()
    }

    @Test func `A connection without an end and without a byte: found within 150 seconds`() async throws {
        let run = try await ReflectorRun(list, .watch(), .list([FakeObject("a", version: 11, number: 7)], version: 12))
        try await run.advance(by: .seconds(150))
        #expect(run.requests == ["list", "watch 10", "list", "watch 12"])
        #expect(run.kept == ["a=7"])
        try await run.stop()
    }

    @Test func `An event that never ends: found within 150 seconds although bytes arrive`() async throws {
        let event = ScriptedAnswer.watch(.event("MODIFIED", FakeObject("a", version: 12, number: 3)))
        let run = try await ReflectorRun(list, event.withSlowBody(every: .seconds(10)), .list([], version: 12))
        try await run.advance(by: .seconds(150))
        #expect(run.requests == ["list", "watch 10", "list", "watch 12"])
        try await run.stop()
    }

    @Test func `No answer to a watch: it is asked for again after half a minute, and after the third time all are listed`() async throws {
        let silence = ScriptedAnswer(steps: [.silence(ScriptedAnswer.forever)])
        let run = try await ReflectorRun(list, silence, silence, silence, list)
        try await run.advance(by: .seconds(32))
        #expect(run.requests == ["list", "watch 10", "watch 10"])
        try await run.advance(by: .seconds(68))
        #expect(run.requests == ["list", "watch 10", "watch 10", "watch 10", "list", "watch 10"])
        try await run.stop()
    }

    @Test(arguments: [ScriptedAnswer.watch(.silence(.seconds(100)), .end), .watch()])
    func `A server restored to an older version: listed within 150 seconds, and the restored objects count`(
        answer: ScriptedAnswer
    ) async throws {
        let run = try await ReflectorRun(
            .list([FakeObject("a", version: 900, number: 1), FakeObject("b", version: 950, number: 2)], version: 1000),
            answer,
            .list([FakeObject("a", version: 900, number: 6)], version: 901),
            .watch(.event("ADDED", FakeObject("c", version: 902, number: 3)))
        )
        try await run.advance(by: .seconds(150))
        #expect(run.requests == ["list", "watch 1000", "list", "watch 901"])
        #expect(run.kept == ["a=6", "c=3"])
        try await run.stop()
    }

    @Test func `A bookmark once a minute keeps a watch alive, and changes nothing`() async throws {
        let run = try await ReflectorRun(
            list,
            .watch(.silence(.seconds(60)), .bookmark(20), .silence(.seconds(125)), .bookmark(20), .silence(.seconds(125)), .end)
        )
        try await run.advance(by: .seconds(309))
        #expect(run.requests == ["list", "watch 10"])
        #expect(run.changes.count == 2)
        try await run.advance(by: .seconds(3))
        #expect(run.requests == ["list", "watch 10", "watch 20"])
        try await run.stop()
    }

    @Test func `A watch that the server does not end is ended by the client, and the next goes on from its version`() async throws {
        let parts = (1...12).flatMap { [ScriptedAnswer.WatchPart.silence(.seconds(60)), .bookmark(10 + $0)] }
        let run = try await ReflectorRun(list, .watch(parts))
        try await run.advance(by: .seconds(640))
        let third = run.requests.dropFirst(2).first ?? ""
        #expect(third.hasPrefix("watch ") && third != "watch 10")
        try await run.stop()
    }

    @Test func `A kind that is deleted under its watch, as recorded: its last objects stay until a list succeeds`() async throws {
        let run = try await ReflectorRun(
            .recorded("scorepolicies-list"),
            .recorded("scorepolicies-watch-until-crd-is-deleted", ending: [.silence(.seconds(1)), .send(Array("0\r\n\r\n".utf8))]),
            .recorded("crd-not-installed"),
            .recorded("crd-not-installed"),
            .recorded("crd-not-installed")
        )
        try await run.advance(by: .seconds(1))
        #expect(run.reflector.store.objects.keys.sorted() == ["applied", "payments"])
        try await run.advance(by: .seconds(5))
        #expect(run.reflector.isAbsent)
        #expect(run.reflector.store.objects.keys.sorted() == ["applied", "payments"])
        #expect(run.notes.filter { $0 == .becameAbsent }.count == 1)
        // The kind is there again, without objects: this list counts.
        run.answer(.list([], version: 800))
        try await run.advance(by: .seconds(60))
        #expect(run.reflector.store.objects.isEmpty)
        #expect(!run.reflector.isAbsent)
        #expect(run.notes.contains(.becamePresent))
        try await run.stop()
    }

    @Test func `A kind that is changed under its watch: in step within 5 seconds without losing an object`() async throws {
        let run = try await ReflectorRun(
            list,
            .watch(.silence(.seconds(30)), .end),
            .watch(.error(code: 410, reason: "Expired")),
            .status(429, "TooManyRequests", retryAfter: 1),
            .list([FakeObject("a", version: 7, number: 1)], version: 20)
        )
        try await run.advance(by: .milliseconds(30_250))
        #expect(run.kept == ["a=1", "b=2"])
        try await run.advance(by: .seconds(5))
        #expect(run.requests == ["list", "watch 10", "watch 10", "list", "list", "watch 20"])
        #expect(run.kept == ["a=1"])
        try await run.stop()
    }

    @Test func `An error inside of a watch that repeats itself, as recorded: the objects are listed again`() async throws {
        let error = try ScriptedAnswer.recorded("pods-watch-list")
        let run = try await ReflectorRun(list, error, error, error, .list([FakeObject("c", version: 11, number: 3)], version: 12))
        try await run.advance(by: .seconds(10))
        #expect(run.requests == ["list", "watch 10", "watch 10", "watch 10", "list", "watch 12"])
        #expect(run.kept == ["c=3"])
        try await run.stop()
    }

    @Test func `An event beyond 2 MiB: the object keeps its last state, and the watch goes on`() async throws {
        let large = FakeObject("a", version: 12, number: 9, padding: 3 << 20)
        let run = try await ReflectorRun(
            list,
            .watch(
                .event("MODIFIED", large),
                .event("ADDED", FakeObject("new", version: 13, number: 4, padding: 3 << 20)),
                .event("MODIFIED", FakeObject("b", version: 14, number: 5))
            )
        )
        try await run.advance(by: .seconds(5))
        #expect(run.requests == ["list", "watch 10"])
        #expect(run.kept == ["a=1", "b=5", "new=-1"])
        #expect(run.notes.contains(.tooLarge(key: "a", byteCount: large.json.utf8.count + 29)))
        try await run.stop()
    }

    @Test func `The deletion of an object beyond 2 MiB counts`() async throws {
        let run = try await ReflectorRun(list, .watch(.event("DELETED", FakeObject("a", version: 12, padding: 3 << 20))))
        try await run.advance(by: .seconds(5))
        #expect(run.kept == ["b=2"])
        try await run.stop()
    }

    @Test func `Unknown types, unknown fields and 1 000 levels of nesting: skipped, and the watch goes on`() async throws {
        let deep = String(repeating: "[", count: 1_000) + String(repeating: "]", count: 1_000)
        let metadata = #""metadata":{"name":"d","uid":"u","resourceVersion":"13","future":\#(deep)}"#
        let run = try await ReflectorRun(
            list,
            .watch(
                .event("RENAMED", FakeObject("a", version: 12)),
                .line(#"{"type":"NEWS","object":null,"more":1}"#),
                .line(#"{"later":true,"object":{\#(metadata),"spec":{"number":6,"x":\#(deep)}},"type":"ADDED"}"#),
                .event("MODIFIED", FakeObject("b", version: 14, number: 5))
            )
        )
        try await run.advance(by: .seconds(5))
        #expect(run.requests == ["list", "watch 10"])
        #expect(run.kept == ["a=1", "b=5", "d=6"])
        #expect(run.notes.contains(.skippedEvent(type: "RENAMED")))
        try await run.stop()
    }

    @Test(arguments: [
        "garbage", "{}", "null", "[]", #"{"type":"ADDED"}"#, #"{"type":"ADDED","object":null}"#, #"{"type":"ADDED","object":{}}"#,
        #"{"type":"ADDED","object":{"metadata":{"name":"x","uid":"u"}}}"#, #"{"type":"BOOKMARK","object":{"metadata":{}}}"#,
        #"{"type":"ADDED","object":{"metadata":{"name":"x/y","uid":"u","resourceVersion":"12"}}}"#,
        #"{"type":"MODIFIED","object":\#(FakeObject("a", version: 12, number: 9).json)} {}"#,
        #"{"type":"MODIFIED","type":"DELETED","object":\#(FakeObject("a", version: 12, number: 9).json)}"#,
    ])
    func `A line that is no event ends the watch: nothing behind it is taken, and the third time the objects are listed`(
        line: String
    ) async throws {
        let broken = ScriptedAnswer.watch(.line(line), .event("DELETED", FakeObject("a", version: 13))).inOnePiece
        let run = try await ReflectorRun(list, broken, broken, broken, .list([FakeObject("a", version: 13, number: 4)], version: 20))
        try await run.advance(by: .seconds(10))
        #expect(run.requests == ["list", "watch 10", "watch 10", "watch 10", "list", "watch 20"])
        #expect(run.changes.map(\.number) == [1, 2, 2, 4])
        try await run.stop()
    }

    @Test func `An answer that is no watch is asked for again with growing waits`() async throws {
        let page = ScriptedAnswer.answer(200, "<html>Log in</html>", type: "text/html")
        let run = try await ReflectorRun(list, page, page, ScriptedAnswer(steps: [.send(Array("garbage\r\n".utf8)), .close]), .watch())
        try await run.advance(by: .seconds(10))
        #expect(run.requests == ["list", "watch 10", "watch 10", "watch 10", "watch 10"])
        #expect(run.kept == ["a=1", "b=2"])
        try await run.stop()
    }

    @Test(arguments: [1, 2, 7, 1_000])
    func `Events count however their bytes are cut`(size: Int) async throws {
        let watch = ScriptedAnswer.watch(
            .event("MODIFIED", FakeObject("a", version: 11, number: 3)),
            .bookmark(11),
            .event("ADDED", FakeObject("c", version: 12, number: 4)),
            .event("DELETED", FakeObject("b", version: 13))
        )
        for answer in [watch.inPieces(of: size), watch.inOnePiece] {
            let run = try await ReflectorRun(list, answer)
            try await run.advance(by: .seconds(5))
            #expect(run.kept == ["a=3", "c=4"])
            #expect(run.requests == ["list", "watch 10"])
            try await run.stop()
        }
    }

    @Test func `A recorded watch of Namespaces as metadata alone is followed`() async throws {
        let run = try await ReflectorRun(
            .recorded("namespaces-list-metadata-only"),
            .recorded("namespaces-watch-metadata-only", ending: [.silence(.seconds(100))])
        )
        try await run.advance(by: .seconds(2))
        #expect(run.requests.first == "list" && run.requests.dropFirst().first == "watch 986")
        #expect(run.reflector.store.objects["pay"]?.resourceVersion?.text == "989")
        try await run.stop()
    }
}
