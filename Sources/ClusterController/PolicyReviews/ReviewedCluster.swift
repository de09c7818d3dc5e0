package import AdmissionPolicy
package import PolicySources

/// The policies and Namespaces that a change is compared with.
package struct ReviewedCluster: Sendable {
    /// The policies of files, which win over objects.
    package let files: LoadedPolicies
    /// The policies and waivers of the cluster.
    package let objects: PolicyObjects
    /// The Namespaces with the labels that policies read; `nil` before they were listed.
    package let namespaces: NamespaceDirectory?

    /// The policies and Namespaces at one moment.
    package init(files: LoadedPolicies, objects: PolicyObjects, namespaces: NamespaceDirectory?) {
        self.files = files
        self.objects = objects
        self.namespaces = namespaces
    }
}
