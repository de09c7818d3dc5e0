import PodScoring

/// What the levels of a policy make of an assessment.
struct Judgement {
    /// What one level found.
    struct Found {
        /// How strongly the level acts, before any cap.
        let effect: Effect
        /// The level's minimum on the day, as the policy says it; `nil` when it asks for none.
        let writtenMinimum: Int?
        /// The minimum for this very Pod; `nil` when the level or the row asks for none.
        let minimumScore: Int?
        /// The demands that are not met; empty when the level is satisfied.
        let violations: [Decision.Violation]

        /// Judges what is left of an object by a level, with the minimum of a day.
        init(_ effect: Effect, _ level: borrowing ScorePolicy.Level, on day: CivilDate, in assessment: Assessment) {
            self.effect = effect
            writtenMinimum = level.minimumScore(on: day)
            minimumScore = assessment.minimumScore(scaling: writtenMinimum)
            violations = assessment.violations(of: level, minimumScore: minimumScore)
        }
    }

    /// What will be denied that is not denied today.
    struct Later {
        /// The first day.
        let day: CivilDate
        /// What is left of the findings on that day.
        let assessment: Assessment
        /// What `enforce` finds then.
        let found: Found
        /// The waivers that apply today and no longer then.
        let endedWaivers: [ScoreWaiver]
    }

    /// What was judged: what today's waivers leave.
    let assessment: Assessment
    /// The strongest level that found something; `nil` when none did.
    let decisive: Found?
    /// How strongly the policy acts after the caps of the row and of the mode; `nil` when nothing was found.
    let effect: Effect?
    /// Whether the mode alone keeps the request from being denied.
    let wouldDeny: Bool
    /// The minimum of the decisive level, or of the strongest one when nothing was found; `nil` when it asks for none.
    let minimumScore: Int?
    /// What the audit level found where a stronger one decides.
    let recorded: [Decision.Violation]
    /// What is to come; `nil` where nothing is known to come, and for what is denied today.
    let later: Later?
    /// The demands that were not met at the level that gives the outcome.
    let violations: [Decision.Violation]

    /// What is left of the rules that levels require and forbid where ``violations`` names some.
    let controls: ControlFindings

    /// Whether any waiver applies to the object.
    let isWaived: Bool

    /// Whether a level warns because of what it found, and not only because of what is to come.
    var warnsToday: Bool { (decisive?.effect ?? .audit) > .audit }

    /// The rules that failed: all of them where the object was scored, else those alone that decide.
    var failures: [ScoreReport.Result] {
        guard assessment.report == nil else { return assessment.failures }
        let ids = decisive?.violations.map(\.id) ?? []
        return assessment.failures.filter { ids.contains(assessment.rule(of: $0).id) }
    }

    /// Lets the levels judge what the day's waivers leave: the strongest that finds something decides.
    ///
    /// `cap` is the most that the request's row lets a level do.
    init(
        _ unwaived: Assessment,
        waiving: Waiving?,
        by policy: ScorePolicy,
        cap: Effect,
        mode: EnforcementMode,
        on today: CivilDate
    ) {
        let assessment = waiving?.applied(to: unwaived, on: today) ?? unwaived
        let found = Self.found(in: assessment, by: policy, on: today)
        let decisive = found.first { !$0.violations.isEmpty }
        let capped = decisive.map { min($0.effect, cap) }
        // What is never denied, a mirror Pod, will not be one day.
        let later = decisive?.effect == .deny || cap == .audit ? nil : Self.later(than: today, unwaived, waiving: waiving, by: policy)
        let isForeseenOnly = later != nil && (decisive?.effect ?? .audit) == .audit
        // What is foreseen is a warning; `capped` is no stronger here than the cap.
        let effect = later == nil ? capped.map { min($0, Effect(mode)) } : min(.warn, cap, Effect(mode))
        isWaived = waiving != nil
        self.assessment = assessment
        self.decisive = decisive
        self.effect = effect
        self.later = later
        violations = (isForeseenOnly ? later?.found.violations : decisive?.violations) ?? []
        controls = (isForeseenOnly ? later?.assessment : nil)?.controls ?? assessment.controls
        wouldDeny = capped == .deny && effect != .deny
        minimumScore = (isForeseenOnly ? found.first : decisive ?? found.first).flatMap { $0.minimumScore }
        recorded = decisive?.effect == .audit && !isForeseenOnly ? [] : found.first { $0.effect == .audit }?.violations ?? []
    }

    /// What each level that is on finds, the strongest first.
    private static func found(in assessment: Assessment, by policy: ScorePolicy, on today: CivilDate) -> [Found] {
        var found: [Found] = []
        found.reserveCapacity(3)
        if let enforce = policy.enforce { found.append(Found(.deny, enforce, on: today, in: assessment)) }
        if let warn = policy.warn { found.append(Found(.warn, warn, on: today, in: assessment)) }
        if let audit = policy.audit { found.append(Found(.audit, audit, on: today, in: assessment)) }
        return found
    }

    /// Finds the first known day on which `enforce` finds something: a step of its ramp, or the end of a waiver that is near.
    ///
    /// Minimums only rise and waivers only end, so the last day tells whether there is such a day at all, and the days are searched by halves:
    /// each try judges the whole object again.
    private static func later(
        than today: CivilDate,
        _ unwaived: Assessment,
        waiving: Waiving?,
        by policy: ScorePolicy
    ) -> Later? {
        guard let enforce = policy.enforce, !enforce.ramp.isEmpty || waiving != nil else { return nil }
        let days = (enforce.steps(after: today).map(\.date) + (waiving?.knownEnds ?? [])).sorted()
        guard let last = days.last, var found = later(on: last, unwaived, waiving: waiving, enforce) else { return nil }
        var (start, end) = (days.startIndex, days.endIndex - 1)
        while start < end {
            let middle = start + (end - start) / 2
            if let earlier = later(on: days[middle], unwaived, waiving: waiving, enforce) {
                (found, end) = (earlier, middle)
            } else {
                start = middle + 1
            }
        }
        return found
    }

    private static func later(on day: CivilDate, _ unwaived: Assessment, waiving: Waiving?, _ enforce: ScorePolicy.Level) -> Later? {
        let assessment = waiving?.applied(to: unwaived, on: day) ?? unwaived
        let found = Found(.deny, enforce, on: day, in: assessment)
        guard !found.violations.isEmpty else { return nil }
        return Later(day: day, assessment: assessment, found: found, endedWaivers: waiving?.waiversEnded(by: day) ?? [])
    }
}
