import PodScoring

/// Writes the one line that a person reads after a denial, and finds again in the events of a ReplicaSet.
enum DenialMessage {
    /// The longest message in bytes; events hold 1 024 characters, and the API server puts the webhook's name before it.
    static let byteLimit = 1_000

    /// Bytes that the way to the minimum gets, however many reasons there are.
    private static let reservedForWay = 240

    /// What is wrong, why, and how to mend it, the container and the field first among the reasons.
    static func text(_ answer: AnswerText) -> String {
        let sentence = answer.sentence
        let way = wayItems(answer)
        let room = byteLimit - sentence.utf8.count
        let reserved = min(BoundedList.shortestLength(way), reservedForWay)
        let reasons = BoundedList.text(answer.reasons, byteLimit: room - reserved)
        return sentence + reasons + BoundedList.text(way, byteLimit: room - reasons.utf8.count)
    }

    /// The changes with what they bring: `+2 CapDropAll`; those that no reason explains with what to write.
    private static func wayItems(_ answer: AnswerText) -> [BoundedList.Item] {
        guard let way = answer.way, let minimum = answer.missedMinimum else { return [] }
        let clause = "; shortest way: "
        guard way.score >= minimum else {
            let text = "none, \(way.score) is the best possible score"
            return [BoundedList.Item(separator: clause, full: text, short: text)]
        }
        return way.changes.enumerated().map { position, change in
            let points = "+\(change.points) "
            let isExplained = change.isMandatory && !answer.evaluation.earnsMoreThanDemanded(change)
            let open = isExplained ? nil : answer.evaluation.fixing(change)
            let full = open.map { answer.failures.text(of: $0) } ?? change.rule
            return BoundedList.Item(separator: position == 0 ? clause : ", ", full: points + full, short: points + change.rule)
        }
    }
}
