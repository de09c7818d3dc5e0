import Cluster
import Testing

/// Faults of lists, each against a server that has it; the numbers are those of the project's list of faults.
struct ListFaultTests {
    private let two = [FakeObject("a", version: 7, number: 1), FakeObject("b", version: 8, number: 2)]

    @Test func `A list in pages asks for no version, and a watch goes on from it with bookmarks`() async throws {
        let run = try await ReflectorRun(
            .list([two[0]], version: 10, next: "page2"),
            .list([two[1]], version: 10),
            .watch(.event("ADDED", FakeObject("c", version: 11, number: 3)))
        )
        try await run.advance(by: .seconds(1))
        #expect(run.requests == ["list", "list page2", "watch 10"])
        #expect(run.kept == ["a=1", "b=2", "c=3"])
        #expect(run.reflector.isSynced)
        try await run.stop()
    }

    @Test func `A token that expired on page 2: the list begins again, and the kept objects stay until it is complete`() async throws {
        let run = try await ReflectorRun(
            .list(two, version: 10),
            .watch(.error(code: 410, reason: "Expired")),
            .list([FakeObject("b", version: 8, number: 2)], version: 30, next: "page2"),
            .status(410, "Expired"),
            .list([FakeObject("a", version: 28, number: 5)], version: 31, next: "page2b"),
            .list([FakeObject("c", version: 31, number: 6)], version: 31)
        )
        try await run.advance(by: .seconds(10))
        #expect(run.requests == ["list", "watch 10", "list", "list page2", "list", "list page2b", "watch 31"])
        #expect(run.kept == ["a=5", "c=6"])
        // The first list, then one change to the second: nothing in between.
        #expect(run.changes.map(\.key) == ["a", "b", "b", "a", "c"])
        try await run.stop()
    }

    @Test func `An empty page with a token: the list goes on`() async throws {
        let run = try await ReflectorRun(.list([], version: 10, next: "t1"), .list([], version: 10, next: "t2"), .list(two, version: 10))
        try await run.advance(by: .seconds(1))
        #expect(run.requests == ["list", "list t1", "list t2", "watch 10"])
        #expect(run.kept == ["a=1", "b=2"])
        try await run.stop()
    }

    @Test func `A token that leads to itself ends the list, which begins again later`() async throws {
        let run = try await ReflectorRun(.list(two, version: 10, next: "t"), .list(two, version: 10, next: "t"), .list([], version: 11))
        try await run.advance(by: .seconds(5))
        #expect(run.requests == ["list", "list t", "list", "watch 11"])
        #expect(run.changes.isEmpty)
        try await run.stop()
    }

    @Test(arguments: 0..<12)
    func `A list cut before its last chunk: it is dropped whole`(twelfth: Int) async throws {
        let newer = ScriptedAnswer.list([FakeObject("a", version: 20, number: 9)], version: 20)
        // The last case lacks only the last chunk.
        let byteCount = twelfth == 11 ? newer.byteCount - 5 : newer.byteCount * twelfth / 12
        let run = try await ReflectorRun(
            .list(two, version: 10),
            .watch(.error(code: 410, reason: "Expired")),
            newer.cut(atByte: byteCount)
        )
        try await run.advance(by: .seconds(3))
        #expect(run.kept == ["a=1", "b=2"])
        #expect(run.changes.count == 2)
        run.answer(.list([FakeObject("a", version: 20, number: 9)], version: 20))
        try await run.advance(by: .seconds(60))
        #expect(run.kept == ["a=9"])
        try await run.stop()
    }

    @Test func `A list that stops arriving: it is given up after a minute, and the next one counts`() async throws {
        let list = ScriptedAnswer.list(two, version: 10)
        let run = try await ReflectorRun(list.stalled(atByte: list.byteCount / 2), list)
        try await run.advance(by: .seconds(59))
        #expect(run.requests == ["list"])
        try await run.advance(by: .seconds(3))
        #expect(run.requests == ["list", "list", "watch 10"])
        #expect(run.kept == ["a=1", "b=2"])
        try await run.stop()
    }

    @Test func `A list that arrives byte by byte for minutes is given up`() async throws {
        let list = ScriptedAnswer.list(two, version: 10)
        let run = try await ReflectorRun(list.inPieces(of: 1, every: .seconds(1)), list.inPieces(of: 1, every: .milliseconds(50)))
        try await run.advance(by: .seconds(180))
        #expect(run.requests == ["list", "list", "watch 10"])
        #expect(run.kept == ["a=1", "b=2"])
        try await run.stop()
    }

    @Test func `A list that fails after its first page: no object is removed`() async throws {
        let run = try await ReflectorRun(
            .list(two, version: 10),
            .watch(.error(code: 410, reason: "Expired")),
            .list([two[0]], version: 20, next: "page2"),
            .status(500, "InternalError"),
            .list([two[0]], version: 21, next: "page2"),
            .answer(200, "")
        )
        try await run.advance(by: .seconds(60))
        #expect(run.kept == ["a=1", "b=2"])
        #expect(run.changes.count == 2)
        try await run.stop()
    }

