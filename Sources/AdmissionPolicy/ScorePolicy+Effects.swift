extension ScorePolicy {
    /// The levels that are on with how they act, the strongest first.
    var levels: [(effect: Effect, level: Level)] {
        [(Effect.deny, enforce), (.warn, warn), (.audit, audit)].compactMap { effect, level in
            level.map { (effect, $0) }
        }
    }
}
