import KubernetesAPI

/// The error that a ruleset does not have the requested rules.
package struct UnknownRules: Error, Equatable, Sendable, CustomStringConvertible {
    /// The unknown ids, in the order in which they were given.
    package let ids: [String]
    /// The name of the ruleset.
    package let ruleset: String
    /// The ids of the ruleset's rules.
    let known: [String]

    /// One line that names each unknown id, with a suggestion where one is similar.
    package var description: String {
        ids.map { id in
            let suggestion = Suggestion.closest(to: id, among: known).map { "; did you mean \($0)?" } ?? ""
            return "\(ruleset) has no rule \"\(id)\"\(suggestion)"
        }.joined(separator: ", ")
    }
}
