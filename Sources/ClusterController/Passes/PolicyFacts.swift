package import AdmissionPolicy

/// The policies by which a controller decides, and the Namespaces, as they are followed at one moment.
package struct PolicyFacts: Sendable {
    /// The policies in force, of files and of the cluster.
    package let policies: PolicySet
    /// The policies of files alone.
    package let files: PolicySet
    /// The Namespaces with all labels that the policies read.
    package let namespaces: NamespaceDirectory

    /// The facts of a moment; `nil` if labels that the policies read are not known yet.
    package init?(policies: PolicySet, files: PolicySet, namespaces: NamespaceDirectory) {
        guard namespaces.isComplete(for: policies) else { return nil }
        self.policies = policies
        self.files = files
        self.namespaces = namespaces
    }
}
