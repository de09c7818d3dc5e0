import KubernetesAPI

extension StandardCheck {
    /// Asks the Pod, or each of its containers, to rule out that it runs as root.
    ///
    /// A Pod that says `false` violates it even when all of its containers say `true`. From 1.35 on a Pod with a user namespace need not.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_runAsNonRoot.go>
    static let runAsNonRoot = StandardCheck(
        id: "runAsNonRoot",
        level: .restricted,
        scope: .container,
        reason: "may run as root",
        fix: "set securityContext.runAsNonRoot: true",
        revisions: [
            Revision(since: 0, findRoot),
            Revision(since: 35) { pod, annotations, findings in
                if !pod.hasUserNamespace { findRoot(in: pod, annotations: annotations, findings: &findings) }
            },
        ]
    )

    /// A container that has no value of its own is named only where the Pod's value is not at fault.
    private static func findRoot(in pod: PodSpec, annotations: [Annotation], findings: inout [Finding]) {
        let field = "securityContext.runAsNonRoot"
        let inherited = pod.securityContext.runAsNonRoot
        if inherited == false { findings.append(Finding(.pod, field)) }
        pod.find(field, in: &findings) { (container: borrowing Container) in
            guard let own = container.securityContext.runAsNonRoot else { return inherited == nil }
            return !own
        }
    }
}
