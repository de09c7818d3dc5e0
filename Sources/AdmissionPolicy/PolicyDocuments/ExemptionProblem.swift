/// What is wrong with an entry of `exempt`.
package enum ExemptionProblem: Sendable, Equatable, CustomStringConvertible {
    /// Anyone who can create a Deployment would be exempt, or anyone at all.
    case coversEveryone(String, field: String)
    /// Patterns would hide how many are exempt.
    case glob(String, field: String)
    /// Nobody can be called so.
    case unnamable(String, field: String)
    case notAServiceAccount(String)

    /// What is wrong, without its place.
    package var description: String {
        switch self {
        case .coversEveryone(let entry, let field):
            "\(quoted(entry)) in exempt.\(field) would exempt everyone who can create a Deployment: name whom you trust"
        case .glob(let entry, let field): "\(quoted(entry)) in exempt.\(field) is a pattern: name each one"
        case .unnamable(let entry, let field):
            "\(quoted(entry)) in exempt.\(field) is no name: it is empty or holds blanks or control characters"
        case .notAServiceAccount(let entry): "\(quoted(entry)) in exempt.serviceAccounts is not written as namespace:name"
        }
    }
}