    @Test func `A list that is complete and empty empties the store`() async throws {
        let run = try await ReflectorRun(.list(two, version: 10), .watch(.error(code: 410, reason: "Expired")), .list([], version: 20))
        try await run.advance(by: .seconds(5))
        #expect(run.kept.isEmpty)
        #expect(run.changes.suffix(2).map(\.key) == ["a", "b"])
        try await run.stop()
    }

    @Test func `A page that is refused because of load is asked for again, and the pages before it count`() async throws {
        let run = try await ReflectorRun(
            .list([two[0]], version: 10, next: "page2"),
            .status(429, "TooManyRequests", retryAfter: 1),
            .list([two[1]], version: 10)
        )
        try await run.advance(by: .seconds(5))
        #expect(run.requests == ["list", "list page2", "list page2", "watch 10"])
        #expect(run.kept == ["a=1", "b=2"])
        try await run.stop()
    }

    @Test func `A page of another version than the first: the watch goes on from the first, and no state goes back`() async throws {
        let run = try await ReflectorRun(
            .list([two[0]], version: 10, next: "page2"),
            .list([FakeObject("b", version: 14, number: 4)], version: 15),
            .watch(
                .event("MODIFIED", FakeObject("b", version: 12, number: 3)),
                .event("MODIFIED", FakeObject("b", version: 14, number: 4)),
                .event("MODIFIED", FakeObject("b", version: 16, number: 5))
            )
        )
        try await run.advance(by: .seconds(5))
        #expect(run.requests.last == "watch 10")
        #expect(run.changes.map(\.number) == [1, 4, 5])
        try await run.stop()
    }

    @Test(arguments: [
        ScriptedAnswer.answer(200, "<html>Log in</html>", type: "text/html"), .answer(200, "", type: "application/json"),
        .answer(200, "null"), .answer(200, "[]"), .answer(200, #"{"items":[]}"#), .answer(200, #"{"metadata":{"resourceVersion":"9"}"#),
        .answer(200, #"{"items":[],"metadata":{"resourceVersion":""}}"#), .answer(200, #"{"items":{},"metadata":{"resourceVersion":"9"}}"#),
        ScriptedAnswer(steps: [.send(Array("garbage\r\n\r\n".utf8)), .close]), ScriptedAnswer(steps: [.close]),
    ])
    func `An answer that is no list changes nothing and is asked for again later`(answer: ScriptedAnswer) async throws {
        let run = try await ReflectorRun(
            .list(two, version: 10),
            .watch(.error(code: 410, reason: "Expired")),
            answer,
            .list([], version: 40)
        )
        try await run.advance(by: .seconds(2))
        try await run.advance(by: .seconds(3))
        #expect(run.requests == ["list", "watch 10", "list", "list", "watch 40"])
        #expect(run.changes.count == 4)
        #expect(run.waits.allSatisfy { $0 > .zero })
        try await run.stop()
    }

    @Test func `An object of a list that can't be read is left out, and then nothing is removed`() async throws {
        let broken = ScriptedAnswer.answer(
            200,
            #"{"metadata":{"resourceVersion":"20"},"items":[{"metadata":{"name":7}},\#(FakeObject("c", version: 19, number: 3).json)]}"#
        )
        let run = try await ReflectorRun(.list(two, version: 10), .watch(.error(code: 410, reason: "Expired")), broken)
        try await run.advance(by: .seconds(5))
        #expect(run.kept == ["a=1", "b=2", "c=3"])
        #expect(run.notes.contains(.listed(objectCount: 1, unreadableCount: 1)))
        #expect(run.notes.contains(.unreadableObject(reason: "expected string, found number")))
        try await run.stop()
    }

    @Test func `An object of a list beyond 2 MiB keeps its last state, and is not taken for deleted`() async throws {
        let large = FakeObject("a", version: 19, number: 9, padding: 2 << 20)
        let run = try await ReflectorRun(
            .list(two, version: 10),
            .watch(.error(code: 410, reason: "Expired")),
            .list([large, two[1]], version: 20)
        )
        try await run.advance(by: .seconds(5))
        #expect(run.kept == ["a=1", "b=2"])
        #expect(run.notes.contains(.tooLarge(key: "a", byteCount: large.json.utf8.count)))
        try await run.stop()
    }

    @Test func `Recorded pages of Pods are joined`() async throws {
        let run = try await ReflectorRun(.recorded("pods-list-page-1"), .recorded("pods-list-page-2"))
        try await run.advance(by: .seconds(1))
        #expect(run.requests.count == 3 && run.requests[1].hasPrefix("list eyJ") && run.requests[2] == "watch 999")
        #expect(run.reflector.store.objects["pay/q0"]?.resourceVersion?.text == "984")
        #expect(run.reflector.store.objects.count == 3)
        try await run.stop()
    }

    @Test func `Recorded lists are read: custom resources, Namespaces, and Namespaces as metadata alone`() async throws {
        for (name, keys) in [
            ("scorepolicies-list", ["payments"]), ("namespaces-list", nil), ("namespaces-list-metadata-only", nil),
        ] as [(String, [String]?)] {
            let run = try await ReflectorRun(.recorded(name))
            try await run.advance(by: .seconds(1))
            #expect(run.reflector.isSynced)
            let found = run.reflector.store.objects.keys.sorted()
            #expect(found == keys ?? found && found.count > 0, "\(name)")
            try await run.stop()
        }
    }
}
