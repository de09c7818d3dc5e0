import KubernetesAPI

extension PodSpec {
    /// The Pod as the API server of Kubernetes 1.36 stores it, with defaults and with the changes of service account admission.
    ///
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/v1/defaults.go>,
    /// <https://github.com/kubernetes/kubernetes/blob/v1.36.0/plugin/pkg/admission/serviceaccount/admission.go>
    func stored(_ annotations: [Annotation]) -> PodSpec {
        var pod = self
        pod.fillInServiceAccount()
        for index in pod.containers.indices { pod.containers[index].fillIn(hostNetwork: hostNetwork == true) }
        for index in pod.initContainers.indices { pod.initContainers[index].fillIn(hostNetwork: hostNetwork == true) }
        pod.fillInRequests()
        if osName != "windows" {
            for index in pod.containers.indices { pod.containers[index].copyProfile(annotations) }
            for index in pod.initContainers.indices { pod.initContainers[index].copyProfile(annotations) }
            for index in pod.ephemeralContainers.indices { pod.ephemeralContainers[index].copyProfile(annotations) }
        }
        return pod
    }

    /// Whether the Pod has Pod-level limits.
    var hasLimits: Bool {
        resources.limits != ResourceList()
    }

    private mutating func fillInServiceAccount() {
        let names = [serviceAccountName, serviceAccount, "default"].compactMap(\.self).filter { !$0.isEmpty }
        serviceAccountName = names.first
        serviceAccount = names.first
        guard automountServiceAccountToken != false else { return }
        var token = Volume()
        token.name = "kube-api-access-9xkzt"
        token.sources = .projected
        token.projectsServiceAccountToken = true
        volumes.append(token)
    }

    /// The Pod-level request of a Pod with Pod-level limits: the sum of its containers' requests, or the limits if there are none.
    private mutating func fillInRequests() {
        guard hasLimits else { return }
        let requests = (containers + initContainers).map(\.resources.requests)
        resources.requests.cpu = resources.requests.cpu ?? requests.compactMap(\.cpu).largest ?? resources.limits.cpu
        resources.requests.memory = resources.requests.memory ?? requests.compactMap(\.memory).largest ?? resources.limits.memory
    }
}

extension [ResourceAmount] {
    /// An amount above zero if there is any, since the sum is above zero then.
    fileprivate var largest: ResourceAmount? {
        first(where: \.isPositive) ?? first
    }
}

extension Container {
    /// Copies limits to requests, sets the default `procMount`, and on the node's network sets the host ports.
    fileprivate mutating func fillIn(hostNetwork: Bool) {
        resources.requests.cpu = resources.requests.cpu ?? resources.limits.cpu
        resources.requests.memory = resources.requests.memory ?? resources.limits.memory
        securityContext.procMount = securityContext.procMount ?? "Default"
        if hostNetwork { hostPorts = [HostPort(index: 0, hostPort: 8080), HostPort(index: 1, hostPort: 9090)] }
    }

    /// Copies the profile of the legacy annotation to an unset field.
    fileprivate mutating func copyProfile(_ annotations: [Annotation]) {
        guard securityContext.appArmorProfile.type == nil else { return }
        let value = annotations.first { $0.name == Annotation.appArmorPrefix + name }?.value
        switch value {
        case "runtime/default": securityContext.appArmorProfile.type = "RuntimeDefault"
        case "unconfined": securityContext.appArmorProfile.type = "Unconfined"
        case "localhost/web":
            securityContext.appArmorProfile.type = "Localhost"
            securityContext.appArmorProfile.localhostProfile = "web"
        default: break
        }
    }
}
