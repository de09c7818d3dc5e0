import KubernetesAPI

extension StandardCheck {
    /// Forbids SELinux users and roles, and types other than container types.
    ///
    /// Since 1.31 the type for container engines inside of containers is allowed.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_seLinuxOptions.go>
    static let seLinuxOptions = StandardCheck(
        id: "seLinuxOptions",
        level: .baseline,
        scope: .container,
        reason: "changes its SELinux user or role, or its type to one that is not for containers",
        fix: "remove user, role and type from securityContext.seLinuxOptions",
        fixClass: .application,
        revisions: [
            Revision(since: 0, cel(seLinuxTypes)) { pod, _, findings in find(seLinuxTypes, in: pod, findings: &findings) },
            Revision(since: 31, cel(seLinuxTypesOf131)) { pod, _, findings in find(seLinuxTypesOf131, in: pod, findings: &findings) },
        ]
    )

    private static func cel(_ types: [String]) -> CELCheck {
        .fails(
            in: .podAndContainers,
            where: """
                \(.securityContext).?seLinuxOptions.or(\(.podSecurityContext).?seLinuxOptions).optMap(x,\
                !(x.?type.orValue('') in \(list: types))||x.?user.orValue('')!=''||x.?role.orValue('')!='').orValue(false)
                """
        )
    }

    private static let seLinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t"]
    private static let seLinuxTypesOf131 = seLinuxTypes + ["container_engine_t"]

    private static func find(_ types: [String], in pod: PodSpec, findings: inout [Finding]) {
        if let options = pod.securityContext.seLinuxOptions { find(types, in: options, of: .pod, findings: &findings) }
        pod.visitRareSettings { settings, place in
            guard let options = settings.seLinuxOptions else { return }
            find(types, in: options, of: place, findings: &findings)
        }
    }

    private static func find(_ types: [String], in options: SELinuxOptions, of place: Finding.Place, findings: inout [Finding]) {
        if let type = options.type, !types.contains(where: type.isExactly) {
            findings.append(Finding(place, .seLinuxType))
        }
        if options.user?.isEmpty == false { findings.append(Finding(place, .seLinuxUser)) }
        if options.role?.isEmpty == false { findings.append(Finding(place, .seLinuxRole)) }
    }
}
