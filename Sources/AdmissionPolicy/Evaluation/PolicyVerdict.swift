import KubernetesAPI

/// What the levels of a policy find in an object, and how strongly that acts.
struct PolicyVerdict {
    /// What will be denied that is not denied today.
    struct Later {
        /// The first day.
        let day: CivilDate
        /// What is left of the findings on that day.
        let evaluation: PodEvaluation
        /// What `enforce` finds then.
        let level: LevelVerdict
        /// The waivers that apply today and have expired by then.
        let expiredWaivers: [ScoreWaiver]
    }

    /// What today's waivers leave of the findings.
    let evaluation: PodEvaluation
    /// The strongest level with a violation; `nil` when every level is satisfied.
    let decisive: LevelVerdict?
    /// How strongly the policy acts after the caps of the route and of the mode; `nil` when every level is satisfied.
    let effect: Effect?
    /// Whether the mode alone keeps the request from being denied.
    let wouldDeny: Bool
    /// The minimum of the decisive level, or of the strongest one when every level is satisfied; `nil` when it has none.
    let minimumScore: Int?
    /// What the audit level found where a stronger one decides.
    let recorded: [Violation]
    /// What is to come; `nil` where nothing is known to come, and for what is denied today.
    let later: Later?
    /// The demands that were not met at the level that gives the outcome.
    let violations: [Violation]
    /// The evaluation that ``violations`` are about: that of the later day where only what is to come makes it a warning.
    let violatedEvaluation: PodEvaluation

    /// Whether a level warns because of what it found, and not only because of what is to come.
    var warnsToday: Bool { (decisive?.effect ?? .audit) > .audit }

    /// Compares what the day's waivers leave with each level: the strongest level with a violation decides.
    ///
    /// `cap` is the most that the request's route lets a level do.
    init(
        _ unwaived: PodEvaluation,
        waivers: ApplicableWaivers?,
        by policy: ScorePolicy,
        cap: Effect,
        mode: EnforcementMode,
        on today: CivilDate
    ) {
        let evaluation = waivers?.applied(to: unwaived, on: today) ?? unwaived
        let levels = Self.levels(of: policy, in: evaluation, on: today)
        let decisive = levels.first { !$0.violations.isEmpty }
        let capped = decisive.map { min($0.effect, cap) }
        // Mirror Pods are never denied, so nothing is foreseen for them.
        let later = decisive?.effect == .deny || cap == .audit ? nil : Self.later(than: today, unwaived, waivers: waivers, by: policy)
        let isForeseenOnly = later != nil && (decisive?.effect ?? .audit) == .audit
        // What is foreseen is a warning; `capped` is no stronger here than the cap.
        let effect = later == nil ? capped.map { min($0, Effect(mode)) } : min(.warn, cap, Effect(mode))
        self.evaluation = evaluation
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
    /// Minimums only rise and waivers only expire, so the last day tells whether there is such a day at all. The days are searched by halves,
    /// since each try compares the whole object again.
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
