/// The users, groups and accounts that stand for anyone: everybody who logs in, and what makes Pods in other people's name.
///
/// Pods of a Deployment are created by a controller. Who exempts that exempts whoever can create a Deployment.
enum Everyone {
    /// Groups of everybody, of all accounts, of the accounts of controllers, and of nodes.
    private static let groups = [
        "system:authenticated", "system:unauthenticated", "system:serviceaccounts", "system:serviceaccounts:kube-system", "system:nodes",
    ]
    /// Users that stand for a group of people or for all controllers.
    private static let users = ["system:anonymous", "system:kube-controller-manager"]
    /// The accounts with which the controller manager makes Pods and what makes Pods.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go>
    private static let controllers = [
        "replicaset-controller", "deployment-controller", "statefulset-controller", "daemon-set-controller", "job-controller",
        "cronjob-controller", "replication-controller",
    ]

    /// Tells whether an entry stands for anyone, whether or not it is written as the API server writes it.
    ///
    /// Capitals, blanks around it and globs make the entry no narrower; what would match nobody is better refused than believed.
    static func isCovered(by entry: String, in field: ExemptField) -> Bool {
        let text = plain(entry)
        guard !text.isEmpty else { return false }
        let pattern = NamePattern(text)
        switch field {
        case .runtimeClasses: return pattern.literalCount == 0
        case .serviceAccounts:
            let name = text.utf8.starts(with: Exemptions.serviceAccountPrefix.utf8) ? text : Exemptions.serviceAccountPrefix + text
            return coversUser(NamePattern(name)) || coversGroup(pattern)
        case .users, .groups: return coversUser(pattern) || coversGroup(pattern)
        }
    }

    private static func coversGroup(_ pattern: NamePattern) -> Bool {
        groups.contains { pattern.matches($0) }
    }

    private static func coversUser(_ pattern: NamePattern) -> Bool {
        users.contains { pattern.matches($0) }
            || controllers.contains { pattern.matches("\(Exemptions.serviceAccountPrefix)kube-system:\($0)") }
            || pattern.text.utf8.starts(with: "system:node:".utf8)
    }

    /// The text in small letters without blanks and what can't be seen.
    private static func plain(_ entry: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in entry.unicodeScalars.prefix(256) where !scalar.properties.isWhitespace {
            if [.control, .format].contains(scalar.properties.generalCategory) { continue }
            scalars.append(scalar)
        }
        return String(scalars).lowercased()
    }
}
