/// How far the answer to a request is whose body was read.
///
/// It is made in steps, so that all requests of a batch take one before the first of them takes the next.
enum AnswerStep {
    /// It is made.
    case answer(HTTPAnswer)
    /// It has to go on.
    case next(any PendingAnswer)

    /// Takes all steps that are left, and returns the answer.
    func finish() -> HTTPAnswer {
        var step = self
        while true {
            switch step {
            case .answer(let answer): return answer
            case .next(let pending): step = pending.advance()
            }
        }
    }
}

/// An answer that is not made yet; it stays on the thread on which the body was read.
protocol PendingAnswer: AnyObject {
    /// Takes one step; called once.
    func advance() -> AnswerStep
}
