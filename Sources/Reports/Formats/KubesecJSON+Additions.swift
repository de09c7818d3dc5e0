import AdmissionPolicy
import KubernetesAPI
import PodScoring

extension KubesecJSON {
    /// Writes the members that kubesec does not have: the decision and the standard, each only if it was requested.
    static func writeAdditions(of document: ScannedDocument, to json: inout JSONWriter) {
        switch document.outcome {
        case .scored(let object, let report, let decision):
            if let decision { write(decision, of: report, in: object, document, to: &json) }
            if let standard = document.standard { write(standard, of: object, to: &json) }
        case .notScorable(let object, _, let decision):
            if let decision { write(decision, of: nil, in: object, document, to: &json) }
            if let standard = document.standard { write(standard, of: object, to: &json) }
        case .broken:
            break
        }
        if let verdict = document.baseline { json.member("baseline", verdict.word) }
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
        json.key("policy")
        json.write(decision.policy)
        json.key("ruleset")
        json.write(decision.ruleset)
        json.key("outcome")
        json.write(decision.outcome.rawValue)
        if let minimum = decision.minimumScore {
            json.key("minimumScore")
            json.write(minimum)
        }
        write("violations", decision.violations.map(\.id), to: &json)
        if let controls = decision.controls { write(decision.violations, of: controls, in: object, document, to: &json) }
        if let score = decision.score, score != report?.score {
            json.key("score")
            json.write(score)
        }
        let exceptions = DecisionText.exceptions(in: decision)
        if !exceptions.isEmpty { write("exceptions", exceptions, to: &json) }
        if let day = decision.deniedFrom {
            json.key("deniedFrom")
            json.write(day.description)
        }
        if let denial = decision.response.denial {
            json.key("message")
            json.write(denial.message)
        }
        write("warnings", decision.response.warnings, to: &json)
        if !decision.waivers.isEmpty { write(decision.waivers, to: &json) }
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
        let path = RuleKinds(named: object.kind).specificationPath
        json.key("mandatoryControls")
        json.beginArray()
        for violation in violations {
            guard let failure = violation.rule.flatMap({ controls.failure(ofRule: $0) }) else { continue }
            json.beginObject()
            json.member("rule", failure.rule.id)
            json.member("demand", violation.clause)
            json.member("ruleset", controls.ruleset.label)
            json.member("fix", places.text(of: failure.rule, findings: failure.findings))
            document.write(failure.findings, at: failure.findings.map { $0.path(below: path) }, in: pod, to: &json)
            json.endObject()
        }
        json.endArray()
    }

    /// Writes `waivers`: the waivers used, with their rules and last days.
    private static func write(_ waivers: [UsedWaiver], to json: inout JSONWriter) {
        json.key("waivers")
        json.beginArray()
        for waiver in waivers {
            json.beginObject()
            json.member("name", waiver.name)
            json.member("expires", "\(waiver.expires)")
            write("rules", waiver.rules, to: &json)
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
            json.key("rule")
            json.write(change.rule)
            json.key("points")
            json.write(change.points)
            json.key("mandatory")
            json.write(change.isMandatory)
            json.key("fix")
            json.write(way.fix(of: change))
            json.endObject()
        }
        json.endArray()
    }

    /// Writes `podSecurityStandard`: the standard and its violations.
    private static func write(_ findings: StandardFindings, of object: KubernetesObject, to json: inout JSONWriter) {
        let places = FixText(pod: object.podSpec ?? PodSpec())
        let path = RuleKinds(named: object.kind).specificationPath
        json.key("podSecurityStandard")
        json.beginObject()
        json.key("level")
        json.write(findings.standard.level.rawValue)
        json.key("version")
        json.write(findings.standard.version.description)
        json.key("violations")
        json.beginArray()
        for violation in findings.violations {
            json.beginObject()
            json.key("check")
            json.write(violation.name)
            json.key("message")
            json.write("\(violation.reason) (\(places.text(of: violation.check, findings: violation.findings)))")
            write("fields", violation.findings.map { $0.path(below: path) }, to: &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// Writes a list of texts.
    private static func write(_ key: String, _ texts: [String], to json: inout JSONWriter) {
        json.key(key)
        json.beginArray()
        for text in texts { json.write(text) }
        json.endArray()
    }
}
