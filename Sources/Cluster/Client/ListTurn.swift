import Synchronization

/// The right to ask for a page of a list, which one task of a client has at a time.
///
/// API servers count a page by its size, and refuse a client that asks for several at once while they are busy:
/// <https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#seats-occupied-by-a-request>. Watches need no turn.
/// A class because the tasks share it.
final class ListTurn: Sendable {
    private struct Waiting {
        let ticket: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var isTaken = false
        var lastTicket = 0
        /// In the order in which they came.
        var waiting: [Waiting] = []
    }

    private let state = Mutex(State())

    /// The number of tasks that wait for the turn.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits for the turn; `false` if the task was cancelled before it had it.
    func take() async -> Bool {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    // A cancellation after this line finds the waiting task.
                    if Task.isCancelled { return false }
                    if !state.isTaken {
                        state.isTaken = true
                        return true
                    }
                    state.waiting.append(Waiting(ticket: ticket, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let cancelled = state.withLock { state in
                state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0) }
            }
            cancelled?.continuation.resume(returning: false)
        }
    }

    /// Gives the turn to the task that has waited longest.
    func giveBack() {
        let next = state.withLock { state -> Waiting? in
            state.isTaken = !state.waiting.isEmpty
            return state.isTaken ? state.waiting.removeFirst() : nil
        }
        next?.continuation.resume(returning: true)
    }
}
