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
            Revision(since: 35, rootCEL.withoutUserNamespace) { subject, findings in
                if !subject.hasUserNamespace { findRoot(in: subject, findings: &findings) }
            },
        ]
    )

    private static let rootCEL = CELCheck.fails(
        in: .podAndContainers,
        where: "!\(.securityContext).?runAsNonRoot.or(\(.podSecurityContext).?runAsNonRoot).orValue(\(.place)=='Pod')"
    )

    /// A container without its own value is a finding only if the Pod's value is not.
    private static func findRoot(in subject: ScoringSubject, findings: inout [Finding]) {
        let inherited = subject.pod.securityContext.runAsNonRoot
        let unset: Bool? = inherited == nil ? true : nil
        subject.findInherited(.runAsNonRoot, in: &findings, isForbiddenInPod: inherited == false) {
            $0.securityContext.runAsNonRoot.map { !$0 } ?? unset
        }
    }
}
