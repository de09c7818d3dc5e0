extension ScorePolicy {
    /// How the strongest level that is on acts; recording when none is.
    var strongestEffect: Effect {
        enforce != nil ? .deny : warn != nil ? .warn : .audit
    }
}
