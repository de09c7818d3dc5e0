import KubernetesAPI

extension FixClassException {
    /// An author who allowed escalation may need it, and the API server rejects `false` beside `privileged` and CAP_SYS_ADMIN.
    static let escalationIsUsed = Self(
        .application,
        "where the container sets the field to true, is privileged or adds SYS_ADMIN"
    ) { containers, index, _ in
        let containers = containers.span
        let isPrivileged = containers[index].securityContext.privileged == true
        if isPrivileged || containers[index].securityContext.allowPrivilegeEscalation == true { return true }
        guard let added = containers[index].securityContext.capabilities.add else { return false }
        return CapabilityNames.administrator.containsAny(of: added)
    }

    /// A container that already runs as another user than root does not notice that it must.
    static let userIsNotRoot = Self(.manifest, "where runAsUser already names another user than 0") { containers, index, subject in
        (containers.span[index].securityContext.runAsUser ?? subject.pod.securityContext.runAsUser ?? 0) != 0
    }

    /// A container that already drops all capabilities does not notice that it must.
    static let allIsDropped = Self(.manifest, "where the container already drops ALL") { containers, index, _ in
        guard let dropped = containers.span[index].securityContext.capabilities.drop else { return false }
        return dropped.contains { $0.equalsIgnoringCase("all") }
    }
}
