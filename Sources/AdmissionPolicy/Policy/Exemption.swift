/// For whom a policy does nothing, by what the API server says of the requester, and by the runtime class.
package struct Exemptions: Sendable, Equatable {
    /// User names.
    package var users: [String] = []
    /// Groups.
    package var groups: [String] = []
    /// Service accounts, as `namespace:name`.
    package var serviceAccounts: [String] = []
    /// Runtime classes.
    package var runtimeClasses: [String] = []

    /// Exempts nobody.
    package init() {}

    /// Whether nobody is exempt.
    package var isEmpty: Bool { users.isEmpty && groups.isEmpty && serviceAccounts.isEmpty && runtimeClasses.isEmpty }
}

/// Why a request is exempt: the first entry of a policy that matches it.
package enum Exemption: Sendable, Equatable, CustomStringConvertible {
    case user(String)
    case group(String)
    /// As `namespace:name`.
    case serviceAccount(String)
    case runtimeClass(String)

    /// Such as `serviceAccount backup:velero`.
    package var description: String {
        switch self {
        case .user(let name): "user \(name)"
        case .group(let name): "group \(name)"
        case .serviceAccount(let name): "serviceAccount \(name)"
        case .runtimeClass(let name): "runtimeClass \(name)"
        }
    }
}
