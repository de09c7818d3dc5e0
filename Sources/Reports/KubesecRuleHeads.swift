import KubernetesAPI
import PodScoring

/// What a report says of a rule whatever the object, written once for all documents of a piece.
struct KubesecRuleHeads {
    /// The ruleset whose rules these are.
    private var ruleset: Ruleset?
    /// The beginnings of the rules' objects, by the indices of their entries.
    private var heads: [[UInt8]?] = []

    /// Begins without any.
    init() {}

    /// Opens the object of a result, with its members down to `points`.
    mutating func begin(_ result: ScoreReport.Result, of report: ScoreReport, in json: inout JSONWriter) {
        if heads.indices.contains(result.index), let head = heads[result.index] {
            json.beginObject(with: head)
            return
        }
        let entry = report.entry(of: result)
        var head = json.nested()
        head.beginObject()
        head.member("id", entry.rule.id)
        head.member("selector", entry.selector)
        head.member("reason", entry.rule.reason)
        head.key("points")
        head.write(entry.points)
        if heads.indices.contains(result.index) { heads[result.index] = head.bytes }
        json.beginObject(with: head.bytes)
    }

    /// Forgets all heads when a report is by another ruleset than the last one.
    mutating func prepare(for report: ScoreReport) {
        guard ruleset !== report.ruleset else { return }
        ruleset = report.ruleset
        heads = Array(repeating: nil, count: report.ruleset.entries.count)
    }
}
