/// The part of a Pod's specification that rules, standards, messages and the decision need; `nil` fields are unset or null.
package struct PodSpec: Sendable, Equatable {
    package var hostNetwork: Bool?
    package var hostPID: Bool?
    package var hostIPC: Bool?
    /// `false` asks for a user namespace.
    package var hostUsers: Bool?
    package var automountServiceAccountToken: Bool?
    package var serviceAccountName: String?
    /// The deprecated alias of ``serviceAccountName``; the API server copies one to the other.
    package var serviceAccount: String?
    package var nodeName: String?
    package var runtimeClassName: String?
    /// `spec.os.name`: `linux`, `windows`, or what the manifest says.
    package var osName: String?
    /// The number of entries in `hostAliases`; `nil` when the field is unset or null.
    package var hostAliasCount: Int?
    package var securityContext = PodSecurityContext()
    /// Requests and limits of the Pod as a whole.
    package var resources = ResourceRequirements()
    package var initContainers: [Container] = []
    package var containers: [Container] = []
    package var ephemeralContainers: [Container] = []
    package var volumes: [Volume] = []

    package init() {}

    /// Whether the Pod declares that it runs on Windows.
    package var isWindows: Bool { osName == "windows" }
}

/// What a workload makes its Pods from.
package struct PodTemplateSpec: Sendable, Equatable {
    package var metadata = ObjectMeta()
    package var spec = PodSpec()

    package init() {}
}
