extension PodSpec {
    /// Writes the members.
    func writeMembers(to json: inout JSONWriter) {
        json.member("hostNetwork", hostNetwork)
        json.member("hostPID", hostPID)
        json.member("hostIPC", hostIPC)
        json.member("hostUsers", hostUsers)
        json.member("automountServiceAccountToken", automountServiceAccountToken)
        json.member("serviceAccountName", serviceAccountName)
        json.member("serviceAccount", serviceAccount)
        json.member("nodeName", nodeName)
        json.member("runtimeClassName", runtimeClassName)
        if let osName { json.object("os") { $0.member("name", osName) } }
        if let hostAliasCount {
            json.key("hostAliases")
            json.beginArray()
            for _ in 0..<hostAliasCount { json.object { _ in } }
            json.endArray()
        }
        if securityContext != PodSecurityContext() { json.object("securityContext", securityContext.writeMembers) }
        resources.write(to: &json)
        json.objects("initContainers", initContainers) { $0.writeMembers(to: &$1) }
        json.objects("containers", containers) { $0.writeMembers(to: &$1) }
        json.objects("ephemeralContainers", ephemeralContainers) { $0.writeMembers(to: &$1) }
        json.objects("volumes", volumes) { $0.writeMembers(to: &$1) }
    }
}

extension Volume {
    /// Writes the members.
    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.nonempty("name", name)
        for source in sources.names {
            json.object(source) { json in
                if source == VolumeField.hostPath.rawValue { json.member("path", hostPath) }
                guard source == VolumeField.projected.rawValue, projectsServiceAccountToken else { return }
                json.objects("sources", [()]) { _, json in json.object("serviceAccountToken") { _ in } }
            }
        }
        if hasUnknownSource { json.object("unknownSource") { _ in } }
    }
}

extension ResourceRequirements {
    /// Writes the member `resources`; nothing where it would say nothing.
    func write(to json: inout JSONWriter) {
        guard self != ResourceRequirements() else { return }
        json.object("resources") { json in
            requests.write(named: "requests", to: &json)
            limits.write(named: "limits", to: &json)
        }
    }
}

extension ResourceList {
    /// Writes a list under that key; nothing where it would say nothing.
    fileprivate func write(named name: String, to json: inout JSONWriter) {
        guard self != ResourceList() else { return }
        json.object(name) { json in
            cpu?.write(named: "cpu", to: &json)
            memory?.write(named: "memory", to: &json)
        }
    }
}

extension ResourceAmount {
    /// Writes an amount under that key.
    fileprivate func write(named name: String, to json: inout JSONWriter) {
        switch self {
        case .null:
            json.key(name)
            json.writeNull()
        case .quantity(let quantity):
            json.member(name, quantity.text)
        }
    }
}
