package import KubernetesAPI

extension PodSpec {
    /// What the containers of the Pod inherit or depend on: its settings, and none of its lists.
    ///
    /// It starts from an empty Pod and takes one setting after the other, so a list that the model gets one day stays out. Whoever judges
    /// containers one by one judges them in this Pod, and pays for the containers alone.
    var inherited: PodSpec {
        var pod = PodSpec()
        pod.hostNetwork = hostNetwork
        pod.hostPID = hostPID
        pod.hostIPC = hostIPC
        pod.hostUsers = hostUsers
        pod.automountServiceAccountToken = automountServiceAccountToken
        pod.serviceAccountName = serviceAccountName
        pod.serviceAccount = serviceAccount
        pod.nodeName = nodeName
        pod.runtimeClassName = runtimeClassName
        pod.osName = osName
        pod.hostAliasCount = hostAliasCount
        pod.securityContext = securityContext.inherited
        pod.resources = resources
        return pod
    }
}

extension PodSecurityContext {
    /// The settings that containers inherit, without the lists of the Pod itself.
    fileprivate var inherited: PodSecurityContext {
        var context = PodSecurityContext()
        context.runAsNonRoot = runAsNonRoot
        context.runAsUser = runAsUser
        context.runAsGroup = runAsGroup
        context.seccompProfile = seccompProfile
        context.appArmorProfile = appArmorProfile
        context.seLinuxOptions = seLinuxOptions
        context.windowsOptions = windowsOptions
        return context
    }
}

extension PodSpec {
    /// The container to which a finding points; `nil` for findings outside of containers.
    package func container(at place: Finding.Place) -> Container? {
        guard case .container(let list, let index) = place else { return nil }
        let containers = self[list]
        return containers.indices.contains(index) ? containers[index] : nil
    }
}
