import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// One object in a report: its score against the minimum, then what was found, the worst first, and the lines around it.
struct HTMLObject {
    private let document: ScannedDocument
    private let result: HTMLResult
    private let word: String
    /// Why the score is too low, with the shortest way to the minimum; `nil` if it is not.
    private let lack: String?
    /// The other findings, the worst first.
    private let findings: [ReportFinding]

    /// Prepares to write the object of a document.
    init(_ document: ScannedDocument) {
        self.document = document
        (result, word) = HTMLResult.of(document)
        let found = ReportFinding.list(of: document)
        lack = found.first { $0.rule == ReportFinding.minimumScore }?.message
        // Sorting by level keeps the order of the report within each.
        findings = [ReportFinding.Level.error, .warning, .note].flatMap { level in
            found.filter { $0.level == level && $0.rule != ReportFinding.minimumScore }
        }
    }

    /// The object as an element that opens.
    ///
    /// With script, what it opens is one text until then: `noscript` makes no element of its content, so a page of 10,000 objects opens
    /// fast. Without script, the same content is there at once.
    var markup: HTML {
        let rules = document.violatedRules.map(\.id).joined(separator: " ")
        let score = document.score
        let margin = score.flatMap { score in score.minimum.map { score.score - $0 } }
        let numbers: [HTML] = [
            score.map { " data-score=\"\($0.score)\"" } ?? "", margin.map { " data-margin=\"\($0)\"" } ?? "",
        ]
        return """
            <details class="object" data-result="\(result.rawValue)" data-namespace="\(document.namespace)" data-rules="\(rules)"\
            \(numbers.joined())><summary>\(title)\(score.map { ScoreBar($0).markup(result.tone) } ?? "<span></span>")\
            <span>\(score?.sentence ?? "")</span><span class="result \(result.tone)">\(word)</span></summary><noscript><div class="body">\
            \(remarks)\(list)\(earnings)\(source)</div>
            </noscript></details>
            """
    }

    private var title: HTML {
        let object = document.outcome.object
        let namespace = document.running?.namespace ?? object?.metadata.namespace ?? ""
        let place = document.running == nil ? document.position.map { "\(document.fileName):\($0.line)" } ?? document.fileName : ""
        let details = [namespace, place].filter { !$0.isEmpty }.map { DisplayText.oneLine($0, byteLimit: 4_096) }
        // A Helm chart has no object.
        let known = object.flatMap { $0.kind.isEmpty ? nil : $0.title }
        let name = DisplayText.oneLine(document.running?.title ?? known ?? document.objectName, byteLimit: 400)
        // A narrow screen breaks the line behind the kind rather than within the name.
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        let title: HTML = parts.count == 2 ? "\(parts[0])<wbr>/\(parts[1])" : "\(name)"
        return "<h3>\(title) <small class=\"faint\">\(details.joined(separator: " · "))</small></h3>"
    }

    /// The decision and all that is said about the object as a whole.
    private var remarks: HTML {
        let remarks = document.remarks + (lack.map { [Remark("", $0)] } ?? [])
        return remarks.map { remark -> HTML in
            remark.tone.isEmpty ? "<p>\(remark.text)</p>" : "<p class=\"\(remark.tone)\">\(remark.text)</p>"
        }.joined()
    }

    /// The findings; each rule once, with its places.
    private var list: HTML {
        let groups = FindingGroup.groups(of: findings)
        guard !groups.isEmpty else { return "" }
        return "<ul class=\"findings\">\(groups.map(\.markup).joined())</ul>"
    }

    /// The rules that added points.
    private var earnings: HTML {
        guard case .scored(_, let report, _) = document.outcome else { return "" }
        let earned = report.results(.positive, failing: false).map { report.entry(of: $0) }.filter { $0.points > 0 }
        guard !earned.isEmpty else { return "<p class=\"faint\">no points earned</p>" }
        let points = earned.reduce(0) { $0 + $1.points }
        return "<p class=\"faint\">+\(points) earned by \(earned.map(\.rule.id).joined(separator: ", "))</p>"
    }

    /// The lines of the file around the findings.
    private var source: HTML {
        let marked = findings.filter { !$0.path.isEmpty || $0.rule == ReportFinding.unreadable }.compactMap { $0.position?.line }
        let lines = document.sourceLines(around: marked)
        guard !lines.isEmpty else { return "" }
        let rows = lines.map { line -> HTML in
            // A tab would be shown by its number.
            let text = line.text.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ")
            let content: HTML = line.isMarked ? "<mark>\(text)\n</mark>" : "\(text)\n"
            return "\(line.followsGap ? "<i>⋮</i>\n" : "" as HTML)<i>\(line.number)</i>\(content)"
        }
        return "<pre class=\"source\" tabindex=\"0\" aria-label=\"Lines of the file\">\(rows.joined())</pre>"
    }
}

