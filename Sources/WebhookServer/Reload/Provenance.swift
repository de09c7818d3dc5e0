import Metrics
package import Platform
package import PolicySources

/// Where what is in force comes from, and since when it is; for pages, not for decisions.
package struct Provenance: Sendable {
    /// Since when something is in force, and what was refused after that.
    package struct Origin: Sendable, Equatable {
        /// When it was put in force.
        package var since: UnixTime
        /// The digest of the files that it was read from, one after the other; empty when there are none.
        package var sha256 = ""
        /// The latest refusal, unless something was put in force after it.
        package var refusal: Refusal?
    }

    /// What was refused, and when.
    package struct Refusal: Sendable, Equatable {
        /// When it was refused.
        package let time: UnixTime
        /// Why.
        package let files: RefusedFiles
    }

    /// Of the policies.
    package var policy: Origin
    /// The files that hold the policies, in the order in which they were read.
    package var policyFiles: [PolicyFile]
    /// What the policies' author has to know, a line each.
    package var policyWarnings: [String]
    /// Of the certificate, its key and the client authorities.
    package var certificate: Origin

    /// Describes what a server starts with; no policies are those of tests.
    package init(since: UnixTime, policies: LoadedPolicies? = nil, certificateSHA256: String = "") {
        policy = Origin(since: since, sha256: policies?.sha256 ?? "")
        policyFiles = policies?.files ?? []
        policyWarnings = policies?.warnings ?? []
        certificate = Origin(since: since, sha256: certificateSHA256)
    }

    /// Of what is read again by itself.
    subscript(subject: WebhookMetrics.ReloadSubject) -> Origin {
        get {
            switch subject {
            case .policy: policy
            case .certificate: certificate
            }
        }
        set {
            switch subject {
            case .policy: policy = newValue
            case .certificate: certificate = newValue
            }
        }
    }
}
