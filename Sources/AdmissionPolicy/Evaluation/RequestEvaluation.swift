/// How strongly a level acts, and the most that a row of the table lets one act.
enum Effect: Int, Comparable {
    case audit
    case warn
    case deny

    static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }

    /// The most that the whole server may do.
    init(_ mode: EnforcementMode) {
        self =
            switch mode {
            case .enforce: .deny
            case .warn: .warn
            case .audit: .audit
            }
    }

    /// The outcome that is recorded when a level acts that strongly.
    var outcome: Decision.Outcome {
        switch self {
        case .audit: .audit
        case .warn: .warn
        case .deny: .deny
        }
    }
}

/// What a row of DESIGN's table says about a request, before the policy's levels and the server's mode have their say.
enum Ruling {
    /// Allowed without a look at the levels.
    case unscored(Decision.Outcome)
    /// Allowed, since the policy does nothing about who asks or about the runtime class.
    case exempt(Exemption)
    /// The levels judge what the waivers leave; none acts more strongly than the cap.
    case judged(Assessment, waiving: Waiving? = nil, cap: Effect)
    /// There is no object of the request's kind to judge.
    case undecodable(cap: Effect)
}
