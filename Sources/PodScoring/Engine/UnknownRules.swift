import KubernetesAPI

/// The error that a ruleset does not have the requested rules.
package struct UnknownRules: Error, Equatable, Sendable, CustomStringConvertible {
    /// The unknown ids, in the order in which they were given.
    package let ids: [String]
    /// The name of the ruleset.
    package let ruleset: String
    /// The ids of the ruleset's rules.
    let known: [String]

    /// The number of bytes from which further ids are counted instead of named.
    private static let byteLimit = 256

    /// One line that names the unknown ids, each with a suggestion if one is similar; it counts those that do not fit.
    package var description: String {
        var text = ""
        for (index, id) in ids.enumerated() {
            let clause = clause(about: id)
            guard !text.isEmpty else {
                text = clause
                continue
            }
            guard text.utf8.count + clause.utf8.count <= Self.byteLimit else { return text + ", and \(ids.count - index) more" }
            text += ", " + clause
        }
        return text
    }

    private func clause(about id: String) -> String {
        let suggestion = Suggestion.closest(to: id, among: known).map { "; did you mean \($0)?" } ?? ""
        let shown = VisibleText.of(id.cut(toBytes: String.echoByteLimit)).cut(toBytes: String.echoByteLimit)
        return "\(ruleset) has no rule \"\(shown)\"\(suggestion)"
    }
}
