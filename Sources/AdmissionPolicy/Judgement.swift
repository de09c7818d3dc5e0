import PodScoring

/// What the levels of a policy make of an assessment.
struct Judgement {
    /// What one level found.
    struct Found {
        /// How strongly the level acts, before any cap.
        let effect: Effect
        /// The level itself.
        let level: ScorePolicy.Level
        /// The demands that are not met; empty when the level is satisfied.
        let violations: [Decision.Violation]
    }

    /// What was judged.
    let assessment: Assessment
    /// The strongest level that found something; `nil` when none did.
    let decisive: Found?
    /// How strongly that level acts after the caps of the row and of the mode; `nil` when nothing was found.
    let effect: Effect?
    /// Whether the mode alone keeps the request from being denied.
    let wouldDeny: Bool
    /// The minimum of the decisive level, or of the strongest one when nothing was found; `nil` when it asks for none.
    let minimumScore: Int?
    /// What the audit level found where a stronger one decides.
    let recorded: [Decision.Violation]

    /// The rules that failed: all of them where the object was scored, else those alone that decide.
    var failures: [ScoreReport.Result] {
        guard assessment.report == nil else { return assessment.failures }
        let ids = decisive?.violations.map(\.id) ?? []
        return assessment.failures.filter { ids.contains(assessment.rule(of: $0).id) }
    }

    /// Lets the levels judge: the strongest that finds something decides.
    ///
    /// `cap` is the most that the request's row lets a level do.
    init(_ assessment: Assessment, by policy: ScorePolicy, cap: Effect, mode: EnforcementMode) {
        let found = policy.levels.map { effect, level in
            Found(effect: effect, level: level, violations: assessment.violations(of: level))
        }
        let decisive = found.first { !$0.violations.isEmpty }
        let capped = decisive.map { min($0.effect, cap) }
        let effect = capped.map { min($0, Effect(mode)) }
        self.assessment = assessment
        self.decisive = decisive
        self.effect = effect
        wouldDeny = capped == .deny && effect != .deny
        minimumScore = (decisive ?? found.first).flatMap { assessment.minimumScore(of: $0.level) }
        recorded = decisive?.effect == .audit ? [] : found.first { $0.effect == .audit }?.violations ?? []
    }
}
