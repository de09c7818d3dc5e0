import Synchronization
import TLS
import Testing

@testable import Cluster

/// The whole way from a server to the kept objects: connection, client, splitters and reflector.
@Suite struct ReflectorDriverTests {
    private let list = ScriptedAnswer.list([FakeObject("a", version: 7, number: 1), FakeObject("b", version: 8, number: 2)], version: 10)

    /// Starts a server, and a driver beside it.
    private func run(_ answers: ScriptedAnswer...) async throws -> (FakeAPIServer, DriverRun) {
        let server = try await FakeAPIServer(answers) { _ in }
        return (server, DriverRun(server.configuration))
    }

    private func stop(_ server: FakeAPIServer, _ run: DriverRun) async throws {
        await run.stop()
        try await server.stop()
    }

    @Test func `Pages are listed, and a watch goes on from them`() async throws {
        let (server, run) = try await run(
            .list([FakeObject("a", version: 7, number: 1)], version: 10, next: "t"),
            .list([FakeObject("b", version: 8, number: 2)], version: 10),
            .watch(.event("ADDED", FakeObject("c", version: 11, number: 3)), .event("MODIFIED", FakeObject("a", version: 12, number: 4)))
        )
        await run.wait { $0.kept == ["a": 4, "b": 2, "c": 3] }
        #expect(server.shortRequests == ["list", "list t", "watch 10"])
        #expect(run.progress.isSynced)
        #expect(run.problems.isEmpty)
        try await stop(server, run)
    }

    @Test(arguments: [1, 7, 64])
    func `Bytes that arrive in pieces are the same objects and events`(size: Int) async throws {
        let watch = ScriptedAnswer.watch(.event("MODIFIED", FakeObject("a", version: 12, number: 4)))
        let (server, run) = try await run(list.inPieces(of: size), watch.inPieces(of: size))
        await run.wait { $0.kept == ["a": 4, "b": 2] }
        try await stop(server, run)
    }

    @Test func `All work is done on the driver's thread`() async throws {
        let threads = Mutex<Set<UInt>>([])
        let server = try await FakeAPIServer([list, .watch(.event("MODIFIED", FakeObject("a", version: 12, number: 4)))]) { _ in }
        let run = DriverRun(server.configuration) {
            let thread = currentThread()
            _ = threads.withLock { $0.insert(thread) }
        }
        await run.wait { $0.kept["a"] == 4 }
        #expect(threads.withLock { $0.count } == 1)
        #expect(threads.withLock { !$0.contains(currentThread()) })
        try await stop(server, run)
    }

    @Test func `A version that is too old: the objects are listed again on the same driver`() async throws {
        let (server, run) = try await run(
            list,
            .watch(.error(code: 410, reason: "Expired")),
            .list([FakeObject("b", version: 28, number: 5)], version: 30)
        )
        await run.wait { $0.kept == ["b": 5] }
        #expect(server.shortRequests.prefix(3) == ["list", "watch 10", "list"])
        #expect(run.notes.contains(.expired))
        try await stop(server, run)
    }

    @Test func `A cut in the middle of an event: the next watch brings it`() async throws {
        let event = ScriptedAnswer.watch(.event("MODIFIED", FakeObject("a", version: 12, number: 3)))
        let (server, run) = try await run(list, event.cut(atByte: event.byteCount / 2), event)
        await run.wait { $0.kept["a"] == 3 }
        #expect(server.shortRequests == ["list", "watch 10", "watch 10"])
        try await stop(server, run)
    }

    @Test func `A watch that falls silent: it is closed, and the objects are listed again`() async throws {
        let (server, run) = try await run(list, .watch(), .list([FakeObject("a", version: 11, number: 7)], version: 12))
        await run.wait { $0.progress.isWatching }
        run.world.advance(by: .seconds(140))
        await run.wait { $0.kept == ["a": 7] }
        #expect(server.shortRequests.prefix(3) == ["list", "watch 10", "list"])
        #expect(run.notes.contains { if case .silent = $0 { true } else { false } })
        try await stop(server, run)
    }

