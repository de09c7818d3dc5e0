import Foundation
import Synchronization
import TestSupport

/// A client on its own thread that posts one review after the other, and reconnects when the server announces that it closes.
///
/// It ends when it can no longer connect. A class because two threads use it.
final class LoadingClient: Sendable {
    private struct State {
        var answerCount = 0
        var closingAnswerCount = 0
        var lost: [String] = []
        var hasEnded = false
    }

    private let port: Int
    private let review: [UInt8]
    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)

    init(port: Int, review: [UInt8]) {
        self.port = port
        self.review = review
    }

    var answerCount: Int { state.withLock(\.answerCount) }
    /// Answers after which the server closed the connection.
    var closingAnswerCount: Int { state.withLock(\.closingAnswerCount) }
    /// Requests without an answer, or with one that is not a decision.
    var lost: [String] { state.withLock(\.lost) }

    func start() {
        Thread { self.postUntilRefused() }.start()
    }

    /// Returns when that many requests are answered, or when the client has ended.
    func waitForAnswers(_ count: Int) {
        while !state.withLock({ $0.hasEnded || $0.answerCount >= count }) { changed.wait() }
    }

    func waitForEnd() {
        waitForAnswers(.max)
    }

    private func postUntilRefused() {
        // A connection that is refused, or closed in its handshake, carried no request.
        while let client = try? WebhookClient(port: port), post(on: client) {}
        state.withLock { $0.hasEnded = true }
        changed.signal()
    }

    /// Posts until the connection ends; returns whether the server announced it.
    private func post(on client: WebhookClient) -> Bool {
        do {
            while true {
                let answer = try client.post(review)
                state.withLock {
                    $0.answerCount += 1
                    if answer.closes { $0.closingAnswerCount += 1 }
                    if answer.status != 200 { $0.lost.append("\(answer.status): \(answer.text)") }
                }
                changed.signal()
                if answer.closes { return true }
            }
        } catch {
            state.withLock { $0.lost.append("\(error)") }
            return false
        }
    }
}
