package import KubernetesAPI
package import PodScoring

/// The decision about one request, with the evaluation behind it.
package struct Decision: Sendable {
    /// The result; the audit annotation `decision`.
    package enum Outcome: String, Sendable, CaseIterable {
        case allow
        case warn
        case audit
        case deny
        case exempt
        /// An update that changed nothing of what is evaluated.
        case unchanged
    }

    /// The result.
    package let outcome: Outcome
    /// The policy that decided.
    private let source: ScorePolicy
    /// The evaluation of today, after waivers; `nil` if the object was not evaluated.
    package let evaluation: PodEvaluation?
    /// The evaluation with the ``violations``: ``evaluation``, or that of the day ``deniedFrom`` if only the later denial causes the warning.
    package let violatedEvaluation: PodEvaluation?
    /// The minimum score of the level that decided, scaled for Windows; `nil` if none applied.
    package let minimumScore: Int?
    /// The violated demands of the level that gave the outcome: required and forbidden rules in the policy's order, then the
    /// standard's checks, then the score.
    package let violations: [Violation]
    /// The waivers without which more rules would count, or a minimum would be missed, in the order in which they were read.
    package let waivers: [UsedWaiver]
    /// Today's verdict of each level of the policy that was compared, the strongest first.
    ///
    /// For an object that cannot be read, the strongest level alone; otherwise empty if nothing was evaluated.
    package let levels: [LevelVerdict]
    /// Whether the request would be denied in `enforce` mode; `false` if it is denied.
    package let wouldDeny: Bool
    /// The entry of `exempt` that matched; `nil` unless the outcome is ``Outcome/exempt``.
    package let exemption: Exemption?
    /// The first day on which the same request would be denied, since a minimum rises or a waiver expires; `nil` if none is known, or if it is
    /// denied already.
    package let deniedFrom: CivilDate?
    /// The problems of the Namespace's labels that users are warned of; empty if nothing was evaluated.
    package private(set) var namespaceProblems: [NamespaceProblem] = []
    /// The answer to the API server.
    package private(set) var response: AdmissionResponse

    /// A decision about a request whose object was not evaluated.
    package init(
        _ outcome: Outcome,
        on request: borrowing AdmissionRequest,
        by policy: ScorePolicy,
        exemption: Exemption? = nil,
        violations: [Violation] = [],
        wouldDeny: Bool = false
    ) {
        self.outcome = outcome
        source = policy
        evaluation = nil
        violatedEvaluation = nil
        minimumScore = nil
        self.violations = violations
        waivers = []
        levels = violations.isEmpty ? [] : [LevelVerdict(policy.strongestEffect, violations)]
        self.wouldDeny = wouldDeny
        self.exemption = exemption
        deniedFrom = nil
        response = AdmissionResponse(uid: request.uid, denial: nil, warnings: [], auditAnnotations: [])
    }

    /// The decision that follows from the verdict of a policy's levels.
    init(_ verdict: PolicyVerdict, on request: borrowing AdmissionRequest, by policy: ScorePolicy) {
        outcome = verdict.effect.map { Outcome($0) } ?? .allow
        source = policy
        evaluation = verdict.evaluation
        violatedEvaluation = verdict.violatedEvaluation
        minimumScore = verdict.minimumScore
        violations = verdict.violations
        waivers = verdict.waivers
        levels = verdict.levels
        wouldDeny = verdict.wouldDeny
        exemption = nil
        deniedFrom = verdict.later?.day
        response = AdmissionResponse(uid: request.uid, denial: nil, warnings: [], auditAnnotations: [])
    }

    /// The same decision with its answer: the denial or warnings, and the audit annotations.
    ///
    /// `recorded` are the violations at the audit level if a stronger level decided.
    consuming func answering(denial: AdmissionResponse.Status? = nil, warnings: [String] = [], recorded: [Violation] = []) -> Self {
        let annotations = AuditAnnotations.list(for: self, recorded: recorded)
        response = AdmissionResponse(uid: response.uid, denial: denial, warnings: warnings, auditAnnotations: annotations)
        return self
    }

    /// Adds problems of the Namespace's labels as warnings and an audit annotation, unless nothing was evaluated.
    ///
    /// As all warnings, these are left out in `audit` mode. The other warnings must have left room for them.
    consuming func adding(_ problems: [NamespaceProblem], to namespace: String, in mode: EnforcementMode) -> Self {
        guard evaluation != nil || !violations.isEmpty else { return self }
        namespaceProblems = problems
        let warnings = mode == .audit ? [] : problems.map { $0.warning(in: namespace) }
        let names = DisplayText.oneLine(problems.map(\.name).joined(separator: "; "), byteLimit: AuditAnnotations.valueByteLimit)
        response = AdmissionResponse(
            uid: response.uid,
            denial: response.denial,
            warnings: response.warnings + WarningLines.bounded(warnings),
            auditAnnotations: response.auditAnnotations + [AdmissionResponse.AuditAnnotation(key: "namespace-labels", value: names)]
        )
        return self
    }
}

