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

/// Why files that were read cannot be put in force.
package struct RefusedFiles: Error, Sendable, Equatable {
    /// What is wrong, at least one line, such as `FILE:LINE:COLUMN: what`.
    package let lines: [String]
    /// The digest of what was read, by which one refusal is told from the next; empty when nothing could be.
    package let sha256: String

    /// Says what is wrong.
    package init(lines: [String], sha256: String = "") {
        self.lines = lines
        self.sha256 = sha256
    }

    /// One line: the first error, and how many there are besides.
    var summary: String {
        guard let first = lines.first else { return "no reason given" }
        return lines.count == 1 ? first : "\(first) (and \(lines.count - 1) more in the log)"
    }
}