/// The findings of one rule in one object at one level.
struct FindingGroup {
    /// The most places of a rule that are shown.
    private static let placeLimit = 20

    private let first: ReportFinding
    private var findings: [ReportFinding]
    private let linksLines: Bool

    /// Groups findings, which are sorted by level, in the order of the first of each rule.
    ///
    /// `linkingLines` makes the number of each line a link, for a page that has the whole text with numbers.
    static func groups(of findings: [ReportFinding], linkingLines: Bool = false) -> [Self] {
        var groups: [Self] = []
        for finding in findings {
            // Only rules and checks have several places that belong together, and these come one after the other.
            if finding.remedy != nil, let last = groups.last?.first, last.level == finding.level, last.rule.hasSameBytes(as: finding.rule) {
                groups[groups.count - 1].findings.append(finding)
            } else {
                groups.append(Self(first: finding, findings: [finding], linksLines: linkingLines))
            }
        }
        return groups
    }

    /// The group as an item of a list.
    var markup: HTML {
        let points = first.points.map { $0 == 0 ? "" : RuleFacts.signed($0) } ?? ""
        return "<li class=\"\(first.level.rawValue)\"><b>\(points)</b>\(heading)\(content)</li>"
    }

    /// The rule as a link to its section, which exists for each rule with points and each check.
    private var heading: HTML {
        guard first.remedy != nil else { return "<span>\(first.rule)</span>" }
        return first.points == 0 ? "<span>\(first.rule)</span>" : "<a href=\"#rule-\(first.rule)\">\(first.rule)</a>"
    }

    private var content: HTML {
        guard first.remedy != nil else {
            let place = place(of: first)
            return "<div>\(place)\(place.isEmpty ? "" : "<br>" as HTML)\(first.message)</div>"
        }
        var (content, start) = (HTML(), 0)
        while start < min(findings.count, Self.placeLimit), let remedy = findings[start].remedy {
            var end = start + 1
            while end < findings.count, findings[end].remedy == remedy { end += 1 }
            let shown = findings[start..<min(end, start + Self.placeLimit)]
            content += "<p class=\"fix\">\(remedy.fix)\(Self.tag(of: remedy.fixClass))\(remedy.causes)</p>"
            content += places(of: shown, hidden: end - start - shown.count)
            start = end
        }
        if start < findings.count { content += "<div>and \(findings.count - start) more places</div>" }
        return content
    }

    /// The places of findings, each on its line.
    private func places(of findings: ArraySlice<ReportFinding>, hidden: Int) -> HTML {
        var places = findings.map(place).filter { !$0.isEmpty }
        if hidden > 0 { places.append("and \(hidden) more") }
        guard let first = places.first else { return "" }
        return "<div>\(first)\(places.dropFirst().map { place -> HTML in "<br>\(place)" }.joined())</div>"
    }

    /// The part of the object, the field and the line, as far as the finding has them.
    private func place(of finding: ReportFinding) -> HTML {
        let part: HTML =
            switch finding.part {
            case .whole: ""
            case .container(let name): "container \(DisplayText.oneLine(name, byteLimit: 63)) "
            case .volume(let name): "volume \(DisplayText.oneLine(name, byteLimit: 63)) "
            }
        guard !finding.path.isEmpty else { return part }
        let line: HTML =
            switch finding.position?.line {
            case nil: ""
            case let line? where linksLines: " <a href=\"#line-\(line)\">line \(line)</a>"
            case let line?: " line \(line)"
            }
        return "\(part)<code>\(DisplayText.oneLine(finding.path, byteLimit: 400))</code>\(line)"
    }

    /// The class of the fix, which says what must be checked or known first.
    private static func tag(of fixClass: FixClass) -> HTML {
        let words = String(fixClass.tag.dropFirst(" [".count).dropLast())
        return words.isEmpty ? "" : " <em>\(words)</em>"
    }
}

extension KubernetesObject {
    /// The kind and the name, or the beginning of a name that the API server completes; the kind alone without either.
    var title: String {
        if !metadata.name.isEmpty { return "\(kind)/\(metadata.name)" }
        return metadata.generateName.isEmpty ? kind : "\(kind)/\(metadata.generateName)*"
    }
}
