import Synchronization
import Testing

@testable import Cluster

/// One page of a list at a time.
@Suite struct ListTurnTests {
    /// The order in which tasks had the turn; a class because they share it.
    private final class Order: Sendable {
        let numbers = Mutex<[Int]>([])
    }

    /// Waits until as many tasks wait for a turn.
    private func wait(for count: Int, at turn: ListTurn) async {
        while turn.waitingCount != count { await Task.yield() }
    }

    @Test func `The turn goes to whoever has waited longest`() async {
        let turn = ListTurn()
        let order = Order()
        #expect(await turn.take())
        await withTaskGroup { group in
            for number in 1...3 {
                group.addTask {
                    #expect(await turn.take())
                    order.numbers.withLock { $0.append(number) }
                    turn.giveBack()
                }
                await wait(for: number, at: turn)
            }
            turn.giveBack()
        }
        #expect(order.numbers.withLock { $0 } == [1, 2, 3])
        #expect(await turn.take())
    }

    @Test func `A cancelled task does not wait, and the next one gets the turn`() async {
        let turn = ListTurn()
        #expect(await turn.take())
        let first = Task { await turn.take() }
        await wait(for: 1, at: turn)
        let second = Task { await turn.take() }
        await wait(for: 2, at: turn)
        first.cancel()
        #expect(await !first.value)
        #expect(turn.waitingCount == 1)
        turn.giveBack()
        #expect(await second.value)
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            return await turn.take()
        }
        late.cancel()
        #expect(await !late.value)
        #expect(turn.waitingCount == 0)
    }

    @Test func `While a page is on its way, another list waits, and a watch does not`() async throws {
        let server = try ScriptedServer { request in
            request.uri.contains("watch=1") || request.uri.contains("scorewaivers") ? [.answer("{}")] : []
        }
        let client = server.client()
        let slow = Task { try await client.body(of: Self.patient(APIRequest(.list, .scorePolicies))) }
        while server.requests.isEmpty { await Task.yield() }
        let waiting = Task { try await client.body(of: Self.patient(APIRequest(.list, .scoreWaivers))) }
        while client.listTurn.waitingCount == 0, server.requests.count == 1 { await Task.yield() }
        _ = try await client.body(of: Self.patient(APIRequest(.watch, .scorePolicies, query: [("watch", "1")])))
        #expect(server.requests.map(\.uri).filter { !$0.contains("watch=1") } == ["/apis/podscore.dev/v1alpha1/scorepolicies"])
        slow.cancel()
        #expect(try await waiting.value == Array("{}".utf8))
        #expect(await slow.result.isFailure)
        #expect(client.listTurn.waitingCount == 0)
    }

    @Test func `A list that is cancelled while it waits is never sent`() async throws {
        let server = try ScriptedServer { _ in [.answer("{}")] }
        let client = server.client()
        #expect(await client.listTurn.take())
        let waiting = Task { try await client.body(of: Self.patient(APIRequest(.list, .scorePolicies))) }
        await wait(for: 1, at: client.listTurn)
        waiting.cancel()
        #expect(await waiting.result.isFailure)
        #expect(server.requests.isEmpty)
    }

    @Test func `The wait for the turn is not taken for a silence of the API server`() async throws {
        let resume = Mutex<(@Sendable () -> Void)?>(nil)
        let server = try await FakeAPIServer([
            .list([FakeObject("a", version: 7, number: 1)], version: 10),
            .watch(.silence(.seconds(1)), .error(code: 410, reason: "Expired")),
            .list([FakeObject("b", version: 28, number: 2)], version: 30),
        ]) { silence in
            resume.withLock { kept in if kept == nil { kept = silence.resume } }
        }
        let run = DriverRun(server.configuration)
        await run.wait { $0.progress.isWatching }
        #expect(await run.client.listTurn.take())
        while resume.withLock({ $0 == nil }) { await Task.yield() }
        resume.withLock { $0 }?()
        await wait(for: 1, at: run.client.listTurn)
        run.world.advance(by: .seconds(600))
        run.client.listTurn.giveBack()
        await run.wait { $0.kept == ["b": 2] || $0.problems.contains { $0.contains("list ") } }
        #expect(run.kept == ["b": 2], "\(run.problems)")
        await run.stop()
        try await server.stop()
    }

    /// The request with a time for its answer that no test reaches.
    private static func patient(_ request: APIRequest) -> APIRequest {
        var request = request
        request.answerTimeout = .seconds(3_600)
        return request
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}
