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
                if !findings.isEmpty { write(findings, of: result, to: &json, heads: &heads) }
            } else {
                heads.begin(result, of: report, in: &json)
            }
            json.endObject()
        }
        json.endArray()
    }

    /// Writes the `findings` of a rule as ``ScannedDocument/write(_:of:below:in:to:)`` does.
    private func write(_ findings: [Finding], of result: ScoreReport.Result, to json: inout JSONWriter, heads: inout KubesecRuleHeads) {
        let polarity = report.polarity(of: result)
        json.key("findings")
        json.beginArray()
        for finding in heads.findings(findings, of: result, below: specification, in: pod, json) {
            document.write(finding, of: polarity, to: &json)
        }
        json.endArray()
    }
}

/// A finding with the members of its JSON object that do not depend on lines.
struct KubesecFinding {
    /// The name of its container; `nil` outside of containers.
    let container: String?
    /// The path of the field in the document.
    let path: String
    /// The beginning of the JSON object.
    let beginning: [UInt8]

    /// Puts the path together, and the beginning for the next value of a writer.
    init(_ finding: Finding, below specification: String, in pod: PodSpec?, _ json: JSONWriter) {
        container = Self.container(of: finding, in: pod)
        path = finding.path(below: specification)
        var head = json.nested()
        head.beginObject()
        head.member("container", container)
        head.member("field", path)
        beginning = head.bytes
    }

    /// Returns the name of a finding's container; `nil` outside of containers.
    static func container(of finding: Finding, in pod: PodSpec?) -> String? {
        guard case .container(let list, let index) = finding.place else { return nil }
        return pod?.nameOfContainer(at: index, in: list)
    }
}

extension ScannedDocument {
    /// Writes `findings`: each field that violates a rule, with its line and column, and the mistake that may be why.
    func write(_ findings: [Finding], of polarity: Rule.Polarity, below path: String, in pod: PodSpec?, to json: inout JSONWriter) {
        json.key("findings")
        json.beginArray()
        for finding in findings { write(KubesecFinding(finding, below: path, in: pod, json), of: polarity, to: &json) }
        json.endArray()
    }

    /// Writes one of `findings`.
    fileprivate func write(_ finding: KubesecFinding, of polarity: Rule.Polarity, to json: inout JSONWriter) {
        json.beginObject(with: finding.beginning)
        if let position = position(ofPath: finding.path) {
            json.key("line")
            json.write(position.line)
            json.key("column")
            json.write(position.column)
        }
        if polarity == .positive, let cause = warnings.explaining(finding.path).first?.cause {
            json.key("cause")
            json.write(cause)
        }
        json.endObject()
    }
}

/// The beginnings of rule objects in a report, which do not depend on the document and are written once for each piece.
///
/// Consecutive documents are often similar, so what is written of a rule's last findings is kept for the next document as well.
struct KubesecRuleHeads {
    /// The ruleset of the kept rules.
    private var ruleset: Ruleset?
    /// The beginnings of rule objects, by the indices of their entries.
    private var heads: [[UInt8]?] = []
    /// The last beginnings of failed rules whose findings use the fix of the rule, by the indices of their entries.
    private var failedHeads: [FailedHead?] = []
    /// The maximum number of findings kept for a rule, which bounds memory for Pods with thousands of containers.
    private static let findingLimit = 16
    /// The last findings of the rules, by the indices of their entries.
    private var found: [Found?] = []

    /// The beginning of a failed rule with its fix and the class of the fix.
    private struct FailedHead {
        let fixClass: FixClass
        let bytes: [UInt8]
    }

    /// The findings of a rule in an object, with what is written of them.
    private struct Found {
        let findings: [Finding]
        let specification: String
        let written: [KubesecFinding]

        /// Returns whether the same is certainly written of other findings.
        func isOf(_ others: [Finding], below path: String, in pod: PodSpec?) -> Bool {
            findings.count == others.count && specification.hasSameBytes(as: path)
                && findings.indices.allSatisfy { index in
                    guard findings[index].isStored(like: others[index]) else { return false }
                    let container = KubesecFinding.container(of: others[index], in: pod)
                    guard let container, let known = written[index].container else { return container == written[index].container }
                    return container.hasSameBytes(as: known)
                }
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

    /// Returns what is written of a rule's findings, in the same order; `json` is the writer inside of their list.
    mutating func findings(
        _ findings: [Finding],
        of result: ScoreReport.Result,
        below specification: String,
        in pod: PodSpec?,
        _ json: JSONWriter
    ) -> [KubesecFinding] {
        let isKept = findings.count <= Self.findingLimit && found.indices.contains(result.index)
        if isKept, let last = found[result.index], last.isOf(findings, below: specification, in: pod) { return last.written }
        let written = findings.map { KubesecFinding($0, below: specification, in: pod, json) }
        if isKept { found[result.index] = Found(findings: findings, specification: specification, written: written) }
        return written
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
