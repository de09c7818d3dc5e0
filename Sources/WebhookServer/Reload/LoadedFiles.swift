package import AdmissionPolicy
package import TLS

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

/// A certificate that can be served.
package struct LoadedCertificate: Sendable {
    /// What connections are served with.
    package let tls: TLSContext
    /// The digest of the files that it was read from, one after the other.
    package let sha256: String

    /// Puts together what was read.
    package init(tls: TLSContext, sha256: String) {
        self.tls = tls
        self.sha256 = sha256
    }
}
