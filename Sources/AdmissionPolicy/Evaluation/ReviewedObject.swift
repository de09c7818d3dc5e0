import KubernetesAPI
import PodScoring

/// The object of a request: it has the request's kind and a Pod's specification.
///
/// A class because it is large and passed around; it never changes.
final class ReviewedObject {
    /// The kind in the request.
    let kind: WorkloadKind
    /// The object's own metadata, not its template's.
    let metadata: ObjectMeta
    /// The Pod or the template.
    let content: KubernetesObject.Content
    /// The Pod or the template as it is scored.
    let subject: ScoringSubject

    /// Takes the object of a request; `nil` without one of that kind.
    ///
    /// The kind is that of the request: an object with another `kind` would otherwise escape the rules of its kind.
    init?(_ payload: AdmissionRequest.Payload, as kind: WorkloadKind, context: ScoringSubject.Context = .admittedPod) {
        guard case .decoded(let object) = payload else { return nil }
        switch (object.content, kind) {
        case (.pod, .pod): break
        case (.template, .pod): return nil
        case (.template, _): break
        case (.pod, _), (.binding, _), (.other, _): return nil
        }
        self.kind = kind
        metadata = object.metadata
        content = object.content
        subject = ScoringSubject(object, as: kind, context: context)
    }

    /// The Pod's specification, a workload's from its template.
    var pod: PodSpec { subject.pod }
}

extension ScorePolicy {
    /// Why the policy does nothing about a request; `nil` where it judges.
    func exemption(for request: AdmissionRequest, of object: ReviewedObject? = nil) -> Exemption? {
        exempt.exemption(of: request.userInfo, runtimeClass: object?.pod.runtimeClassName)
    }
}
