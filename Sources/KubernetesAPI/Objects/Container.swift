/// A container, an init container or an ephemeral container.
package struct Container: Sendable, Equatable {
    /// Unique among all containers of the Pod.
    package var name = ""
    /// The image reference as written.
    package var image = ""
    /// The settings of this container, without those of the Pod.
    package var securityContext = SecurityContext()
    /// Whether `restartPolicy` is `Always`, which makes an init container a sidecar that runs beside the others.
    package var isRestartable = false
    /// Requests and limits of this container.
    package var resources = ResourceRequirements()
    /// The ports with a `hostPort`, in order.
    package var hostPorts: [HostPort] = []
    /// The environment entries that are filled from a Secret, in order.
    package var secretReferences: [SecretReference] = []
    /// The probes and lifecycle handlers with a `host`, in the order of ``HandlerHost/Handler``.
    package var handlerHosts: [HandlerHost] = []

    /// A container without settings.
    package init() {}
}

/// A container port with a `hostPort`.
package struct HostPort: Sendable, Equatable {
    /// Index in `ports`.
    package let index: Int
    /// The port of the node.
    package let hostPort: Int64

    /// A port of the node.
    package init(index: Int, hostPort: Int64) {
        self.index = index
        self.hostPort = hostPort
    }
}

/// An environment entry that is filled from a Secret.
package enum SecretReference: Sendable, Equatable {
    /// `env[index].valueFrom.secretKeyRef`
    case variable(index: Int)
    /// `envFrom[index].secretRef`
    case source(index: Int)
}

/// The three lists of containers in a Pod.
package enum ContainerList: String, Sendable, CaseIterable {
    case initContainers
    case containers
    case ephemeralContainers
}
