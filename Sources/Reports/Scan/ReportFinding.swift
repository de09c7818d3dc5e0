import AdmissionPolicy
package import KubernetesAPI
package import PodScoring

/// A finding of a report, at one place of a document.
package struct ReportFinding: Sendable {
    /// How severe a finding is.
    package enum Level: String, Sendable {
        /// It fails the scan, or it gives the container nearly the rights of root on the node.
        case error
        /// It deducts points.
        case warning
        /// It could add points.
        case note
    }

    /// The part of the object to change.
    package enum Part: Sendable, Equatable {
        /// The Pod or the object around it.
        case whole
        case container(String)
        case volume(String)
    }

    /// The fix of a finding, without its place.
    package struct Remedy: Sendable, Equatable {
        /// The fix, relative to the place, such as `set securityContext.runAsNonRoot: true`.
        package let fix: String
        /// The class of the fix at this place.
        package let fixClass: FixClass
        /// The mistakes in fields that may be why, such as ` (line 12 has the unknown field "runAsNonroot")`; empty without any.
        package let causes: String
    }

    /// The id of the finding that the score is too low.
    package static let minimumScore = "minimumScore"
    /// The id of the finding that a document is invalid.
    package static let unreadable = "unreadable"
    /// The id of the finding that an object was not scored, if that fails the scan.
    package static let notScorable = "notScorable"
    /// The id of the finding that there are more warnings about fields than those that are listed.
    package static let moreWarnings = "moreWarnings"

    /// The rule's id, the name of the standard's check, the kind of a warning about a field, or one of the ids above.
    package let rule: String
    /// How severe the finding is.
    package let level: Level
    /// The part of the object to change.
    package let part: Part
    /// The position of the field, or of the innermost existing node around it; `nil` if nothing of the document could be read.
    package let position: Position?
    /// The path of the field in the document; empty for the object as a whole.
    package let path: String
    /// The problem and the fix, on one line.
    package let message: String
    /// The points deducted or not added; `nil` for a finding without points.
    package let points: Int?
    /// The fix in the message; `nil` for a finding that neither a rule nor a check has.
    package var remedy: Remedy?
}

extension ReportFinding {
    /// Returns the findings of a document: the result first, then the rules in the report's order, the checks of standards, and warnings.
    package static func list(of document: ScannedDocument) -> [Self] {
        let violations = violations(in: document)
        return document.warnings.isEmpty ? violations : violations + warnings(about: document)
    }

    /// Returns the findings of a document without the warnings about fields, which no baseline excuses.
    static func violations(in document: ScannedDocument) -> [Self] {
        switch document.outcome {
        case .invalid:
            return [whole(unreadable, .error, document, document.errorMessage ?? "")]
        case .skipped(let object, let why, let decision):
            let verdict = document.countsAsInKubesec ? [whole(notScorable, .error, document, why)] : []
            return verdict + controls(decision, beside: nil, in: object, document) + standards(decision, in: object, document)
        case .scored(let object, let report, let decision):
            return verdict(of: report, decision, in: object, document)
                + rules(of: report, decision, in: object, document)
                + controls(decision, beside: report, in: object, document)
                + standards(decision, in: object, document)
        }
    }

    /// Returns a finding for each warning about a field.
    static func warnings(about document: ScannedDocument) -> [Self] {
        let level = document.isStrict ? Level.error : .warning
        let listed = document.warnings.listed.map { warning in
            Self(
                rule: warning.kind.rawValue,
                level: level,
                part: .whole,
                position: warning.position,
                path: warning.path,
                message: warning.message,
                points: nil
            )
        }
        return listed + [document.moreWarnings.map { whole(moreWarnings, level, document, $0) }].compactMap { $0 }
    }

    /// Returns a finding about the whole document.
    private static func whole(_ rule: String, _ level: Level, _ document: ScannedDocument, _ message: String) -> Self {
        Self(rule: rule, level: level, part: .whole, position: document.position, path: "", message: VisibleText.of(message), points: nil)
    }

    /// Returns the finding that the score is too low; empty if it is not.
    private static func verdict(
        of report: ScoreReport,
        _ decision: Decision?,
        in object: KubernetesObject,
        _ document: ScannedDocument
    ) -> [Self] {
        guard let lack = ScoreLack(of: report, decision, in: object, document) else { return [] }
        return [whole(minimumScore, decision.map(Level.init) ?? .error, document, lack.sentence)]
    }

    /// Returns a finding for each place of each failed rule, except places that ``controls(_:beside:in:_:)`` returns.
    private static func rules(
        of report: ScoreReport,
        _ decision: Decision?,
        in object: KubernetesObject,
        _ document: ScannedDocument
    ) -> [Self] {
        let demanded = decision?.violations.compactMap(\.rule) ?? []
        let places = FindingPlaces(object, document)
        return report.results.flatMap { result -> [Self] in
            guard case .fails(let findings) = result.outcome else { return [] }
            let entry = report.entry(of: result)
            let isDemanded = demanded.contains { $0.hasSameBytes(as: entry.rule.id) }
            if isDemanded, let failure = Self.controls(of: decision, beside: report)?.failure(ofRule: entry.rule.id) {
                let rest = findings.filter { !failure.findings.contains($0) }
                guard !rest.isEmpty else { return [] }
                return places.findings(rest) { finding in
                    (entry.rule.id, Level(entry), places.advice(on: entry.rule, finding), entry.points)
                }
            }
            let level = isDemanded ? decision.map(Level.init) ?? .error : Level(entry)
            return places.findings(findings) { finding in
                (entry.rule.id, level, places.advice(on: entry.rule, finding), entry.points)
            }
        }
    }

