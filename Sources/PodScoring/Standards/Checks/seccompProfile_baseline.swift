import KubernetesAPI

extension StandardCheck {
    /// Forbids seccomp profiles other than `RuntimeDefault` and `Localhost`.
    ///
    /// Up to 1.18 the check reads annotations, except those for missing containers; since 1.19 it reads fields.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_seccompProfile_baseline.go>
    static let seccompProfileBaseline = StandardCheck(
        id: "seccompProfile_baseline",
        level: .baseline,
        scope: .container,
        reason: "asks for a seccomp profile that does not confine it",
        fix: "set securityContext.seccompProfile.type: RuntimeDefault",
        fixClass: .manifest,
        readsAnnotations: true,
        revisions: [
            Revision(since: 0, seccompAnnotationsCEL, findSeccompAnnotations), Revision(since: 19, seccompProfilesCEL, findSeccompProfiles),
        ]
    )

    private static let seccompAnnotationsCEL = CELCheck.impossible(
        because: "Standards before v1.19 read seccomp annotations, which current API servers no longer store."
    )

    private static let seccompProfilesCEL = CELCheck.fails(
        in: .podAndContainers,
        where: """
            !(\(.securityContext).?seccompProfile.or(\(.podSecurityContext).?seccompProfile).?type.orValue('Localhost') in \
            ['RuntimeDefault','Localhost'])
            """
    )

    private static func findSeccompAnnotations(in subject: ScoringSubject, findings: inout [Finding]) {
        let suspects = subject.annotations.filter { !allowsSeccomp($0) }
        let prefix = Annotation.seccompContainerPrefix
        let named = Set(suspects.filter { $0.name.beginsWithBytes(of: prefix) }.map { containerName(of: $0) })
        var present: Set<NameBytes> = []
        if !named.isEmpty {
            subject.pod.visitContainers { container, _ in
                let name = NameBytes(container.name)
                if named.contains(name) { present.insert(name) }
            }
        }
        for annotation in suspects {
            let isContainers = annotation.name.beginsWithBytes(of: prefix) && present.contains(containerName(of: annotation))
            guard isContainers || annotation.name.isExactly(Annotation.seccompPod) else { continue }
            findings.append(Finding(annotation: annotation, withPrefix: prefix, fix: "remove the seccomp annotation"))
        }
    }

    private static func containerName(of annotation: Annotation) -> NameBytes {
        NameBytes(annotation.name, droppingFirst: Annotation.seccompContainerPrefix.utf8.count)
    }

    private static func allowsSeccomp(_ annotation: Annotation) -> Bool {
        annotation.value.isExactly("runtime/default") || annotation.value.isExactly("docker/default") || annotation.isLocalhostProfile
    }

    private static func findSeccompProfiles(in subject: ScoringSubject, findings: inout [Finding]) {
        let inherited = subject.pod.securityContext.seccompProfile.isForbidden
        subject.findInherited(.seccompProfileType, in: &findings, isForbiddenInPod: inherited == true) {
            $0.securityContext.seccompProfile.isForbidden
        }
    }
}
