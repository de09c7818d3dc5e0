/// The policies in force, immutable once built.
package struct PolicySet: Sendable {
    /// Namespaces that globs never match; only an exact name does.
    package static let systemNamespaces = ["kube-system", "kube-public", "kube-node-lease"]

    /// The policies in the order in which they were read.
    package let policies: [ScorePolicy]
    /// What applies where no policy does.
    package let builtInDefault: ScorePolicy
    /// Podscore's own namespace, which globs never match; empty when unknown.
    package let ownNamespace: String

    /// Puts policies in force; they do not tie with each other.
    package init(policies: [ScorePolicy], builtInDefault: ScorePolicy, ownNamespace: String) {
        self.policies = policies
        self.builtInDefault = builtInDefault
        self.ownNamespace = ownNamespace
    }
}
