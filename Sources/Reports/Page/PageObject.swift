import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// One object of the page: its score against the minimum, then what was found, the worst first.
struct PageObject {
    private let document: ScannedDocument
    private let number: Int
    private let result: HTMLResult
    private let word: String
    private let findings: [ReportFinding]
    private let linksLines: Bool

    /// The object with its number, from 1; `linksLines` is whether the page marks the lines of its findings.
    init(_ document: ScannedDocument, findings: [ReportFinding], number: Int, linksLines: Bool) {
        self.linksLines = linksLines
        self.document = document
        self.findings = findings
        self.number = number
        (result, word) = HTMLResult.of(document)
    }

    /// The object as an element that opens.
    func markup(isOpen: Bool) -> HTML {
        let score: HTML = document.score.map { "\(ScoreBar($0).markup(result.tone))<span>\($0.sentence)</span>" } ?? ""
        return """
            <details class="object" id="object-\(number)"\(isOpen ? " open" : "" as HTML)><summary><h3>\(title)</h3>\
            <span class="result \(result.tone)">\(word)</span>\(score)</summary><div class="body">
            \(remarks)\(list)\(earnings)</div></details>

            """
    }

    private var title: HTML {
        let object = document.outcome.object
        let name = DisplayText.oneLine(object?.title ?? document.objectName, byteLimit: 400)
        let namespace = DisplayText.oneLine(object?.metadata.namespace ?? "", byteLimit: 400)
        let line: HTML = document.position.map { "\(namespace.isEmpty ? "" : " · " as HTML)line \($0.line)" } ?? ""
        return "\(name) <small class=\"faint\">\(namespace)\(line)</small>"
    }

    /// The decision and all that is said about the object as a whole.
    private var remarks: HTML {
        let lack = findings.first { $0.rule == ReportFinding.minimumScore }.map { [Remark("", $0.message)] } ?? []
        return (document.remarks + lack).map { remark -> HTML in "<p class=\"\(remark.tone)\">\(remark.text)</p>\n" }.joined()
    }

    /// The findings; each rule once, with its places.
    private var list: HTML {
        let sorted = [ReportFinding.Level.error, .warning, .note].flatMap { level in
            findings.filter { $0.level == level && $0.rule != ReportFinding.minimumScore }
        }
        let groups = FindingGroup.groups(of: sorted, linkingLines: linksLines)
        guard !groups.isEmpty else { return "" }
        return "<ul class=\"findings\">\n\(groups.map(\.markup).joined())</ul>\n"
    }

    /// The rules that added points.
    private var earnings: HTML {
        guard case .scored(_, let report, _) = document.outcome else { return "" }
        let earned = report.results(.positive, failing: false).map { report.entry(of: $0) }.filter { $0.points > 0 }
        guard !earned.isEmpty else { return "<p class=\"faint\">no points earned</p>\n" }
        let points = earned.reduce(0) { $0 + $1.points }
        return "<p class=\"faint\">+\(points) earned by \(earned.map(\.rule.id).joined(separator: ", "))</p>\n"
    }
}
