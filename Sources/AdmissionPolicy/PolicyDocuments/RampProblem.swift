/// What is wrong with the ramp of a level.
package enum RampProblem: Sendable, Equatable, CustomStringConvertible {
    /// A level that has no ramp is given one.
    case outsideEnforce(level: String)
    case tooManySteps(limit: Int)
    /// A step does not come after the one before it.
    case dateNotLater(CivilDate, previous: CivilDate)
    /// A step asks for less than what stands before it.
    case minimumFalls(Int, previous: Int)

    /// What is wrong, without its place.
    package var description: String {
        switch self {
        case .outsideEnforce(let level): "\(level) has no ramp: from belongs under enforce alone"
        case .tooManySteps(let limit): "more than \(limit) steps in from"
        case .dateNotLater(let date, let previous): "\(date) does not come after \(previous), the date of the step before it"
        case .minimumFalls(let minimum, let previous):
            "minimumScore \(minimum) is below \(previous), the minimum before it: a ramp only rises"
        }
    }
}