    @Test func `Status 429 with Retry-After: the reflector waits, and not the client`() async throws {
        let (server, run) = try await run(.status(429, "TooManyRequests", retryAfter: 5), list)
        await run.wait { $0.progress.isSynced }
        let waits = run.notes.compactMap { if case .failed(_, "list", let wait) = $0 { wait } else { nil } }
        #expect(waits.count == 1)
        #expect(waits.allSatisfy { (.seconds(5)...(.seconds(6))).contains($0) })
        try await stop(server, run)
    }

    @Test func `Status 503 again and again: asked for at most about every half minute, and what is kept stays`() async throws {
        let (server, run) = try await run(list, .watch(.end), .status(503, "x"), .status(503, "x"), .status(503, "x"), .status(503, "x"))
        await run.wait { $0.problems.count >= 4 }
        #expect(run.kept == ["a": 1, "b": 2])
        #expect(run.problems.first?.contains("watch scorepolicies.podscore.dev at http://127.0.0.1") == true)
        try await stop(server, run)
    }

    @Test func `Status 403: the failure names the request and the rights`() async throws {
        let (server, run) = try await run(.recorded("forbidden"), list)
        await run.wait { $0.progress.isSynced }
        #expect(run.problems.count == 1)
        #expect(run.problems.first?.hasPrefix("list scorepolicies.podscore.dev at http://127.0.0.1:\(server.port): status 403: ") == true)
        #expect(
            run.problems.first?.hasSuffix(
                #"add to a ClusterRole of this account: apiGroups: ["podscore.dev"], resources: ["scorepolicies"], verbs: ["list"]"#
            ) == true
        )
        try await stop(server, run)
    }

    @Test func `A kind that is not installed: noted once, and in step when it is`() async throws {
        let absent = try ScriptedAnswer.recorded("crd-not-installed")
        let (server, run) = try await run(absent, absent, absent, list)
        await run.wait { $0.progress.isSynced }
        #expect(run.notes.filter { $0 == .becameAbsent }.count == 1)
        #expect(run.notes.contains(.becamePresent))
        #expect(run.problems.first?.hasSuffix("scorepolicies.podscore.dev is not installed; install its CustomResourceDefinition") == true)
        try await stop(server, run)
    }

    @Test func `A list that is cut off: none of it counts`() async throws {
        let (server, run) = try await run(
            list.cut(atByte: list.byteCount - 5),
            .list([FakeObject("c", version: 9, number: 3)], version: 11)
        )
        await run.wait { $0.progress.isSynced }
        #expect(run.kept == ["c": 3])
        #expect(run.problems.first?.hasSuffix("the answer was cut off") == true)
        try await stop(server, run)
    }

    @Test func `A port without a server is a failure, and no more`() async throws {
        // The system never hands out port 1; another test could take the port of a server that was stopped.
        let configuration = ClusterConfiguration(
            server: ServerAddress(isSecure: false, host: "127.0.0.1", port: 1),
            serverName: .address("127.0.0.1"),
            trust: .systemAuthorities,
            origin: "a test"
        )
        let run = DriverRun(configuration)
        await run.wait { $0.problems.count >= 3 }
        #expect(run.problems.first?.hasSuffix("connection refused") == true)
        await run.stop()
    }

    @Test func `A driver that is cancelled in the middle of a watch ends`() async throws {
        let (server, run) = try await run(list, .watch())
        await run.wait { $0.progress.isSynced }
        try await stop(server, run)
    }
}

/// How lists and watches use tokens.
@Suite struct DriverCredentialTests {
    @Test func `Status 401 after a change of the token: the same request is sent again with the new one`() async throws {
        let page =
            #"{"kind":"ScorePolicyList","metadata":{"resourceVersion":"10"},"items":[\#(FakeObject("a", version: 7, number: 1).json)]}"#
        let server = try ScriptedServer { request in
            if request.token != "new" { return [.answer(401, #"{"kind":"Status","code":401,"reason":"Unauthorized"}"#)] }
            return request.uri.contains("watch=1") ? [.chunkedHead] : [.answer(page)]
        }
        let run = DriverRun(server.configuration(credential: .tokenFile("/token", initial: nil)), files: ["/token": "old"])
        await run.wait { !$0.problems.isEmpty }
        #expect(run.problems.first?.hasSuffix("status 401; the token or client certificate is invalid or expired") == true)
        run.world["/token"] = "new"
        await run.wait { $0.progress.isSynced }
        #expect(run.kept == ["a": 1])
        await run.stop()
    }
}
