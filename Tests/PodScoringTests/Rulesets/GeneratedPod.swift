import KubernetesAPI
import TestSupport

extension SeededNumbers {
    /// One of the values.
    mutating func pick<Value>(_ first: Value, _ others: Value...) -> Value {
        others.randomElement(using: &self).flatMap { Int.random(in: 0...others.count, using: &self) == 0 ? first : $0 } ?? first
    }

    /// A Pod with at least one regular container.
    mutating func pod() -> PodSpec {
        var pod = PodSpec()
        pod.osName = pick(nil, nil, nil, "linux", "windows")
        pod.hostPID = pick(nil, true, false)
        pod.hostNetwork = pick(nil, nil, true, false)
        pod.hostUsers = pick(nil, true, false)
        pod.serviceAccountName = pick(nil, "", "default", "web")
        pod.serviceAccount = pick(nil, nil, "", "web")
        pod.automountServiceAccountToken = pick(nil, true, false)
        pod.volumes = (0..<Int.random(in: 0...2, using: &self)).map { _ in volume() }
        pod.securityContext.sysctls = pick([], [], ["net.ipv4.tcp_rmem"], ["kernel.msgmax"])
        pod.securityContext.windowsOptions.hostProcess = pick(nil, nil, false, true)
        pod.securityContext.runAsNonRoot = pick(nil, true, false)
        pod.securityContext.runAsUser = pick(nil, 0, 20_000)
        pod.securityContext.seccompProfile = profile()
        pod.securityContext.appArmorProfile = profile()
        pod.securityContext.windowsOptions.runAsUserName = pick(nil, "ContainerUser", "ContainerAdministrator")
        pod.resources = resources()
        pod.containers = (0..<Int.random(in: 1...3, using: &self)).map { _ in container() }
        pod.initContainers = (0..<Int.random(in: 0...2, using: &self)).map { _ in container() }
        pod.ephemeralContainers = (0..<Int.random(in: 0...1, using: &self)).map { _ in container() }
        return pod
    }

    /// A container with random settings.
    mutating func container() -> Container {
        var container = Container()
        container.name = pick("app", "helper")
        container.image = pick("app", "app@sha256:" + String(repeating: "a", count: 64))
        container.isRestartable = pick(true, false)
        container.hostPorts = pick([], [], [HostPort(index: 0, hostPort: 8080)], [HostPort(index: 1, hostPort: 0)])
        container.securityContext.procMount = pick(nil, nil, "Default", "Unmasked")
        container.securityContext.windowsOptions.hostProcess = pick(nil, nil, false, true)
        container.securityContext.runAsNonRoot = pick(nil, true, false)
        container.securityContext.runAsUser = pick(nil, 0, 20_000)
        container.securityContext.readOnlyRootFilesystem = pick(nil, true)
        container.securityContext.privileged = pick(nil, nil, nil, true)
        container.securityContext.allowPrivilegeEscalation = pick(nil, false, true)
        container.securityContext.capabilities.drop = pick(nil, ["ALL"], ["NET_RAW"], [])
        container.securityContext.capabilities.add = pick(nil, ["SYS_ADMIN"], ["NET_RAW"], ["NET_ADMIN"], ["ALL"], [])
        container.securityContext.seccompProfile = profile()
        container.securityContext.appArmorProfile = profile()
        container.securityContext.windowsOptions.runAsUserName = pick(nil, "ContainerUser", "ContainerAdministrator")
        container.secretReferences = pick([], [.variable(index: 0)])
        container.resources = resources()
        return container
    }

    /// Legacy annotations for existing containers and for a missing one.
    mutating func annotations() -> [Annotation] {
        ["app", "helper", "other"].compactMap { name in
            let value: String? = pick(nil, nil, "runtime/default", "localhost/web", "unconfined", "localhost/", "made-up")
            return value.map { Annotation(name: Annotation.appArmorPrefix + name, value: $0) }
        }
    }

    /// A volume of a random kind.
    private mutating func volume() -> Volume {
        var volume = Volume()
        volume.name = pick("data", "kube-api-access-x7k2p")
        volume.sources = pick(.emptyDir, .hostPath, .projected)
        if volume.sources == .hostPath { volume.hostPath = pick(nil, "/proc", "/run", "/data") }
        volume.projectsServiceAccountToken = volume.sources == .projected && pick(true, false)
        return volume
    }

    /// A profile, set or not.
    private mutating func profile() -> SecurityProfile {
        var profile = SecurityProfile()
        profile.type = pick(nil, "RuntimeDefault", "Unconfined", "Localhost")
        profile.localhostProfile = pick(nil, "profile")
        return profile
    }

    /// Requests and limits, set or not.
    private mutating func resources() -> ResourceRequirements {
        var resources = ResourceRequirements()
        resources.limits.cpu = pick(nil, .quantity(Quantity("1")), .quantity(Quantity("0")))
        resources.limits.memory = pick(nil, nil, .quantity(Quantity("1Gi")))
        resources.requests.cpu = pick(nil, .quantity(Quantity("1")), .quantity(Quantity("0")))
        resources.requests.memory = pick(nil, .quantity(Quantity("1Gi")))
        return resources
    }
}
