/// The part of a Pod's specification that rules, standards, messages and the decision need; `nil` fields are unset or null.
package struct PodSpec: Sendable, Equatable {
    /// Whether the Pod uses the node's network.
    package var hostNetwork: Bool?
    /// Whether the Pod sees the node's processes.
    package var hostPID: Bool?
    /// Whether the Pod shares the node's IPC namespace.
    package var hostIPC: Bool?
    /// `false` asks for a user namespace.
    package var hostUsers: Bool?
    /// Whether a token of the service account is mounted where the account does not say otherwise.
    package var automountServiceAccountToken: Bool?
    /// The service account as which the Pod runs.
    package var serviceAccountName: String?
    /// The deprecated alias of ``serviceAccountName``; the API server copies one to the other.
    package var serviceAccount: String?
    /// The node, where the Pod is bound to one.
    package var nodeName: String?
    /// The runtime class, where one is asked for.
    package var runtimeClassName: String?
    /// `spec.os.name`: `linux`, `windows`, or what the manifest says.
    package var osName: String?
    /// The number of entries in `hostAliases`; `nil` when the field is unset or null.
    package var hostAliasCount: Int?
    /// The settings that containers inherit.
    package var securityContext = PodSecurityContext()
    /// Requests and limits of the Pod as a whole.
    package var resources = ResourceRequirements()
    /// The containers that run before the others, or, when restartable, beside them.
    package var initContainers: [Container] = []
    /// The containers of the Pod.
    package var containers: [Container] = []
    /// The containers that were added for debugging.
    package var ephemeralContainers: [Container] = []
    /// The volumes, mounted or not.
    package var volumes: [Volume] = []

    /// A specification that says nothing.
    package init() {}

    /// Whether the Pod declares that it runs on Windows.
    package var isWindows: Bool { osName == "windows" }
}

/// What a workload makes its Pods from.
package struct PodTemplateSpec: Sendable, Equatable {
    /// The metadata of the Pods to be made.
    package var metadata = ObjectMeta()
    /// The specification of the Pods to be made.
    package var spec = PodSpec()

    /// A specification that says nothing.
    package init() {}
}

extension PodSpec {
    /// One of the lists of containers.
    package subscript(list: ContainerList) -> [Container] {
        get {
            switch list {
            case .initContainers: initContainers
            case .containers: containers
            case .ephemeralContainers: ephemeralContainers
            }
        }
        set {
            switch list {
            case .initContainers: initContainers = newValue
            case .containers: containers = newValue
            case .ephemeralContainers: ephemeralContainers = newValue
            }
        }
    }

    /// The name of a container by its list and its index, without a copy of the rest; `nil` where there is none.
    package func nameOfContainer(at index: Int, in list: ContainerList) -> String? {
        let containers = self[list]
        return containers.indices.contains(index) ? containers[index].name : nil
    }
}
