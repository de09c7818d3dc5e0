import KubernetesAPI

extension Decider {
    /// Reads the rows for Pods as they are created and updated, the mirror Pods of static Pods among them.
    func podRuling(on request: AdmissionRequest, by policy: ScorePolicy, waivers: [ScoreWaiver]) -> Ruling {
        guard let pod = ReviewedObject(request.object, as: .pod, context: podContext) else {
            return undecodableRuling(on: request, by: policy, cap: .deny)
        }
        let isUpdate = request.operation == .update || !request.subResource.isEmpty
        if isUpdate, isUnjudgedUpdate(of: pod, request) { return .unscored(.unchanged) }
        if let exemption = policy.exemption(for: request, of: pod) { return .exempt(exemption) }
        // Denying a mirror Pod does not stop the static Pod that it mirrors, and only the kubelet would read a warning.
        let cap: Effect = isMirror(pod, of: request.userInfo) ? .audit : .deny
        let assessment = Assessment(pod, by: policy)
        return .judged(assessment, waiving: waiving(assessment, of: pod, by: waivers, request), cap: cap)
    }

    /// Reads the row for the subresources that no other row names: what carries a Pod is judged as an update of the Pod.
    ///
    /// A subresource of a later Kubernetes may change what an update may not.
    func podSubresourceRuling(on request: AdmissionRequest, by policy: ScorePolicy, waivers: [ScoreWaiver]) -> Ruling {
        guard request.object.isPresent else { return .unscored(.allow) }
        return podRuling(on: request, by: policy, waivers: waivers)
    }

    /// What becomes of a request whose object is not known; who is exempt is so whatever the object.
    func undecodableRuling(on request: AdmissionRequest, by policy: ScorePolicy, cap: Effect) -> Ruling {
        policy.exemption(for: request).map { .exempt($0) } ?? .undecodable(cap: cap)
    }

    /// Tells whether an update changes nothing that counts, or is part of the Pod's deletion.
    private func isUnjudgedUpdate(of pod: ReviewedObject, _ request: AdmissionRequest) -> Bool {
        if pod.metadata.isBeingDeleted { return true }
        guard let old = ReviewedObject(request.oldObject, as: .pod) else { return false }
        return PodChanges.leaveAlone(pod, since: old)
    }

    /// Tells whether the kubelet of the Pod's own node made the Pod for a static Pod; anyone can write the annotation.
    ///
    /// Source: <https://kubernetes.io/docs/reference/access-authn-authz/node/>
    private func isMirror(_ pod: ReviewedObject, of user: UserInfo) -> Bool {
        guard pod.metadata.annotation(named: Annotation.mirrorPod) != nil, let node = pod.pod.nodeName, !node.isEmpty else { return false }
        return user.username.utf8.elementsEqual("system:node:\(node)".utf8)
            && user.groups.contains { $0.utf8.elementsEqual("system:nodes".utf8) }
    }
}
