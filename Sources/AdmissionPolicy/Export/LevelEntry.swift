import PodScoring

/// A check of a level as it stands in the list of checks: what it costs, for whom it counts, and the places where it fails.
///
/// In CEL it is a list of texts: the points, the demand, the id, the fix, then the places.
struct LevelEntry: Sendable {
    /// The demand that a check violates where it fails.
    enum Demand: Sendable, Equatable {
        /// The level requires the rule.
        case required
        /// The level forbids the rule.
        case forbidden
        /// The level requires the standard.
        case standard(PodSecurityStandard)
        /// No level names the rule; it only costs points.
        case none
        /// No level names the rule, but every level forbids it in a new ephemeral container.
        case noneButInNewContainers

        /// The word before the id in messages; at most one character if the demand alone violates nothing.
        var label: String {
            switch self {
            case .required: "required "
            case .forbidden: "forbidden "
            case .standard(let standard): "\(standard) "
            case .none: ""
            case .noneButInNewContainers: LevelEntry.newContainersLabel
            }
        }
    }

    /// The label of ``Demand/noneButInNewContainers``.
    static let newContainersLabel = "-"

    /// The points that the Pod lacks if the check fails; zero or more.
    let points: Int
    /// The demand.
    let demand: Demand
    /// The id of the rule or of the check.
    let id: String
    /// The fix.
    let fix: String
    /// Where the check fails.
    let check: CELCheck
    /// Whether Windows forbids the rule's field, so that it does not apply to Windows Pods.
    let isLinuxOnly: Bool

    /// The terms that its conditions read.
    var terms: Set<CELTerm> {
        check.parts.reduce(into: appliesToLinuxOnly ? [.isWindows] : []) { $0.formUnion($1.condition.terms) }
    }

    /// The entry in CEL; the names of the lists are those of ``SubjectBindings``.
    var text: String {
        let facts = CELText.list([points == 0 ? "0" : "-\(points)", demand.label, id, fix])
        return ([facts] + check.parts.map(places)).joined(separator: "+")
    }

    /// Whether the check never fails for Pods that declare that they run on Windows.
    var appliesToLinuxOnly: Bool { isLinuxOnly || check.isLinuxOnly }

    /// The list of places where a condition is true.
    private func places(_ part: CELCheck.Part) -> String {
        let list = SubjectBindings.list(of: part.range, onLinuxOnly: appliesToLinuxOnly)
        let isGuarded = appliesToLinuxOnly && !list.isEmptyOnWindows
        let condition = isGuarded ? "!\(CELTerm.isWindows.rawValue)&&(\(part.condition.text))" : part.condition.text
        guard let place = list.place else { return "\(list.name).filter(c,\(condition))" }
        return condition == "true" ? "\(list.name).map(c,\(place))" : "\(list.name).map(c,\(condition),\(place))"
    }
}

extension [LevelEntry] {
    /// The parts of a Pod that the checks judge.
    var ranges: Set<CELCheck.Range> { Set(flatMap { $0.check.parts.map(\.range) }) }

    /// The terms that the checks read.
    var terms: Set<CELTerm> { reduce(into: []) { $0.formUnion($1.terms) } }
}
