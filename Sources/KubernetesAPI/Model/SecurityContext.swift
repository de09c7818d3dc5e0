/// The security settings of one container; `nil` fields are unset or null.
package struct SecurityContext: Sendable, Equatable {
    /// Whether the container has every privilege of the node.
    package var privileged: Bool?
    /// Whether a process may gain more privileges than its parent.
    package var allowPrivilegeEscalation: Bool?
    /// Whether the root filesystem can't be written.
    package var readOnlyRootFilesystem: Bool?
    /// Whether the kubelet refuses to run as UID 0.
    package var runAsNonRoot: Bool?
    /// The UID.
    package var runAsUser: Int64?
    /// The primary GID.
    package var runAsGroup: Int64?
    /// The capabilities that are added and dropped.
    package var capabilities = Capabilities()
    /// The seccomp profile.
    package var seccompProfile = SecurityProfile()
    /// The AppArmor profile.
    package var appArmorProfile = SecurityProfile()
    /// The SELinux label; `nil` when unset or null.
    package var seLinuxOptions: SELinuxOptions?
    /// `Default` or `Unmasked`.
    package var procMount: String?
    /// The settings for Windows.
    package var windowsOptions = WindowsOptions()

    /// Nothing set.
    package init() {}
}

/// The security settings of a whole Pod; a container's own value wins.
package struct PodSecurityContext: Sendable, Equatable {
    /// Whether the kubelet refuses to run as UID 0.
    package var runAsNonRoot: Bool?
    /// The UID.
    package var runAsUser: Int64?
    /// The primary GID.
    package var runAsGroup: Int64?
    /// The seccomp profile.
    package var seccompProfile = SecurityProfile()
    /// The AppArmor profile.
    package var appArmorProfile = SecurityProfile()
    /// The SELinux label; `nil` when unset or null.
    package var seLinuxOptions: SELinuxOptions?
    /// Names of the kernel parameters that the Pod sets, in order.
    package var sysctls: [String] = []
    /// The settings for Windows.
    package var windowsOptions = WindowsOptions()

    /// Nothing set.
    package init() {}
}

/// The Linux capabilities that a container adds and drops, spelled as written.
package struct Capabilities: Sendable, Equatable {
    /// `nil` when unset or null.
    package var add: [String]?
    /// `nil` when unset or null.
    package var drop: [String]?
    /// Whether an element of ``Capabilities/drop`` is null, which the API server reads as the empty name.
    package var dropsNull = false

    /// Nothing set.
    package init() {}
}

/// A seccomp or AppArmor profile.
package struct SecurityProfile: Sendable, Equatable {
    /// `RuntimeDefault`, `Localhost` or `Unconfined`; any other text is kept as written, `nil` when unset or null.
    package var type: String?
    /// The profile's name on the node, for the type `Localhost`.
    package var localhostProfile: String?
    /// Whether the profile is there, but says no type; the API server refuses that, a raw manifest may say it.
    package var lacksType = false

    /// Nothing set.
    package init() {}
}

/// The SELinux label parts that the Pod Security Standards restrict.
package struct SELinuxOptions: Sendable, Equatable {
    /// The type of the label.
    package var type: String?
    /// The user of the label.
    package var user: String?
    /// The role of the label.
    package var role: String?

    /// Nothing set.
    package init() {}
}

/// The Windows settings that a rule or a standard reads.
package struct WindowsOptions: Sendable, Equatable {
    /// Whether the container runs as a process of the node.
    package var hostProcess: Bool?
    /// The Windows account.
    package var runAsUserName: String?

    /// Nothing set.
    package init() {}
}
