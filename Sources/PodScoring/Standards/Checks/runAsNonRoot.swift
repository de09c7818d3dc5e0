import KubernetesAPI

extension StandardCheck {
    /// Requires `runAsNonRoot: true` of the Pod or of each container.
    ///
    /// `false` in the Pod is a violation even if all containers have `true`. Not applied to Pods with a user namespace since 1.35.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_runAsNonRoot.go>
    static let runAsNonRoot = StandardCheck(
        id: "runAsNonRoot",
        level: .restricted,
        scope: .container,
        reason: "may run as root",
        fix: "set securityContext.runAsNonRoot: true",
        fixClass: .image,
        except: .userIsNotRoot,
        revisions: [
            Revision(since: 0, rootCEL, findRoot),
            Revision(since: 35, rootCEL.withoutUserNamespace) { pod, annotations, findings in
                if !pod.hasUserNamespace { findRoot(in: pod, annotations: annotations, findings: &findings) }
            },
        ]
    )

    private static let rootCEL = CELCheck.fails(
        in: .podAndContainers,
        where: "!\(.securityContext).?runAsNonRoot.or(\(.podSecurityContext).?runAsNonRoot).orValue(\(.place)=='Pod')"
    )

    /// A container without its own value is a finding only if the Pod's value is not.
    private static func findRoot(in pod: PodSpec, annotations: [Annotation], findings: inout [Finding]) {
        let field = Finding.Field.runAsNonRoot
        let inherited = pod.securityContext.runAsNonRoot
        if inherited == false { findings.append(Finding(.pod, field)) }
        pod.find(field, in: &findings) { (container: borrowing Container) in
            guard let own = container.securityContext.runAsNonRoot else { return inherited == nil }
            return !own
        }
    }
}
