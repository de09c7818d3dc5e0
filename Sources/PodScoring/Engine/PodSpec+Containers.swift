package import KubernetesAPI

extension PodSpec {
    /// A copy of the Pod with the settings that its containers inherit or depend on, and without its lists.
    ///
    /// It copies named settings into an empty Pod, so that lists added to the model later stay out. Judging containers one by one in this
    /// Pod takes time for the containers only.
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
    /// A copy with the settings that containers inherit, and without the lists of the Pod.
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
    /// The number of containers in all three lists.
    package var containerCount: Int { initContainers.count + containers.count + ephemeralContainers.count }

    /// Returns the container of a finding; `nil` for findings outside of containers.
    package func container(at place: Finding.Place) -> Container? {
        guard case .container(let list, let index) = place else { return nil }
        let containers = self[list]
        return containers.indices.contains(index) ? containers[index] : nil
    }
}
