import KubernetesAPI
import PodScoring

/// The requesters and runtime classes to which a policy does not apply.
package struct Exemptions: Sendable, Equatable {
    /// The part of a service account's user name before its namespace and name.
    ///
    /// Source: <https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/>
    static let serviceAccountPrefix = "system:serviceaccount:"

    /// User names.
    package var users: [String] = []
    /// Groups.
    package var groups: [String] = []
    /// Service accounts, as `namespace:name`.
    package var serviceAccounts: [String] = []
    /// Runtime classes.
    package var runtimeClasses: [String] = []

    /// No exemptions.
    package init() {}

    /// Whether there are no exemptions.
    package var isEmpty: Bool { users.isEmpty && groups.isEmpty && serviceAccounts.isEmpty && runtimeClasses.isEmpty }
}

/// Why a request is exempt: the first entry of the policy that matches.
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

extension Exemptions {
    /// Finds the first entry that matches the requester or the Pod's runtime class; `nil` if none does.
    ///
    /// Names compare as bytes. Nothing else in the object counts, since its author chooses it, owner references included.
    func exemption(of user: UserInfo, runtimeClass: String?) -> Exemption? {
        guard !isEmpty else { return nil }
        if let name = users.first(where: { $0.hasSameBytes(as: user.username) }) { return .user(name) }
        if let name = firstGroup(of: user) { return .group(name) }
        let prefix = Self.serviceAccountPrefix
        if !serviceAccounts.isEmpty, user.username.beginsWithBytes(of: prefix) {
            let account = user.username.utf8.dropFirst(prefix.utf8.count)
            if let name = serviceAccounts.first(where: { $0.utf8.elementsEqual(account) }) { return .serviceAccount(name) }
        }
        guard let runtimeClass, let name = runtimeClasses.first(where: { $0.hasSameBytes(as: runtimeClass) }) else { return nil }
        return .runtimeClass(name)
    }

    /// The first entry that is a group of the user; linear in the entries and the groups.
    private func firstGroup(of user: UserInfo) -> String? {
        guard !groups.isEmpty, !user.groups.isEmpty else { return nil }
        guard groups.count > 1, user.groups.count > 1 else {
            return groups.first { group in user.groups.contains { $0.hasSameBytes(as: group) } }
        }
        let entries = Set(groups.map { NameBytes($0) })
        let matching = Set(user.groups.map { NameBytes($0) }.filter { entries.contains($0) })
        return matching.isEmpty ? nil : groups.first { matching.contains(NameBytes($0)) }
    }
}
