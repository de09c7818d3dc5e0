import AdmissionPolicy
import KubernetesAPI
import Manifests
import PodScoring
import Reports

extension ManifestScan {
    /// Checks an object by the standard, even if no ruleset scores its kind; `nil` for objects without a Pod specification.
    func standardFindings(in object: KubernetesObject) -> StandardFindings? {
        guard let standard, object.podSpec != nil else { return nil }
        return StandardFindings(of: standard, in: ScoringSubject(object, context: .authored))
    }

    /// Finds the fields of a workload that Kubernetes ignores or reads in another way than they were meant.
    func fieldWarnings(about object: KubernetesObject, in document: ManifestDocument) -> FieldWarnings {
        guard let node = document.node else { return FieldWarnings() }
        return FieldCheck.warnings(in: node, of: object, podSpecPath: object.specificationPath)
    }
}
