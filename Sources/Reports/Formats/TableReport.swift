import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// A report for people: the score of each object, what to change for how many points, and the result or decision.
package struct TableReport: ReportEncoder {
    /// Empty.
    package let head: [UInt8] = []
    /// Empty: an object that takes several lines ends with an empty one.
    package let separator: [UInt8] = []
    /// Which objects a report shows.
    package enum Detail: Sendable {
        /// Objects that fail, and invalid documents.
        case failures
        /// Failures in full. Other objects take one line if there is a demand, otherwise also in full.
        case normal
        /// All objects in full.
        case everything
    }

    /// `true`, so that the result is the first thing to read.
    package let beginsWithSummary = true
    private let style: TableStyle
    private let detail: Detail

    /// Creates a report in a style.
    package init(style: TableStyle = TableStyle(), detail: Detail = .normal) {
        self.style = style
        self.detail = detail
    }

    /// Writes a paragraph for each document.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] {
        // Colours use control characters, so hidden characters in names are replaced earlier if colours are on.
        let shown = documents.filter(shows)
        let paragraphs = shown.enumerated().map { index, document in
            let lines = lines(of: document)
            let heading = heading(of: document, after: index > 0 ? shown[index - 1] : nil)
            let paragraph = heading + lines + (lines.count > 1 ? [""] : [])
            guard style.hasColours else { return VisibleText.lines(paragraph) }
            return paragraph.map { VisibleText.withoutCommands($0) + "\n" }.joined()
        }
        return Array(paragraphs.joined().utf8)
    }

    /// Writes the Namespace above its first owner of an audit; nothing in a scan.
    private func heading(of document: ScannedDocument, after previous: ScannedDocument?) -> [String] {
        guard let running = document.running else { return [] }
        if let before = previous?.running, before.namespace.hasSameBytes(as: running.namespace) { return [] }
        let name = running.namespace.isEmpty ? "No Namespace" : "Namespace \(DisplayText.oneLine(running.namespace, byteLimit: 253))"
        return [style.toned(name, .strong), ""]
    }

    /// Writes a summary if there are several documents.
    package func summary(of tally: ScanTally) -> [UInt8] {
        guard tally.documents > 1 else { return [] }
        let tone: TableStyle.Tone = tally.failed + tally.invalid > 0 ? .bad : .good
        let end = tally.hasPieces ? "\n" : ""
        return Array((style.paragraph("", tally.sentence, tone).map { $0 + "\n" }.joined() + end).utf8)
    }

    /// Writes nothing: the summary comes first.
    package func tail(of tally: ScanTally) -> [UInt8] { [] }

    private func shows(_ document: ScannedDocument) -> Bool {
        guard detail == .failures else { return true }
        if case .invalid = document.outcome { return true }
        return document.failsScan || document.failsForWarnings
    }

    /// Whether an object needs only one line: it meets the demands, and there is nothing else to say about it.
    private func isBrief(_ document: ScannedDocument, _ decision: Decision?) -> Bool {
        guard detail == .normal, decision != nil || document.standard != nil else { return false }
        guard !document.fails, document.baseline == nil, document.warnings.isEmpty else { return false }
        guard let decision else { return true }
        return decision.outcome == .allow && decision.response.warnings.isEmpty && decision.waivers.isEmpty
    }

    private func lines(of document: ScannedDocument) -> [String] {
        let place = DisplayText.oneLine(document.position.map { "\(document.fileName):\($0.line)" } ?? document.fileName, byteLimit: 4096)
        let name = DisplayText.oneLine(document.running?.title ?? document.objectName, byteLimit: 400)
        let prefix = document.running == nil ? "\(place): " : ""
        switch document.outcome {
        case .invalid(let problem):
            return style.paragraph(document.isGap ? "not read: " : "invalid: ", DisplayText.oneLine(problem, byteLimit: 4096), .bad)
        case .skipped(let object, let why, let decision):
            return style.paragraph("", "\(prefix)\(name) skipped: \(VisibleText.of(why))")
                + owner(of: document)
                + warnings(about: document)
                + (decision.map { waivers(of: $0) + verdict($0, of: nil, in: object, document) } ?? [])
                + standardLines(of: document, in: object)
        case .scored(let object, let report, let decision):
            let fails = document.failsScan
            let score = "\(report.score) of \(report.bestPossibleScore)"
            let hasDemand = decision != nil || document.standard != nil
            // Without a demand there is no result that a colour could show.
            let tone: TableStyle.Tone = fails ? .bad : hasDemand ? .good : .strong
            guard !isBrief(document, decision) else {
                let pods = document.running.map { "; \(VisibleText.of($0.sentence))" } ?? ""
                let passed = "\(style.toned(name, .strong)) \(style.toned("passed", .good)), score \(score) (\(report.ruleset.label))"
                return [prefix + passed + pods]
            }
            let head = "\(prefix)\(style.toned(name, .strong)) scores \(style.toned(score, tone))"
            return ["\(head) (\(report.ruleset.label))"]
                + owner(of: document)
                + warnings(about: document)
                + violations(in: report, of: document)
                + earnings(in: report)
                + (decision == nil && document.standard == nil && fails ? [failure(for: report.score)] : [])
                + (decision.map { waivers(of: $0) + verdict($0, of: report, in: object, document) } ?? [])
                + standardLines(of: document, in: object)
                + baselineLines(of: document)
        }
    }

    /// Writes the Pods of an owner in an audit.
    private func owner(of document: ScannedDocument) -> [String] {
        document.running.map { style.paragraph("  ", VisibleText.of($0.sentence)) } ?? []
    }

    /// Writes why an object without a demand fails; kubesec's rulesets want more than 0.
    private func failure(for score: Int) -> String {
        "  " + style.toned("failed: score \(score) is \(score < 0 ? "below" : "not above") 0", .bad)
    }

    /// Writes the mistakes in fields, each with its line.
    private func warnings(about document: ScannedDocument) -> [String] {
        let tone = document.isStrict ? TableStyle.Tone.bad : .caution
        let listed = document.warnings.listed.flatMap { warning in
            style.paragraph("  warning: ", "line \(warning.position.line): \(warning.message)", tone)
        }
        return listed + (document.moreWarnings.map { style.paragraph("  warning: ", $0, tone) } ?? [])
    }

    /// Writes what to change, in the report's order, with the line of the first finding.
    ///
    /// On a narrow terminal the rule id is at the beginning of the text instead of in a column, so that field names are not split.
    private func violations(in report: ScoreReport, of document: ScannedDocument) -> [String] {
        let failures = report.results.filter { $0.outcome.fails }
        guard !failures.isEmpty, let object = document.outcome.object else { return [] }
        let width = style.isNarrow ? 0 : failures.map { report.entry(of: $0).rule.id.count }.max() ?? 0
        let places = FixText(pod: object.podSpec ?? PodSpec())
        let specification = object.specificationPath
        let column = style.isNarrow ? "" : "  " + RuleText.padded("rule", to: width)
        // What runs has no lines.
        let hasLines = document.node != nil || document.position != nil
        let rows = failures.flatMap { failure -> [String] in
            let entry = report.entry(of: failure)
            guard case .fails(let findings) = failure.outcome else { return [] }
            let position = findings.first.map { document.position(ofPath: $0.path(below: specification)) } ?? document.position
            let line = position.map { String($0.line) } ?? ""
            let number = hasLines ? String(repeating: " ", count: max(0, 5 - line.count)) + line + "  " : ""
            let points = "    " + RuleText.signed(entry.points)
            let rule = style.isNarrow ? "" : "  " + RuleText.padded(entry.rule.id, to: width)
            let causes = document.causes(of: entry.rule, findings: findings, below: specification)
            let fix = places.advice(on: entry.rule, findings: findings) + causes
            let text = (style.isNarrow ? entry.rule.id + ": " : "") + fix
            let row = style.paragraph("\(points)\(rule)  \(number)", text)
            guard let first = row.first else { return [] }
            let tone: TableStyle.Tone = entry.rule.polarity == .negative ? .bad : .caution
            return [style.toned(points, tone) + first.dropFirst(points.count)] + row.dropFirst()
        }
        return ["", style.toned("  points\(column)\(hasLines ? "   line" : "")  what to change", .faint)] + rows + [""]
    }

    /// Writes the rules that added points.
    private func earnings(in report: ScoreReport) -> [String] {
        let earned = report.results.map { (entry: report.entry(of: $0), fails: $0.outcome.fails) }
            .filter { $0.entry.rule.polarity == .positive && !$0.fails && $0.entry.points > 0 }
        guard !earned.isEmpty else { return [style.toned("  no points earned", .faint)] }
        let points = earned.reduce(0) { $0 + $1.entry.points }
        return style.paragraph("  +\(points) earned by ", earned.map(\.entry.rule.id).joined(separator: ", "), .faint)
    }

    /// Writes the waivers with their rules and last days.
    private func waivers(of decision: Decision) -> [String] {
        decision.waivers.flatMap { waiver in
            style.paragraph("  waived by \(VisibleText.of(waiver.name)) through \(waiver.expires): ", waiver.exceptions)
        }
    }

    /// Writes whether the object meets the demands of the command line, or what a policy would decide at admission.
    ///
    /// The changes that it takes are listed above, except those for rules that another ruleset checks than the one that gives the score.
    private func verdict(
        _ decision: Decision,
        of report: ScoreReport?,
        in object: KubernetesObject,
        _ document: ScannedDocument
    ) -> [String] {
        let exemption = decision.exemption.map { style.paragraph("  ", VisibleText.of("exempt: \($0)")) } ?? []
        guard decision.outcome == .deny else {
            let warnings = decision.response.warnings.flatMap { style.paragraph("  Warning: ", VisibleText.of($0)) }
            return approval(decision, of: document) + exemption + warnings
        }
        let lack = MinimumWay(decision, of: report, in: object)
        let clauses = DecisionText.violatedDemands(of: decision)
        let verdict = decision.policy == ScannedDocument.commandLinePolicy ? "  failed: " : "  denied by policy \(decision.policy): "
        let way = lack.map { style.paragraph("  ", $0.sentence, .strong) } ?? []
        let guidance = decision.guidance?.lines.flatMap { style.paragraph("  ", $0) } ?? []
        return style.paragraph(verdict, clauses.joined(separator: "; "), .bad)
            + controls(of: decision, beside: report, in: object) + exemption + way + guidance
    }

    /// Writes that no demand is violated; nothing if the object fails for the standard, which follows.
    private func approval(_ decision: Decision, of document: ScannedDocument) -> [String] {
        let hasWarnings = !decision.response.warnings.isEmpty
        if decision.policy == ScannedDocument.commandLinePolicy { return document.violatesStandard ? [] : [style.toned("  passed", .good)] }
        if decision.outcome == .exempt { return [style.toned("  exempt", .good) + " from policy \(decision.policy)"] }
        let verdict = style.toned(hasWarnings ? "  allowed with warnings" : "  allowed", hasWarnings ? .caution : .good)
        return ["\(verdict) by policy \(decision.policy)"]
    }

    /// Writes what to change for required and forbidden rules, if another ruleset checks them than the one that gives the score.
    private func controls(of decision: Decision, beside report: ScoreReport?, in object: KubernetesObject) -> [String] {
        guard let controls = decision.controls, controls.ruleset !== report?.ruleset else { return [] }
        let places = FixText(pod: object.podSpec ?? PodSpec())
        let failures = decision.violations.compactMap { $0.rule.flatMap { controls.failure(ofRule: $0) } }
        let width = failures.map(\.rule.id.count).max() ?? 0
        return failures.flatMap { failure in
            let fix = places.advice(on: failure.rule, findings: failure.findings)
            return style.isNarrow
                ? style.paragraph("    ", "\(failure.rule.id): \(fix)")
                : style.paragraph("    \(RuleText.padded(failure.rule.id, to: width))  ", fix)
        }
    }

    /// Writes the violations of the requested Pod Security Standard.
    private func standardLines(of document: ScannedDocument, in object: KubernetesObject) -> [String] {
        guard let findings = document.standard else { return [] }
        guard !findings.violations.isEmpty else { return [style.toned("  complies with \(findings.standard)", .good)] }
        let places = FixText(pod: object.podSpec ?? PodSpec())
        let specification = RuleKinds(named: object.kind).specificationPath
        let width = findings.violations.map(\.name.count).max() ?? 0
        return [style.toned("  violates \(findings.standard):", .bad)]
            + findings.violations.flatMap { violation in
                let fix =
                    places.advice(on: violation.check, findings: violation.findings)
                    + document.causes(of: violation.findings, below: specification)
                return style.isNarrow
                    ? style.paragraph("    ", "\(violation.name): \(fix)")
                    : style.paragraph("    \(RuleText.padded(violation.name, to: width))  ", fix)
            }
    }

    /// Writes how a failing object compares with the baseline.
    private func baselineLines(of document: ScannedDocument) -> [String] {
        switch document.baseline {
        case nil: []
        case .known: [style.toned("  not counted as failed: in the baseline", .faint)]
        case .new: [style.toned("  not in the baseline", .bad)]
        case .worse(let reasons): style.paragraph("  worse than the baseline: ", VisibleText.of(reasons.joined(separator: ", ")), .bad)
        }
    }
}
