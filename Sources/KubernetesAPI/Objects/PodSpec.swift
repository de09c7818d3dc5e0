/// The part of a Pod's specification that rules, standards, messages and the decision need; `nil` fields are unset or null.
package struct PodSpec: Sendable, Equatable {
    /// Whether the Pod uses the node's network.
    package var hostNetwork: Bool?
    /// Whether the Pod sees the node's processes.
    package var hostPID: Bool?
    /// Whether the Pod shares the node's IPC namespace.
    package var hostIPC: Bool?
    /// `false` requests a user namespace.
    package var hostUsers: Bool?
    /// Whether a token of the service account is mounted; unset leaves it to the account.
    package var automountServiceAccountToken: Bool?
    /// The service account of the Pod.
    package var serviceAccountName: String?
    /// The deprecated alias of ``serviceAccountName``; the API server copies one to the other.
    package var serviceAccount: String?
    /// The node that the Pod is bound to.
    package var nodeName: String?
    /// The name of the runtime class.
    package var runtimeClassName: String?
    /// `spec.os.name`: `linux`, `windows`, or what the manifest says.
    package var osName: String?
    /// The number of entries in `hostAliases`; `nil` when the field is unset or null.
    package var hostAliasCount: Int?
    /// The settings that containers inherit.
    package var securityContext = PodSecurityContext()
    /// Requests and limits of the Pod as a whole.
    package var resources = ResourceRequirements()
    /// The containers that run before the others, or beside them if restartable.
    package var initContainers: [Container] = []
    /// The containers of the Pod.
    package var containers: [Container] = []
    /// The containers that were added for debugging.
    package var ephemeralContainers: [Container] = []
    /// The volumes, mounted or not.
    package var volumes: [Volume] = []

    /// An empty specification.
    package init() {}
}

/// The template from which a workload creates its Pods.
package struct PodTemplateSpec: Sendable, Equatable {
    /// The metadata of the Pods.
    package var metadata = ObjectMeta()
    /// The specification of the Pods.
    package var spec = PodSpec()

    /// An empty specification.
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

    /// The name of a container in a list; `nil` if the list has no such container.
    ///
    /// Copies nothing else.
    package func nameOfContainer(at index: Int, in list: ContainerList) -> String? {
        let containers = self[list]
        return containers.indices.contains(index) ? containers[index].name : nil
    }
}
