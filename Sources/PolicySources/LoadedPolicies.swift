package import AdmissionPolicy

/// Policies that can be put in force.
package struct LoadedPolicies: Sendable {
    /// The policies.
    package let policies: PolicySet
    /// The files that they were read from.
    package let files: [PolicyFile]
    /// The digest of those files one after the other; empty when there are none.
    package let sha256: String
    /// What their author has to know, a line each.
    package let warnings: [String]

    /// Puts together what was read.
    package init(policies: PolicySet, files: [PolicyFile], sha256: String, warnings: [String]) {
        self.policies = policies
        self.files = files
        self.sha256 = sha256
        self.warnings = warnings
    }
}

/// A file that policies were read from.
package struct PolicyFile: Sendable, Equatable {
    /// Its path.
    package let path: String
    /// The digest of its bytes, as `sha256sum` prints it.
    package let sha256: String

    /// Names a file.
    package init(path: String, sha256: String) {
        self.path = path
        self.sha256 = sha256
    }
}
