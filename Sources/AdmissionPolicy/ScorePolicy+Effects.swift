import PodScoring

extension ScorePolicy {
    /// The levels that are on with how they act, the strongest first, each with the minimum of a day.
    func levels(on day: CivilDate) -> [(effect: Effect, level: Level)] {
        [(Effect.deny, enforce?.asOf(day)), (.warn, warn), (.audit, audit)].compactMap { effect, level in
            level.map { (effect, $0) }
        }
    }

    /// How the strongest level that is on acts; recording when none is.
    var strongestEffect: Effect {
        enforce != nil ? .deny : warn != nil ? .warn : .audit
    }

    /// The Pod Security Standards that the levels ask for, each once, the strongest level's first.
    var standards: [PodSecurityStandard] {
        var standards: [PodSecurityStandard] = []
        for level in [enforce, warn, audit] {
            guard let standard = level?.podSecurityStandard, !standards.contains(standard) else { continue }
            standards.append(standard)
        }
        return standards
    }
}

extension ScorePolicy.Level {
    /// The level with the minimum of a day in place of its ramp.
    func asOf(_ day: CivilDate) -> Self {
        guard !ramp.isEmpty else { return self }
        var level = self
        level.minimumScore = minimumScore(on: day)
        level.ramp = []
        return level
    }
}
