import PodScoring

extension ScorePolicy {
    /// The levels that are on with how they act, the strongest first.
    var levels: [(effect: Effect, level: Level)] {
        [(Effect.deny, enforce), (.warn, warn), (.audit, audit)].compactMap { effect, level in
            level.map { (effect, $0) }
        }
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
