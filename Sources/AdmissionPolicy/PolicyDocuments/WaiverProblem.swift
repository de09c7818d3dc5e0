/// What is wrong with a waiver, or worth knowing about it.
package enum WaiverProblem: Sendable, Equatable, CustomStringConvertible {
    /// A list of the waiver's match is empty.
    case matchesNothing(field: String)
    case waivesNothing
    /// The rule looks at no kind that holds a Pod.
    case ruleNotAboutPods(String)
    /// Somebody has to answer for the waiver, and to say why.
    case blank(field: String)
    /// Rules about the host or about privileges do not count for images that anyone may push. A warning.
    case namesNoRepository(rules: [String])
    /// A warning.
    case hasExpired(on: CivilDate)
    /// A warning; 0 days are left on the last one.
    case expiresSoon(on: CivilDate, daysLeft: Int)

    /// Whether the waiver can be put in force all the same.
    var severity: PolicyProblem.Severity {
        switch self {
        case .matchesNothing, .waivesNothing, .ruleNotAboutPods, .blank: .error
        case .namesNoRepository, .hasExpired, .expiresSoon: .warning
        }
    }

    /// What is wrong, without its place.
    package var description: String {
        switch self {
        case .matchesNothing(let field): return "match.\(field) is empty, so the waiver would apply to nothing"
        case .waivesNothing: return "rules is empty, so the waiver would waive nothing"
        case .ruleNotAboutPods(let rule): return "\(rule) is not about Pods, so there is nothing to waive"
        case .blank(let field): return "\(field) is blank"
        case .namesNoRepository(let rules):
            return
                "\(rules.joined(separator: ", ")) waived, and match.images names no repository: anyone who creates a Pod chooses its names and its "
                + "service account; name repositories, best with digests"
        case .hasExpired(let date): return "the waiver ended on \(date): it is as if it were absent"
        case .expiresSoon(let date, let days):
            let left = days == 0 ? "today" : "in \(days) \(days == 1 ? "day" : "days")"
            return "the waiver ends on \(date), \(left)"
        }
    }
}
