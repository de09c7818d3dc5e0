import KubernetesAPI
import PodScoring

/// The Pod or workload of a request, as it is evaluated.
///
/// It is a class because it is large and passed around, and it never changes.
final class ReviewedObject {
    /// The kind in the request; `nil` for a workload that is not Kubernetes' own.
    let kind: WorkloadKind?
    /// The object's own metadata, not its template's.
    let metadata: ObjectMeta
    /// The Pod or the template.
    let content: KubernetesObject.Content
    /// The Pod or the template as it is scored.
    let subject: ScoringSubject

    /// Takes the object of a request; `nil` if the request has no object of that kind.
    ///
    /// The request gives the kind. An object that states another `kind` could otherwise escape the rules.
    init?(_ payload: AdmissionRequest.Payload, as kind: WorkloadKind?, context: ScoringSubject.Context = .admittedPod) {
        guard case .decoded(let object) = payload else { return nil }
        switch (object.content, kind) {
        case (.pod, .pod): break
        case (.template, .pod), (.template, nil): return nil
        case (.template, _): break
        case (.otherWorkload(_, _?), nil): break
        case (.pod, _), (.otherWorkload, _), (.binding, _), (.other, _): return nil
        }
        self.kind = kind
        metadata = object.metadata
        content = object.content
        subject = ScoringSubject(object, as: kind, context: context)
    }

    /// The specification of the Pod or of the template.
    var pod: PodSpec { subject.pod }
}

extension ScorePolicy {
    /// The exemption that applies to a request; `nil` if the policy decides it.
    func exemption(for request: AdmissionRequest, of object: ReviewedObject? = nil) -> Exemption? {
        exempt.exemption(of: request.userInfo, runtimeClass: object?.pod.runtimeClassName)
    }
}
