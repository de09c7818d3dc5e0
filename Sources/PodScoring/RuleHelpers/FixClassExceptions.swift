import KubernetesAPI

extension FixClassException {
    /// An author who allowed escalation may need it, and the API server rejects `false` beside `privileged` and CAP_SYS_ADMIN.
    static let escalationIsUsed = Self(
        .application,
        "where the container sets the field to true, is privileged or adds SYS_ADMIN"
    ) { place, subject in
        subject.pod.isMet(at: place) { container in
            container.securityContext.allowPrivilegeEscalation == true || container.securityContext.privileged == true
                || container.securityContext.capabilities.add?.contains(where: CapabilityNames.administrator.contains) == true
        }
    }

    /// A container that already runs as another user than root does not notice that it must.
    static let userIsNotRoot = Self(.manifest, "where runAsUser already names another user than 0") { place, subject in
        let inherited = subject.pod.securityContext.runAsUser
        return subject.pod.isMet(at: place) { ($0.securityContext.runAsUser ?? inherited ?? 0) != 0 }
    }

    /// A container that already drops all capabilities does not notice that it must.
    static let allIsDropped = Self(.manifest, "where the container already drops ALL") { place, subject in
        subject.pod.isMet(at: place) { container in
            container.securityContext.capabilities.drop?.contains { $0.equalsIgnoringCase("all") } ?? false
        }
    }
}
