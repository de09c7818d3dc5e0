import KubernetesAPI
import PodScoring

/// The `scoring` of one document in kubesec's JSON: what cost points, what earned them, and what would.
struct KubesecScoring {
    private let document: ScannedDocument
    private let report: ScoreReport
    private let pod: PodSpec?
    /// The path of the Pod's specification in the document.
    private let specification: String

    /// The scoring of an object.
    init(_ report: ScoreReport, of object: KubernetesObject, in document: ScannedDocument) {
        self.document = document
        self.report = report
        pod = object.podSpec
        specification = RuleKinds(named: object.kind).specificationPath
    }

    /// Writes the object with its lists; empty ones are left out.
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
            // kubesec's rulesets keep kubesec's shape.
            if case .fails(let findings) = result.outcome, !findings.isEmpty, !report.ruleset.zeroFails {
                document.write(findings, at: heads.paths(of: findings, of: result, below: specification), in: pod, to: &json)
            }
            json.endObject()
        }
        if isOpen { json.endArray() }
    }
}

extension ScannedDocument {
    /// Writes `findings`: where a rule failed, each field with its line and column.
    func write(_ findings: [Finding], at paths: [String], in pod: PodSpec?, to json: inout JSONWriter) {
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
            json.endObject()
        }
        json.endArray()
    }
}
