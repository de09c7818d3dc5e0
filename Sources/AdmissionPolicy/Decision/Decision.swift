package import KubernetesAPI
package import PodScoring

/// What was decided about one request, with the evaluation that it was made from.
package struct Decision: Sendable {
    /// The strongest thing that happened; the audit annotation `decision`.
    package enum Outcome: String, Sendable, CaseIterable {
        case allow
        case warn
        case audit
        case deny
        case exempt
        /// An update that changed nothing of what is evaluated.
        case unchanged
    }

    /// What happened.
    package let outcome: Outcome
    /// The name of the policy that decided.
    package let policy: String
    /// The label of the policy's ruleset.
    package let ruleset: String
    /// What was found in the object today, after waivers; `nil` if the object was not evaluated.
    package let evaluation: PodEvaluation?
    /// The evaluation that ``violations`` are about: ``evaluation``, or that of the day ``deniedFrom`` where only what is to come made it a
    /// warning.
    package let violatedEvaluation: PodEvaluation?
    /// The minimum score of the level that decided, scaled for Windows; `nil` when none applied.
    package let minimumScore: Int?
    /// The demands that were not met at the level that gave the outcome: required and forbidden rules in the policy's order, then the
    /// standard's checks, then the score.
    package let violations: [Violation]
    /// Whether the policy denies and the server's mode alone kept it from doing so; `false` for what is denied.
    package let wouldDeny: Bool
    /// Who or what the policy exempts; `nil` unless the outcome is ``Outcome/exempt``.
    package let exemption: Exemption?
    /// The first day on which the same request would be denied, since a minimum rises or a waiver expires; `nil` where none is known, and for
    /// what is denied already.
    package let deniedFrom: CivilDate?
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
        self.policy = policy.name
        ruleset = policy.ruleset.label
        evaluation = nil
        violatedEvaluation = nil
        minimumScore = nil
        self.violations = violations
        self.wouldDeny = wouldDeny
        self.exemption = exemption
        deniedFrom = nil
        response = AdmissionResponse(uid: request.uid, denial: nil, warnings: [], auditAnnotations: [])
    }

    /// A decision by the verdict of a policy's levels.
    init(_ verdict: PolicyVerdict, on request: borrowing AdmissionRequest, by policy: ScorePolicy) {
        outcome = verdict.effect.map { Outcome($0) } ?? .allow
        self.policy = policy.name
        ruleset = policy.ruleset.label
        evaluation = verdict.evaluation
        violatedEvaluation = verdict.violatedEvaluation
        minimumScore = verdict.minimumScore
        violations = verdict.violations
        wouldDeny = verdict.wouldDeny
        exemption = nil
        deniedFrom = verdict.later?.day
        response = AdmissionResponse(uid: request.uid, denial: nil, warnings: [], auditAnnotations: [])
    }

    /// The same decision with its answer: what it tells the client, and itself as audit annotations.
    ///
    /// `recorded` is what the audit level found as well, where a stronger level decided.
    consuming func answering(denial: AdmissionResponse.Status? = nil, warnings: [String] = [], recorded: [Violation] = []) -> Self {
        let annotations = AuditAnnotations.list(for: self, recorded: recorded)
        response = AdmissionResponse(uid: response.uid, denial: denial, warnings: warnings, auditAnnotations: annotations)
        return self
    }
}

extension Decision {
    /// The score; `nil` when the request was not scored.
    package var score: Int? { evaluation?.report?.score }

    /// The best score that the object could have; `nil` when the request was not scored.
    package var bestPossibleScore: Int? { evaluation?.report?.bestPossibleScore }

    /// The waivers that made a difference to the findings, in the policy's order.
    package var waivers: [UsedWaiver] { evaluation?.usedWaivers ?? [] }

    /// What the checks for required and forbidden rules found where ``violations`` name some; `nil` if the object was not evaluated.
    package var controls: ControlFindings? { violatedEvaluation?.controls }
}

extension Decision.Outcome {
    /// The outcome of a level that acts that strongly.
    init(_ effect: Effect) {
        self =
            switch effect {
            case .audit: .audit
            case .warn: .warn
            case .deny: .deny
            }
    }
}

/// Writes what the audit event records of a decision.
enum AuditAnnotations {
    /// The longest value, in bytes.
    static let valueByteLimit = 1_000

    /// The annotations, in a fixed order; what does not apply is left out.
    ///
    /// `recorded` is what the audit level found where a stronger level decided, whose violations then stand apart.
    static func list(for decision: Decision, recorded: [Violation] = []) -> [AdmissionResponse.AuditAnnotation] {
        var annotations: [AdmissionResponse.AuditAnnotation] = []
        annotations.reserveCapacity(10)
        func append(_ key: String, _ value: String) {
            annotations.append(AdmissionResponse.AuditAnnotation(key: key, value: DisplayText.oneLine(value, byteLimit: valueByteLimit)))
        }
        append("policy", decision.policy)
        append("ruleset", decision.ruleset)
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

    /// The ids with commas between them.
    private static func ids(of violations: [Violation]) -> String {
        if violations.count == 1, let violation = violations.first { return violation.id }
        let items = violations.enumerated().map { position, violation in
            BoundedList.Item(separator: position == 0 ? "" : ",", full: violation.id, short: violation.id)
        }
        return BoundedList.text(items, byteLimit: valueByteLimit)
    }

    /// The waivers with their last days and what they waive: `node-exporter until 2027-03-31: HostNetwork, HostPID; …`.
    private static func text(of waivers: [UsedWaiver]) -> String {
        let items = waivers.enumerated().map { position, waiver in
            BoundedList.Item(
                separator: position == 0 ? "" : "; ",
                full: "\(waiver.name) until \(waiver.expires): \(waiver.rules.joined(separator: ", "))",
                short: waiver.name
            )
        }
        return BoundedList.text(items, byteLimit: valueByteLimit)
    }
}
