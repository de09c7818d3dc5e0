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
            Revision(since: 0, cel(seLinuxTypes)) { subject, findings in find(seLinuxTypes, in: subject, findings: &findings) },
            Revision(since: 31, cel(seLinuxTypesOf131)) { subject, findings in find(seLinuxTypesOf131, in: subject, findings: &findings) },
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

    private static func find(_ types: [String], in subject: ScoringSubject, findings: inout [Finding]) {
        let podFields = subject.pod.securityContext.seLinuxOptions.map { forbiddenFields(of: $0, besides: types) } ?? []
        let inherited = subject.asksEachAlone ? podFields : []
        if !subject.asksEachAlone {
            for field in podFields { findings.append(Finding(.pod, field)) }
        }
        guard !inherited.isEmpty || subject.hasRareSettings else { return }
        subject.pod.visitRareSettings { rare, place in
            let own = rare?.settings.seLinuxOptions.map { forbiddenFields(of: $0, besides: types) }
            for field in own ?? inherited { findings.append(Finding(place, field)) }
        }
    }

    private static func forbiddenFields(of options: SELinuxOptions, besides types: [String]) -> [Finding.Field] {
        var fields: [Finding.Field] = []
        if let type = options.type, !types.contains(where: type.isExactly) { fields.append(.seLinuxType) }
        if options.user?.isEmpty == false { fields.append(.seLinuxUser) }
        if options.role?.isEmpty == false { fields.append(.seLinuxRole) }
        return fields
    }
}
