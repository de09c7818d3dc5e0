import AdmissionPolicy
import KubernetesAPI
import PodScoring

extension KubesecJSON {
    /// Writes the members that kubesec does not have: the decision and the standard, each only if it was requested.
    static func writeAdditions(of document: ScannedDocument, to json: inout JSONWriter) {
        switch document.outcome {
        case .scored(let object, let report, let decision):
            if !report.ruleset.zeroFails {
                json.member("ruleset", report.ruleset.label)
                json.member("bestPossibleScore", report.bestPossibleScore)
            }
            if let decision { write(decision, of: report, in: object, document, to: &json) }
            if let standard = document.standard { write(standard, of: object, in: document, to: &json) }
        case .skipped(let object, _, let decision):
            if let decision { write(decision, of: nil, in: object, document, to: &json) }
            if let standard = document.standard { write(standard, of: object, in: document, to: &json) }
        case .invalid:
            break
        }
        if let verdict = document.baseline { json.member("baseline", verdict.word) }
        document.running?.write(to: &json)
        if !document.warnings.isEmpty, !document.isScoredAsInKubesec { write(document.warnings, to: &json) }
    }

    /// Writes `warnings`: the first mistakes in fields, each with its kind, its place and its message, and the number of the others.
    private static func write(_ warnings: FieldWarnings, to json: inout JSONWriter) {
        json.key("warnings")
        json.beginArray()
        for warning in warnings.listed {
            json.beginObject()
            json.member("kind", warning.kind.rawValue)
            json.member("field", warning.path)
            json.key("line")
            json.write(warning.position.line)
            json.key("column")
            json.write(warning.position.column)
            json.member("message", warning.message)
            json.endObject()
        }
        json.endArray()
        guard warnings.unlistedCount > 0 else { return }
        json.key("moreWarnings")
        json.write(warnings.unlistedCount)
    }

    /// Writes `decision`: the decision of the policy, and the changes that reach the minimum score.
    private static func write(
        _ decision: Decision,
        of report: ScoreReport?,
        in object: KubernetesObject,
        _ document: ScannedDocument,
        to json: inout JSONWriter
    ) {
        json.key("decision")
        json.beginObject()
        json.member("policy", decision.policy)
        json.member("ruleset", decision.ruleset)
        json.member("outcome", decision.outcome.rawValue)
        json.member("minimumScore", decision.minimumScore)
        json.member("violations", decision.violations.map(\.id))
        if let controls = decision.controls { write(decision.violations, of: controls, in: object, document, to: &json) }
        if decision.score != report?.score { json.member("score", decision.score) }
        let exceptions = DecisionText.exceptions(in: decision)
        if !exceptions.isEmpty { json.member("exceptions", exceptions) }
        json.member("deniedFrom", decision.deniedFrom?.description)
        json.member("message", decision.response.denial?.message)
        json.member("warnings", decision.response.warnings)
        json.waivers(decision.waivers)
        if let way = MinimumWay(decision, of: report, in: object) { write(way, to: &json) }
        json.endObject()
    }

    /// Writes `mandatoryControls`: the violated required and forbidden rules, their places, and the ruleset that checks them.
    private static func write(
        _ violations: [Violation],
        of controls: ControlFindings,
        in object: KubernetesObject,
        _ document: ScannedDocument,
        to json: inout JSONWriter
    ) {
        let pod = object.podSpec ?? PodSpec()
        let places = FixText(pod: pod)
        let path = object.specificationPath
        json.key("mandatoryControls")
        json.beginArray()
        for violation in violations {
            guard let failure = violation.rule.flatMap({ controls.failure(ofRule: $0) }) else { continue }
            json.beginObject()
            json.member("rule", failure.rule.id)
            json.member("demand", violation.clause)
            json.member("ruleset", controls.ruleset.label)
            json.member("fix", places.text(of: failure.rule, findings: failure.findings))
            json.member("class", places.fixClass(of: failure.rule, findings: failure.findings).rawValue)
            document.write(failure.findings, of: failure.rule.polarity, below: path, in: pod, to: &json)
            json.endObject()
        }
        json.endArray()
    }

    /// Writes `shortestWay`: the changes that reach the minimum, in order; empty if no changes do.
    private static func write(_ way: MinimumWay, to json: inout JSONWriter) {
        json.key("shortestWay")
        json.beginArray()
        for change in way.changes {
            json.beginObject()
            json.member("rule", change.rule)
            json.member("points", change.points)
            json.member("mandatory", change.isMandatory)
            json.member("fix", way.fix(of: change))
            json.member("class", change.fixClass.rawValue)
            json.endObject()
        }
        json.endArray()
    }

    /// Writes `podSecurityStandard`: the standard and its violations.
    private static func write(
        _ findings: StandardFindings,
        of object: KubernetesObject,
        in document: ScannedDocument,
        to json: inout JSONWriter
    ) {
        let places = FixText(pod: object.podSpec ?? PodSpec())
        let path = object.specificationPath
        json.key("podSecurityStandard")
        json.beginObject()
        json.member("level", findings.standard.level.rawValue)
        json.member("version", findings.standard.version.description)
        json.key("violations")
        json.beginArray()
        for violation in findings.violations {
            json.beginObject()
            json.member("check", violation.name)
            let fix = places.text(of: violation.check, findings: violation.findings)
            json.member("message", "\(violation.reason) (\(fix))\(document.causes(of: violation.findings, below: path))")
            json.member("class", places.fixClass(of: violation.check, findings: violation.findings).rawValue)
            json.member("fields", violation.findings.map { $0.path(below: path) })
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}

extension ScannedDocument {
    /// Whether one of kubesec's rulesets scores the document, so that its JSON has only kubesec's members.
    var isScoredAsInKubesec: Bool {
        switch outcome {
        case .scored(_, let report, _): report.ruleset.zeroFails
        case .skipped(_, let why, _): why == KubesecJSON.unsupportedKind
        case .invalid: countsAsInKubesec
        }
    }
}
