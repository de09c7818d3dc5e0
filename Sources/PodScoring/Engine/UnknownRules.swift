/// Ids by which somebody asked for rules that a ruleset does not have.
package struct UnknownRules: Error, Equatable, Sendable, CustomStringConvertible {
    /// The ids, in the order in which they were given.
    package let ids: [String]
    /// The name of the ruleset.
    package let ruleset: String
    /// The ids that it has.
    let known: [String]

    /// One line that names each id, and for each a rule that may be meant.
    package var description: String {
        ids.map { id in
            let suggestion = Suggestion.closest(to: id, among: known).map { "; did you mean \($0)?" } ?? ""
            return "\(ruleset) has no rule \"\(id)\"\(suggestion)"
        }.joined(separator: ", ")
    }
}
