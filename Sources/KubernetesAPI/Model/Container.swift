/// A container, an init container or an ephemeral container.
package struct Container: Sendable, Equatable {
    package var name = ""
    package var image = ""
    /// Whether `restartPolicy` is `Always`, which makes an init container a sidecar that runs beside the others.
    package var isRestartable = false
    package var securityContext = SecurityContext()
    package var resources = ResourceRequirements()
    /// The ports that ask for a port of the node, in order.
    package var hostPorts: [HostPort] = []
    /// The environment entries that are filled from a Secret, in order.
    package var secretReferences: [SecretReference] = []
    /// The probes and lifecycle handlers that name a host of their own, in the order of ``HandlerHost/Handler``.
    package var handlerHosts: [HandlerHost] = []

    package init() {}
}

/// A container port that asks for a port of the node.
package struct HostPort: Sendable, Equatable {
    /// Index in `ports`.
    package let index: Int
    package let hostPort: Int64

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

/// A probe or lifecycle handler that names a host other than the Pod.
package struct HandlerHost: Sendable, Equatable {
    /// Where the handler stands in the container.
    package enum Handler: String, Sendable, CaseIterable {
        case livenessProbe
        case readinessProbe
        case startupProbe
        case postStart = "lifecycle.postStart"
        case preStop = "lifecycle.preStop"
    }

    /// How the handler connects.
    package enum Action: String, Sendable {
        case httpGet
        case tcpSocket
    }

    package let handler: Handler
    package let action: Action
    package let host: String

    package init(handler: Handler, action: Action, host: String) {
        self.handler = handler
        self.action = action
        self.host = host
    }
}

/// The three lists of containers in a Pod.
package enum ContainerList: String, Sendable, CaseIterable {
    case initContainers
    case containers
    case ephemeralContainers
}
