package import AdmissionPolicy
package import KubernetesAPI

extension ScannedDocument {
    /// A decided request, as reports show it: with its object, or without one if the request has none that can be read.
    package init(_ decision: Decision, on request: AdmissionRequest, in file: String) {
        guard var object = request.object.object else {
            let name = "\(request.kind.kind)/\(request.name).\(request.namespace)"
            let reason = "the request has no object that can be read"
            self.init(fileName: file, outcome: .skipped(KubernetesObject(), why: reason, decision), objectName: name)
            return
        }
        if object.metadata.name.isEmpty { object.metadata.name = request.name }
        if object.metadata.namespace.isEmpty { object.metadata.namespace = request.namespace }
        guard let report = decision.evaluation?.report else {
            self.init(fileName: file, outcome: .skipped(object, why: "the request was not scored", decision))
            return
        }
        self.init(fileName: file, outcome: .scored(object, report, decision))
    }
}
