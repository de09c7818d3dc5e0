package import KubernetesAPI
package import PodScoring

/// What was decided about one request, with all that the answer, the log and the metrics need.
package struct Decision: Sendable {
    /// The strongest thing that happened; the audit annotation `decision`.
    package enum Outcome: String, Sendable, CaseIterable {
        case allow
        case warn
        case audit
        case deny
        case exempt
        /// An update that changed nothing of what is scored.
        case unchanged
    }

    /// One demand of a level that was not met.
    package enum Violation: Sendable, Equatable {
        /// The score is below the level's minimum.
        case minimumScore(score: Int, minimum: Int)
        /// A required rule does not hold.
        case required(rule: String)
        /// A forbidden rule fires.
        case forbidden(rule: String)
        /// The Pod does what a check of the level's Pod Security Standard forbids; the check by its name, such as `baseline/hostNamespaces`.
        case podSecurityStandard(PodSecurityStandard, check: String)
        /// The object cannot be read as its kind, so that nothing is known of it.
        case undecodable

        /// The rule's id, the check's name, `minimumScore` or `undecodable`.
        package var id: String {
            switch self {
            case .minimumScore: "minimumScore"
            case .required(let rule), .forbidden(let rule): rule
            case .podSecurityStandard(_, let check): check
            case .undecodable: "undecodable"
            }
        }
    }

    /// A waiver without which rules would have counted.
    package struct UsedWaiver: Sendable, Equatable {
        /// The waiver's name.
        package let name: String
        /// The last day, in UTC, on which it applies.
        package let expires: CivilDate
        /// The rules and checks that do not count because of it, in the ruleset's and the standards' order.
        package let rules: [String]

        /// What a waiver did.
        package init(name: String, expires: CivilDate, rules: [String]) {
            self.name = name
            self.expires = expires
            self.rules = rules
        }
    }

    /// What happened.
    package let outcome: Outcome
    /// The name of the policy that decided.
    package let policy: String
    /// The label of the ruleset by which the policy scores.
    package let ruleset: String
    /// `nil` when the request was not scored.
    package let score: Int?
    /// `nil` when the request was not scored.
    package let bestPossibleScore: Int?
    /// The minimum that was asked for at the strongest level, scaled for Windows; `nil` when none applied.
    package let minimumScore: Int?
    /// The demands that were not met at the level that gave the outcome: required and forbidden rules in the policy's order, then the
    /// standard's checks, then the score.
    ///
    /// Those of the day ``deniedFrom`` where only what is to come made it a warning.
    package let violations: [Violation]
    /// The rules that failed or fired, in the ruleset's order, whether a level names them or not; indexes are those of the policy's ruleset.
    ///
    /// Findings point into the request's object. On a request that was not scored only the rules that decided.
    package let failures: [ScoreReport.Result]
    /// The findings that required and forbidden rules are judged by; `nil` if the policy has no such rules, or if nothing was judged.
    package let controls: ControlFindings?
    /// The score as it counts once waivers have been applied; `nil` where none apply, or nothing was scored.
    package let report: ScoreReport?
    /// Whether the policy denies and the server's mode alone kept it from doing so; `false` for what is denied.
    package let wouldDeny: Bool
    /// The waivers that made a difference to the findings, in the policy's order.
    package let waivers: [UsedWaiver]
    /// Who or what the policy exempts; `nil` unless the outcome is ``Outcome/exempt``.
    package let exemption: Exemption?
    /// The first day on which the same request would be denied, for a minimum rises or a waiver ends; `nil` where none is known, and for what is
    /// denied already.
    package let deniedFrom: CivilDate?
    /// What the API server is told.
    package private(set) var response: AdmissionResponse

    /// A decision, complete but for what ``answering(denial:warnings:recorded:)`` adds to the response.
    package init(
        outcome: Outcome,
        policy: String,
        ruleset: String,
        score: Int?,
        bestPossibleScore: Int?,
        minimumScore: Int?,
        violations: [Violation],
        failures: [ScoreReport.Result] = [],
        controls: ControlFindings? = nil,
        wouldDeny: Bool,
        report: ScoreReport? = nil,
        waivers: [UsedWaiver] = [],
        exemption: Exemption? = nil,
        deniedFrom: CivilDate? = nil,
        response: AdmissionResponse
    ) {
        self.outcome = outcome
        self.policy = policy
        self.ruleset = ruleset
        self.score = score
        self.bestPossibleScore = bestPossibleScore
        self.minimumScore = minimumScore
        self.violations = violations
        self.failures = failures
        self.controls = controls
        self.wouldDeny = wouldDeny
        self.report = report
        self.waivers = waivers
        self.exemption = exemption
        self.deniedFrom = deniedFrom
        self.response = response
    }

    /// The same decision with its answer: what it tells the client, and itself as audit annotations.
    ///
    /// `recorded` is what the audit level found, too, where a stronger level decided.
    consuming func answering(denial: AdmissionResponse.Status? = nil, warnings: [String] = [], recorded: [Violation] = []) -> Self {
        let annotations = AuditAnnotations.list(for: self, recorded: recorded)
        response = AdmissionResponse(uid: response.uid, denial: denial, warnings: warnings, auditAnnotations: annotations)
        return self
    }
}
