import Synchronization
import Testing

@testable import Cluster

/// One page of a list at a time.
@Suite struct ListTurnTests {
    private let list = ScriptedAnswer.list([FakeObject("a", version: 7, number: 1)], version: 10)

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

    @Test func `While a page is on its way, another list waits, and a watch goes on`() async throws {
        let silences = Mutex<[FakeAPIServer.Silence]>([])
        let server = try await FakeAPIServer([
            list, .watch(.silence(.seconds(1)), .event("ADDED", FakeObject("b", version: 11, number: 2))),
            list.inPieces(of: list.byteCount - 1, every: .seconds(1)),
        ]) { silence in silences.withLock { $0.append(silence) } }
        let watching = DriverRun(server.configuration)
        while silences.withLock({ $0.count }) < 1 { await Task.yield() }
        let slow = DriverRun(beside: watching)
        while silences.withLock({ $0.count }) < 2 { await Task.yield() }
        let waiting = DriverRun(beside: watching)
        while watching.client.listTurn.waitingCount == 0, server.requests.count == 3 { await Task.yield() }
        silences.withLock { $0[0] }.resume()
        await watching.wait { $0.kept == ["a": 1, "b": 2] }
        #expect(server.shortRequests == ["list", "watch 10", "list"])
        silences.withLock { $0[1] }.resume()
        await slow.wait { $0.progress.isSynced }
        // The script has no answer for it.
        await waiting.wait { !$0.problems.isEmpty }
        for run in [watching, slow, waiting] { await run.stop() }
        try await server.stop()
    }

    @Test func `The wait for the turn is not taken for a silence of the API server`() async throws {
        let silent = Mutex(false)
        let server = try await FakeAPIServer([list.stalled(atByte: list.byteCount / 2), list]) { _ in silent.withLock { $0 = true } }
        let slow = DriverRun(server.configuration)
        while !silent.withLock({ $0 }) { await Task.yield() }
        let waiting = DriverRun(beside: slow)
        await wait(for: 1, at: slow.client.listTurn)
        slow.world.advance(by: .seconds(600))
        await waiting.wait { $0.progress.isSynced || !$0.problems.isEmpty }
        #expect(waiting.problems == [] && waiting.kept == ["a": 1])
        await slow.wait { !$0.problems.isEmpty }
        for run in [slow, waiting] { await run.stop() }
        try await server.stop()
    }

    @Test func `A driver that waits for the turn ends when it is cancelled`() async throws {
        let silences = Mutex<[FakeAPIServer.Silence]>([])
        let server = try await FakeAPIServer([list.inPieces(of: list.byteCount - 1, every: .seconds(1))]) { silence in
            silences.withLock { $0.append(silence) }
        }
        let slow = DriverRun(server.configuration)
        while silences.withLock({ $0.isEmpty }) { await Task.yield() }
        let waiting = DriverRun(beside: slow)
        await wait(for: 1, at: slow.client.listTurn)
        await waiting.stop()
        #expect(server.shortRequests == ["list"])
        silences.withLock { $0[0] }.resume()
        await slow.wait { $0.progress.isSynced }
        await slow.stop()
        try await server.stop()
    }
}
