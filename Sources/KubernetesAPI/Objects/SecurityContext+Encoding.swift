extension SecurityContext {
    /// Writes the members.
    func writeMembers(to json: inout JSONWriter) {
        json.member("privileged", privileged)
        json.member("allowPrivilegeEscalation", allowPrivilegeEscalation)
        json.member("readOnlyRootFilesystem", readOnlyRootFilesystem)
        json.member("runAsNonRoot", runAsNonRoot)
        json.member("runAsUser", runAsUser.map { Int($0) })
        json.member("runAsGroup", runAsGroup.map { Int($0) })
        capabilities.write(to: &json)
        seccompProfile.write(named: "seccompProfile", to: &json)
        appArmorProfile.write(named: "appArmorProfile", to: &json)
        seLinuxOptions?.write(to: &json)
        json.member("procMount", procMount)
        windowsOptions.write(to: &json)
    }
}

extension PodSecurityContext {
    /// Writes the members.
    func writeMembers(to json: inout JSONWriter) {
        json.member("runAsNonRoot", runAsNonRoot)
        json.member("runAsUser", runAsUser.map { Int($0) })
        json.member("runAsGroup", runAsGroup.map { Int($0) })
        seccompProfile.write(named: "seccompProfile", to: &json)
        appArmorProfile.write(named: "appArmorProfile", to: &json)
        seLinuxOptions?.write(to: &json)
        json.objects("sysctls", sysctls) { name, json in json.nonempty("name", name) }
        windowsOptions.write(to: &json)
    }
}

extension Capabilities {
    /// Writes the member `capabilities`; nothing where it would say nothing.
    fileprivate func write(to json: inout JSONWriter) {
        guard add != nil || drop != nil else { return }
        json.object("capabilities") { json in
            json.member("add", add)
            guard let drop else { return }
            json.key("drop")
            json.beginArray()
            var owesNull = dropsNull
            for name in drop {
                // A null reads as the empty name; one stands for all.
                if owesNull, name.isEmpty {
                    json.writeNull()
                    owesNull = false
                } else {
                    json.write(name)
                }
            }
            json.endArray()
        }
    }
}

extension SecurityProfile {
    /// Writes a profile under that key; nothing where there is none.
    fileprivate func write(named name: String, to json: inout JSONWriter) {
        guard self != SecurityProfile() else { return }
        json.object(name) { json in
            json.member("type", type)
            json.member("localhostProfile", localhostProfile)
        }
    }
}

extension SELinuxOptions {
    /// Writes the member `seLinuxOptions`.
    fileprivate func write(to json: inout JSONWriter) {
        json.object("seLinuxOptions") { json in
            json.member("type", type)
            json.member("user", user)
            json.member("role", role)
        }
    }
}

extension WindowsOptions {
    /// Writes the member `windowsOptions`; nothing where it would say nothing.
    fileprivate func write(to json: inout JSONWriter) {
        guard self != WindowsOptions() else { return }
        json.object("windowsOptions") { json in
            json.member("hostProcess", hostProcess)
            json.member("runAsUserName", runAsUserName)
        }
    }
}
