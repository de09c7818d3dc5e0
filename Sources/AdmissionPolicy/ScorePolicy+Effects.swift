import PodScoring

extension ScorePolicy {
    /// How the strongest level that is on acts; recording when none is.
    var strongestEffect: Effect {
        enforce != nil ? .deny : warn != nil ? .warn : .audit
    }

    /// The Pod Security Standards that the levels ask for, each once, the strongest level's first.
    var standards: [PodSecurityStandard] {
        var standards: [PodSecurityStandard] = []
        for standard in [enforce?.podSecurityStandard, warn?.podSecurityStandard, audit?.podSecurityStandard] {
            guard let standard, !standards.contains(standard) else { continue }
            standards.append(standard)
        }
        return standards
    }
}