    /// Returns the findings of mandatory controls if another ruleset checks them than the one that gives the score.
    private static func controls(of decision: Decision?, beside report: ScoreReport?) -> ControlFindings? {
        guard let controls = decision?.controls, controls.ruleset !== report?.ruleset else { return nil }
        return controls
    }

    /// Returns a finding for each place of each violated required or forbidden rule, if another ruleset checks them.
    private static func controls(
        _ decision: Decision?,
        beside report: ScoreReport?,
        in object: KubernetesObject,
        _ document: ScannedDocument
    ) -> [Self] {
        guard let decision, let controls = controls(of: decision, beside: report) else { return [] }
        let places = FindingPlaces(object, document)
        return decision.violations.compactMap { $0.rule.flatMap { controls.failure(ofRule: $0) } }.flatMap { failure in
            let scored = report.flatMap { report in report.ruleset.index(ofRule: failure.rule.id).flatMap { report.failure(ofRuleAt: $0) } }
            let points = scored.map { $0.ruleset.entries[$0.index].points }
            return places.findings(failure.findings) { finding in
                (failure.rule.id, Level(decision), places.advice(on: failure.rule, finding), points)
            }
        }
    }

    /// The checks of the standard that was asked for and of those that the policy's decisive level demands, each once.
    private static func standards(_ decision: Decision?, in object: KubernetesObject, _ document: ScannedDocument) -> [Self] {
        let own = checks(document.standard?.violations ?? [], level: .error, in: object, document)
        guard let decision else { return own }
        let demanded = decision.violations.compactMap { violation -> StandardViolation? in
            guard case .podSecurityStandard(let standard, let check) = violation, standard != document.standard?.standard else {
                return nil
            }
            return decision.violatedEvaluation?.violation(of: standard, check: check)
        }
        return own + checks(demanded, level: Level(decision), in: object, document)
    }

    /// The violations of checks, at each of their places.
    private static func checks(
        _ violations: [StandardViolation],
        level: Level,
        in object: KubernetesObject,
        _ document: ScannedDocument
    ) -> [Self] {
        let places = FindingPlaces(object, document)
        return violations.flatMap { violation in
            places.findings(violation.findings) { finding in
                (violation.name, level, places.advice(on: violation, finding), nil)
            }
        }
    }
}

extension ReportFinding.Level {
    /// Creates the level of a rule by its points: a violation worth nine points or more affects the node.
    package init(_ entry: Ruleset.Entry) {
        switch entry.rule.polarity {
        case .positive: self = .note
        case .negative: self = entry.points <= -9 ? .error : .warning
        }
    }

    /// Creates the level of a violated demand by the outcome of the decision.
    fileprivate init(_ decision: Decision) {
        switch decision.outcome {
        case .deny: self = .error
        case .warn: self = .warning
        case .allow, .audit, .exempt, .unchanged: self = .note
        }
    }
}

/// Creates the findings of one document with their positions.
private struct FindingPlaces {
    /// The message of a finding, and the fix in it.
    typealias Advice = (message: String, remedy: ReportFinding.Remedy)

    private let object: KubernetesObject
    private let document: ScannedDocument
    private let text: FixText
    private let specificationPath: String

    init(_ object: KubernetesObject, _ document: ScannedDocument) {
        self.object = object
        self.document = document
        text = FixText(pod: object.podSpec ?? PodSpec())
        specificationPath = object.specificationPath
    }

    /// Returns a finding for each place, or one for the object if there is no place.
    func findings(
        _ findings: [Finding],
        _ describe: (Finding?) -> (rule: String, level: ReportFinding.Level, advice: Advice, points: Int?)
    ) -> [ReportFinding] {
        guard !findings.isEmpty else { return [made(describe(nil), part: .whole, path: "")] }
        return findings.map { made(describe($0), part: part(of: $0), path: $0.path(below: specificationPath)) }
    }

    private func made(
        _ facts: (rule: String, level: ReportFinding.Level, advice: Advice, points: Int?),
        part: ReportFinding.Part,
        path: String
    ) -> ReportFinding {
        ReportFinding(
            rule: facts.rule,
            level: facts.level,
            part: part,
            position: path.isEmpty ? document.position : document.position(ofPath: path),
            path: path,
            message: facts.advice.message,
            points: facts.points,
            remedy: facts.advice.remedy
        )
    }

    func advice(on rule: Rule, _ finding: Finding?) -> Advice {
        let findings = finding.map { [$0] } ?? []
        let fixClass = text.fixClass(of: rule, findings: findings)
        let causes = document.causes(of: rule, findings: findings, below: specificationPath)
        return (
            "\(text.text(of: rule, findings: findings))\(fixClass.tag)\(causes). \(rule.reason)",
            ReportFinding.Remedy(fix: finding?.fix ?? rule.fix, fixClass: fixClass, causes: causes)
        )
    }

    func advice(on violation: StandardViolation, _ finding: Finding?) -> Advice {
        let findings = finding.map { [$0] } ?? []
        let fixClass = text.fixClass(of: violation.check, findings: findings)
        let causes = document.causes(of: findings, below: specificationPath)
        return (
            "\(text.text(of: violation.check, findings: findings))\(fixClass.tag)\(causes). The Pod \(violation.reason).",
            ReportFinding.Remedy(fix: finding?.fix ?? violation.check.fix, fixClass: fixClass, causes: causes)
        )
    }

    private func part(of finding: Finding) -> ReportFinding.Part {
        let pod = object.podSpec ?? PodSpec()
        switch finding.place {
        case .container: return pod.container(at: finding.place).map { .container($0.name) } ?? .whole
        case .volume(let index): return pod.volumes.indices.contains(index) ? .volume(pod.volumes[index].name) : .whole
        case .pod, .metadata, .object: return .whole
        }
    }
}
