import KubernetesAPI

/// The verdicts of a policy's levels on an object, and the resulting effect.
struct PolicyVerdict {
    /// The denial on a later day of what is not denied today.
    struct Later {
        /// The first day.
        let day: CivilDate
        /// The findings that no waiver covers on that day.
        let evaluation: PodEvaluation
        /// The verdict of `enforce` on that day.
        let level: LevelVerdict
        /// The waivers that apply today and have expired by then.
        let expiredWaivers: [ScoreWaiver]
    }

    /// The findings that no waiver covers today.
    let evaluation: PodEvaluation
    /// Today's verdict of each level that is on, the strongest first.
    let levels: [LevelVerdict]
    /// The strongest level with a violation; `nil` if every level is satisfied.
    let decisive: LevelVerdict?
    /// The effect after the caps of the route and of the mode; `nil` if every level is satisfied.
    let effect: Effect?
    /// Whether the request would be denied in `enforce` mode, but is not.
    let wouldDeny: Bool
    /// The minimum of the decisive level, or of the strongest one if every level is satisfied; `nil` if it has none.
    let minimumScore: Int?
    /// The violations at the audit level, if a stronger level decides.
    let recorded: [Violation]
    /// The first known denial on a later day; `nil` without one, and for what is denied today.
    let later: Later?
    /// The violated demands of the level that gives the outcome.
    let violations: [Violation]
    /// The evaluation with the ``violations``: that of the later day if only the later denial causes the warning.
    let violatedEvaluation: PodEvaluation

    /// The waivers without which more rules would count today, or a minimum would be missed.
    var waivers: [UsedWaiver] {
        let used = evaluation.usedWaivers
        guard !used.isEmpty else { return [] }
        return levels.contains(where: \.isMinimumWaived) ? used : used.compactMap(\.withoutMinimum)
    }

    /// Whether a level has a reason to warn today, not only on a later day.
    var warnsToday: Bool { (decisive?.effect ?? .audit) > .audit }

    /// Compares the findings that no waiver covers with each level: the strongest level with a violation decides.
    ///
    /// `evaluation` is what the waivers leave today; `cap` is the strongest effect that the request's route allows.
    init(
        _ evaluation: PodEvaluation,
        waivers: ApplicableWaivers?,
        by policy: ScorePolicy,
        cap: Effect,
        mode: EnforcementMode,
        on today: CivilDate
    ) {
        let levels = Self.levels(of: policy, in: evaluation, on: today)
        let decisive = levels.first { !$0.violations.isEmpty }
        let capped = decisive.map { min($0.effect, cap) }
        // Mirror Pods are never denied, so nothing is foreseen for them.
        let isFinal = decisive?.effect == .deny || cap == .audit
        let later = isFinal ? nil : Self.later(than: today, evaluation.unwaived, waivers: waivers, by: policy)
        let isForeseenOnly = later != nil && (decisive?.effect ?? .audit) == .audit
        // A later denial is a warning today.
        let effect = later == nil ? capped.map { min($0, Effect(mode)) } : min(.warn, cap, Effect(mode))
        self.evaluation = evaluation
        self.levels = levels
        self.decisive = decisive
        self.effect = effect
        self.later = later
        violations = (isForeseenOnly ? later?.level.violations : decisive?.violations) ?? []
        violatedEvaluation = (isForeseenOnly ? later?.evaluation : nil) ?? evaluation
        wouldDeny = capped == .deny && effect != .deny
        minimumScore = (isForeseenOnly ? levels.first : decisive ?? levels.first).flatMap { $0.minimumScore }
        recorded = decisive?.effect == .audit && !isForeseenOnly ? [] : levels.first { $0.effect == .audit }?.violations ?? []
    }

    /// The verdict of each level that is on, the strongest first.
    private static func levels(of policy: ScorePolicy, in evaluation: PodEvaluation, on today: CivilDate) -> [LevelVerdict] {
        var levels: [LevelVerdict] = []
        levels.reserveCapacity(3)
        if let enforce = policy.enforce { levels.append(LevelVerdict(.deny, enforce, on: today, in: evaluation)) }
        if let warn = policy.warn { levels.append(LevelVerdict(.warn, warn, on: today, in: evaluation)) }
        if let audit = policy.audit { levels.append(LevelVerdict(.audit, audit, on: today, in: evaluation)) }
        return levels
    }

    /// Finds the first known day on which `enforce` has a violation: a step of its ramp, or the end of a waiver that is near.
    ///
    /// Minimums only rise and waivers only expire, so the last day tells whether there is such a day. A binary search finds the first, since
    /// each day compares the whole object again.
    private static func later(
        than today: CivilDate,
        _ unwaived: PodEvaluation,
        waivers: ApplicableWaivers?,
        by policy: ScorePolicy
    ) -> Later? {
        guard let enforce = policy.enforce, !enforce.ramp.isEmpty || waivers != nil else { return nil }
        let days = (enforce.steps(after: today).map(\.date) + (waivers?.knownEnds ?? [])).sorted()
        guard let last = days.last, var found = later(on: last, unwaived, waivers: waivers, enforce) else { return nil }
        var (start, end) = (days.startIndex, days.endIndex - 1)
        while start < end {
            let middle = start + (end - start) / 2
            if let earlier = later(on: days[middle], unwaived, waivers: waivers, enforce) {
                (found, end) = (earlier, middle)
            } else {
                start = middle + 1
            }
        }
        return found
    }

    private static func later(
        on day: CivilDate,
        _ unwaived: PodEvaluation,
        waivers: ApplicableWaivers?,
        _ enforce: ScorePolicy.Level
    ) -> Later? {
        let evaluation = waivers?.applied(to: unwaived, on: day) ?? unwaived
        let level = LevelVerdict(.deny, enforce, on: day, in: evaluation)
        guard !level.violations.isEmpty else { return nil }
        return Later(day: day, evaluation: evaluation, level: level, expiredWaivers: waivers?.expired(by: day) ?? [])
    }
}
