/// Users, groups and accounts that cover everyone: whoever logs in, and the controllers that create Pods for others.
///
/// A controller creates the Pods of a Deployment. To exempt it is to exempt everyone who can create a Deployment.
enum Everyone {
    /// The groups of all users, all service accounts, those of `kube-system`, and all nodes.
    static let groups = [
        "system:authenticated", "system:unauthenticated", "system:serviceaccounts", "system:serviceaccounts:kube-system", "system:nodes",
    ]
    /// Users that many people or all controllers share.
    private static let users = ["system:anonymous", "system:kube-controller-manager"]
    /// The accounts with which the controller manager creates Pods and workloads.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go>
    private static let controllers = [
        "replicaset-controller", "deployment-controller", "statefulset-controller", "daemon-set-controller", "job-controller",
        "cronjob-controller", "replication-controller",
    ]

    /// Entries of `users` and `groups` that would exempt everyone, in their plain spelling.
    static var names: [String] { groups + users + serviceAccounts.map { Exemptions.serviceAccountPrefix + $0 } }
    /// Entries of `serviceAccounts` that would exempt everyone, in their plain spelling.
    static var serviceAccounts: [String] { controllers.map { "kube-system:\($0)" } }

    /// Tells whether an entry would exempt everyone, in any spelling.
    ///
    /// Capital letters, blanks and globs are seen through: an entry that matches nobody today is still a mistake.
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

    /// The text in lower case, without blanks and invisible characters.
    private static func plain(_ entry: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in entry.unicodeScalars.prefix(256) where !scalar.properties.isWhitespace {
            if [.control, .format].contains(scalar.properties.generalCategory) { continue }
            scalars.append(scalar)
        }
        return String(scalars).lowercased()
    }
}