extension Decision {
    /// The name of the policy that decided.
    package var policy: String { source.name }

    /// The label of the policy's ruleset.
    package var ruleset: String { source.ruleset.label }

    /// The features that all nodes have, by the policy.
    package var nodes: NodeFeatures { source.nodes }

    /// The policy's sentence and link for denied users; `nil` if it has none.
    package var guidance: PolicyGuidance? { source.guidance }

    /// The labels of the Namespace that raise a minimum of the policy on some day, with the minimum; empty if none does.
    package var minimumLabels: [PolicyTightening.Minimum] { source.tightening?.minimums ?? [] }

    /// The number of different demands of the policy's levels; see ``ScorePolicy/demands``.
    package var demandCount: Int {
        let ids = source.demands.flatMap(\.ids).filter { !$0.hasSameBytes(as: Violation.undecodable.id) }
        return Set(ids).count
    }

    /// Whether the policy demands more than a minimum score, which says nothing about an object without a score.
    package var demandsControls: Bool {
        source.demands.flatMap(\.ids).contains { id in
            !id.hasSameBytes(as: Violation.minimumScoreID) && !id.hasSameBytes(as: Violation.undecodable.id)
        }
    }

    /// The score; `nil` if the request was not scored.
    package var score: Int? { evaluation?.report?.score }

    /// The best possible score of the object; `nil` if the request was not scored.
    package var bestPossibleScore: Int? { evaluation?.report?.bestPossibleScore }

    /// The results of the checks for required and forbidden rules, for ``violations``; `nil` if the object was not evaluated.
    package var controls: ControlFindings? { violatedEvaluation?.controls }
}

extension Decision.Outcome {
    /// The outcome of an effect.
    init(_ effect: Effect) {
        self =
            switch effect {
            case .audit: .audit
            case .warn: .warn
            case .deny: .deny
            }
    }
}

/// Writes the audit annotations of a decision.
enum AuditAnnotations {
    /// The longest value, in bytes.
    static let valueByteLimit = 1_000

    /// The annotations in a fixed order, without those that do not apply.
    ///
    /// `recorded` are the violations at the audit level if a stronger level decided; they have their own annotation.
    static func list(for decision: Decision, recorded: [Violation] = []) -> [AdmissionResponse.AuditAnnotation] {
        var annotations: [AdmissionResponse.AuditAnnotation] = []
        annotations.reserveCapacity(10)
        func append(_ key: String, _ value: String) {
            annotations.append(AdmissionResponse.AuditAnnotation(key: key, value: DisplayText.oneLine(value, byteLimit: valueByteLimit)))
        }
        append("policy", decision.policy)
        append("ruleset", decision.ruleset)
        if !decision.minimumLabels.isEmpty {
            append("minimum-labels", decision.minimumLabels.map(\.description).joined(separator: ","))
        }
        if let score = decision.score { append("score", String(score)) }
        append("decision", decision.outcome.rawValue)
        if let exemption = decision.exemption { append("exempt", exemption.description) }
        if !decision.violations.isEmpty { append("violations", ids(of: decision.violations)) }
        if !recorded.isEmpty { append("audit-violations", ids(of: recorded)) }
        if !decision.waivers.isEmpty { append("waivers", text(of: decision.waivers)) }
        if let day = decision.deniedFrom { append("denied-from", day.description) }
        if decision.wouldDeny { append("would-deny", "true") }
        return annotations
    }

    /// The ids, separated by commas.
    private static func ids(of violations: [Violation]) -> String {
        if violations.count == 1, let violation = violations.first { return violation.id }
        var list = BoundedList()
        for index in violations.indices {
            if index > 0 { list.text += "," }
            list.text += violations[index].id
            list.endEntry()
        }
        return list.string(byteLimit: valueByteLimit)
    }

    /// The waivers with their last days and exceptions: `node-exporter until 2027-03-31: HostNetwork, minimumScore 4; …`.
    private static func text(of waivers: [UsedWaiver]) -> String {
        var list = BoundedList()
        for (position, waiver) in waivers.enumerated() {
            if position > 0 { list.text += "; " }
            list.text += waiver.name
            let shortEnd = list.text.byteCount
            list.text += " until \(waiver.expires): \(waiver.exceptions)"
            list.endEntry(shortEnd: shortEnd)
        }
        return list.string(byteLimit: valueByteLimit)
    }
}
