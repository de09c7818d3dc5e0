package import AdmissionPolicy
package import KubernetesAPI
package import PodScoring

/// One document of a scan and what became of it; none is ever left out.
package struct ScannedDocument: Sendable {
    /// What became of a document.
    package enum Outcome: Sendable {
        /// `decision` is what the cluster would say, where a policy was given.
        case scored(KubernetesObject, ScoreReport, Decision?)
        /// Well-formed, but nothing that a rule knows; `why` is one line.
        case notScorable(KubernetesObject, why: String)
        /// Unreadable; the problem is one line that begins with the file's name and the position.
        case broken(problem: String)
    }

    /// The name of the file as given, or `STDIN`.
    package let fileName: String
    /// What became of it.
    package let outcome: Outcome
    /// What the Pod Security Standard says that was asked for; `nil` where none was, and for objects without a Pod's specification.
    package let standard: StandardFindings?

    /// What became of it.
    package init(fileName: String, outcome: Outcome, standard: StandardFindings? = nil) {
        self.fileName = fileName
        self.outcome = outcome
        self.standard = standard
    }
}

extension KubernetesObject {
    /// `Kind/name.namespace` as kubesec writes it, with `undefined` for a missing name and `default` for a missing namespace.
    package var kubesecName: String {
        let name = metadata.name.isEmpty ? "undefined" : metadata.name
        let namespace = metadata.namespace.isEmpty ? "default" : metadata.namespace
        return "\(kind)/\(name).\(namespace)"
    }
}
