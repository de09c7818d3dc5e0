import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// The `scoring` of one document in kubesec's JSON: the rules that deducted points, added points, and could add points.
struct KubesecScoring {
    private let document: ScannedDocument
    private let report: ScoreReport
    private let pod: PodSpec?
    /// The object with the findings; `nil` under kubesec's rulesets, whose reports have no fixes.
    private let subject: ScoringSubject?
    /// The path of the Pod spec in the document.
    private let specification: String

    /// Creates the scoring of an object.
    init(_ report: ScoreReport, of object: KubernetesObject, in document: ScannedDocument) {
        self.document = document
        self.report = report
        pod = object.podSpec
        subject =
            report.ruleset.zeroFails
            ? nil : document.outcome.decision?.evaluation?.subject ?? ScoringSubject(pod: object.podSpec ?? PodSpec())
        specification = object.specificationPath
    }

    /// Writes the object with its lists; empty lists are omitted.
    func write(to json: inout JSONWriter, heads: inout KubesecRuleHeads) {
        json.beginObject()
        writeList("critical", to: &json, heads: &heads) { $0 == .negative && $1.fails }
        writeList("passed", to: &json, heads: &heads) { $0 == .positive && !$1.fails }
        writeList("advise", to: &json, heads: &heads) { $0 == .positive && $1.fails }
        json.endObject()
    }

    /// Writes the rules of one list, in the report's order.
    private func writeList(
        _ name: String,
        to json: inout JSONWriter,
        heads: inout KubesecRuleHeads,
        where belongs: (Rule.Polarity, CheckOutcome) -> Bool
    ) {
        var isOpen = false
        for result in report.results where belongs(report.polarity(of: result), result.outcome) {
            if !isOpen {
                json.key(name)
                json.beginArray()
                isOpen = true
            }
            heads.begin(result, of: report, in: &json)
            // Reports of kubesec's rulesets have only kubesec's members.
            if let subject, case .fails(let findings) = result.outcome {
                writeFix(of: result, findings, in: subject, to: &json)
                if !findings.isEmpty {
                    let paths = heads.paths(of: findings, of: result, below: specification)
                    document.write(findings, of: report.polarity(of: result), at: paths, in: pod, to: &json)
                }
            }
            json.endObject()
        }
        if isOpen { json.endArray() }
    }

    /// Writes `fix` and `class`: what to do, and what that takes at all places together.
    ///
    /// If the findings have different fixes, the rule's is written.
    private func writeFix(of result: ScoreReport.Result, _ findings: [Finding], in subject: ScoringSubject, to json: inout JSONWriter) {
        let own = findings.group(from: 0).end == findings.count ? findings.first?.fix : nil
        json.key("fix")
        json.write(own ?? report.ruleset.entries[result.index].rule.fix)
        let failure = FailedRule(ruleset: report.ruleset, index: result.index, findings: findings)
        json.key("class")
        json.write(failure.fixClass(in: subject).rawValue)
    }
}

extension ScannedDocument {
    /// Writes `findings`: each field that violates a rule, with its line and column, and the mistake that may be why.
    func write(_ findings: [Finding], of polarity: Rule.Polarity, at paths: [String], in pod: PodSpec?, to json: inout JSONWriter) {
        json.key("findings")
        json.beginArray()
        for (finding, path) in zip(findings, paths) {
            json.beginObject()
            if case .container(let list, let index) = finding.place, let name = pod?.nameOfContainer(at: index, in: list) {
                json.key("container")
                json.write(name)
            }
            json.key("field")
            json.write(path)
            if let position = position(ofPath: path) {
                json.key("line")
                json.write(position.line)
                json.key("column")
                json.write(position.column)
            }
            if polarity == .positive, let cause = warnings.explaining(path).first?.cause {
                json.key("cause")
                json.write(cause)
            }
            json.endObject()
        }
        json.endArray()
    }
}

/// The beginnings of rule objects in a report, which do not depend on the document and are written once for each piece.
///
/// Consecutive documents are often similar, so the paths of a rule's last findings are kept for the next document as well.
struct KubesecRuleHeads {
    /// The ruleset of the kept rules.
    private var ruleset: Ruleset?
    /// The beginnings of rule objects, by the indices of their entries.
    private var heads: [[UInt8]?] = []
    /// The maximum number of paths kept for a rule, which bounds memory for Pods with thousands of containers.
    private static let pathLimit = 16
    /// The last findings of the rules, by the indices of their entries.
    private var found: [Found?] = []

    /// The findings of a rule in an object, with their paths.
    private struct Found {
        let findings: [Finding]
        let specification: String
        let paths: [String]

        /// Returns whether other findings have the same paths; compares bytes, because `==` also accepts canonically equivalent texts.
        func isOf(_ others: [Finding], below path: String) -> Bool {
            findings.count == others.count && specification.hasSameBytes(as: path)
                && zip(findings, others).allSatisfy { $0.place == $1.place && $0.field.hasSameBytes(as: $1.field) }
        }
    }

    /// Creates an empty cache.
    init() {}

    /// Begins the object of a result, with its members up to `points`.
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

    /// Returns the paths of a rule's findings, in the same order.
    mutating func paths(of findings: [Finding], of result: ScoreReport.Result, below specification: String) -> [String] {
        guard findings.count <= Self.pathLimit, found.indices.contains(result.index) else {
            return findings.map { $0.path(below: specification) }
        }
        if let last = found[result.index], last.isOf(findings, below: specification) { return last.paths }
        let paths = findings.map { $0.path(below: specification) }
        found[result.index] = Found(findings: findings, specification: specification, paths: paths)
        return paths
    }

    /// Clears the cache if a report has another ruleset than the last one.
    mutating func prepare(for report: ScoreReport) {
        guard ruleset !== report.ruleset else { return }
        ruleset = report.ruleset
        heads = Array(repeating: nil, count: report.ruleset.entries.count)
        found = Array(repeating: nil, count: report.ruleset.entries.count)
    }
}
