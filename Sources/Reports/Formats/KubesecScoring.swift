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
        writeList("critical", report.results(.negative, failing: true), to: &json, heads: &heads)
        writeList("passed", report.results(.positive, failing: false), to: &json, heads: &heads)
        writeList("advise", report.results(.positive, failing: true), to: &json, heads: &heads)
        json.endObject()
    }

    /// Writes the rules of one list.
    private func writeList(_ name: String, _ results: [ScoreReport.Result], to json: inout JSONWriter, heads: inout KubesecRuleHeads) {
        guard !results.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for result in results {
            // Reports of kubesec's rulesets have only kubesec's members.
            if let subject, case .fails(let findings) = result.outcome {
                let failure = FailedRule(ruleset: report.ruleset, index: result.index, findings: findings)
                heads.begin(failure, in: subject, to: &json)
                if !findings.isEmpty {
                    let paths = heads.paths(of: findings, of: result, below: specification)
                    document.write(findings, of: report.polarity(of: result), at: paths, in: pod, to: &json)
                }
            } else {
                heads.begin(result, of: report, in: &json)
            }
            json.endObject()
        }
        json.endArray()
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
    /// The last beginnings of failed rules whose findings use the fix of the rule, by the indices of their entries.
    private var failedHeads: [FailedHead?] = []
    /// The maximum number of paths kept for a rule, which bounds memory for Pods with thousands of containers.
    private static let pathLimit = 16
    /// The last findings of the rules, by the indices of their entries.
    private var found: [Found?] = []

    /// The beginning of a failed rule with its fix and the class of the fix.
    private struct FailedHead {
        let fixClass: FixClass
        let bytes: [UInt8]
    }

    /// The findings of a rule in an object, with their paths.
    private struct Found {
        let findings: [Finding]
        let specification: String
        let paths: [String]

        /// Returns whether other findings certainly have the same paths.
        func isOf(_ others: [Finding], below path: String) -> Bool {
            findings.count == others.count && specification.hasSameBytes(as: path)
                && findings.indices.allSatisfy { findings[$0].isStored(like: others[$0]) }
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
        let head = Self.head(of: report.entry(of: result), in: json)
        if heads.indices.contains(result.index) { heads[result.index] = head.bytes }
        json.beginObject(with: head.bytes)
    }

    /// Begins the object of a failed rule, with its members up to `class`: what to do, and what that takes at all places together.
    ///
    /// If the findings have different fixes, the rule's is written.
    mutating func begin(_ failure: FailedRule, in subject: ScoringSubject, to json: inout JSONWriter) {
        let (index, findings) = (failure.index, failure.findings)
        let own = findings.group(from: 0).end == findings.count ? findings.first?.fix : nil
        let fixClass = failure.fixClass(in: subject)
        if own == nil, failedHeads.indices.contains(index), let head = failedHeads[index], head.fixClass == fixClass {
            json.beginObject(with: head.bytes)
            return
        }
        var head = Self.head(of: failure.ruleset.entries[index], in: json)
        head.member("fix", own ?? failure.ruleset.entries[index].rule.fix)
        head.member("class", fixClass.rawValue)
        if own == nil, failedHeads.indices.contains(index) { failedHeads[index] = FailedHead(fixClass: fixClass, bytes: head.bytes) }
        json.beginObject(with: head.bytes)
    }

    /// A writer with the members from `id` to `points`.
    private static func head(of entry: Ruleset.Entry, in json: JSONWriter) -> JSONWriter {
        var head = json.nested()
        head.beginObject()
        head.member("id", entry.rule.id)
        head.member("selector", entry.selector)
        head.member("reason", entry.rule.reason)
        head.key("points")
        head.write(entry.points)
        return head
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
        failedHeads = Array(repeating: nil, count: report.ruleset.entries.count)
        found = Array(repeating: nil, count: report.ruleset.entries.count)
    }
}
