import KubernetesAPI
import PodScoring

/// What a report says of a rule whatever the object, written once for all documents of a piece.
///
/// The documents of a stream are much alike: the paths of what a rule found in the last one are kept, too, for the next one.
struct KubesecRuleHeads {
    /// The ruleset whose rules these are.
    private var ruleset: Ruleset?
    /// The beginnings of the rules' objects, by the indices of their entries.
    private var heads: [[UInt8]?] = []
    /// Up to how many paths of a rule are kept: ordinary Pods have no more, and those of one with thousands of containers take memory.
    private static let pathLimit = 16
    /// What the rules found last, by the indices of their entries.
    private var found: [Found?] = []

    /// What a rule found in an object.
    private struct Found {
        let findings: [Finding]
        let specification: String
        let paths: [String]

        /// Whether findings have these paths; compared as bytes, since `==` takes texts for the same that only look so.
        func isOf(_ others: [Finding], below path: String) -> Bool {
            findings.count == others.count && specification.hasSameBytes(as: path)
                && zip(findings, others).allSatisfy { $0.place == $1.place && $0.field.hasSameBytes(as: $1.field) }
        }
    }

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

    /// The paths of what a rule found, in the order of the findings.
    mutating func paths(of findings: [Finding], of result: ScoreReport.Result, below specification: String) -> [String] {
        guard findings.count <= Self.pathLimit, found.indices.contains(result.index) else {
            return findings.map { $0.path(below: specification) }
        }
        if let last = found[result.index], last.isOf(findings, below: specification) { return last.paths }
        let paths = findings.map { $0.path(below: specification) }
        found[result.index] = Found(findings: findings, specification: specification, paths: paths)
        return paths
    }

    /// Forgets everything when a report is by another ruleset than the last one.
    mutating func prepare(for report: ScoreReport) {
        guard ruleset !== report.ruleset else { return }
        ruleset = report.ruleset
        heads = Array(repeating: nil, count: report.ruleset.entries.count)
        found = Array(repeating: nil, count: report.ruleset.entries.count)
    }
}
