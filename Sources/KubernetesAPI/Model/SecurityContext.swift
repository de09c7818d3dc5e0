/// The security settings of one container; `nil` fields are unset or null.
package struct SecurityContext: Sendable, Equatable {
    /// What is set.
    @usableFromInline package var settings = KeptApart<SecuritySettings>()

    /// Nothing set.
    @inlinable
    package init() {}

    /// Whether the container has every privilege of the node.
    @inlinable package var privileged: Bool? {
        get { settings.parts.isEmpty ? nil : settings.parts[0].privileged }
        set { settings.part.privileged = newValue }
    }

    /// Whether a process may gain more privileges than its parent.
    @inlinable package var allowPrivilegeEscalation: Bool? {
        get { settings.parts.isEmpty ? nil : settings.parts[0].allowPrivilegeEscalation }
        set { settings.part.allowPrivilegeEscalation = newValue }
    }

    /// Whether the root filesystem can't be written.
    @inlinable package var readOnlyRootFilesystem: Bool? {
        get { settings.parts.isEmpty ? nil : settings.parts[0].readOnlyRootFilesystem }
        set { settings.part.readOnlyRootFilesystem = newValue }
    }

    /// Whether the kubelet refuses to run as UID 0.
    @inlinable package var runAsNonRoot: Bool? {
        get { settings.parts.isEmpty ? nil : settings.parts[0].runAsNonRoot }
        set { settings.part.runAsNonRoot = newValue }
    }

    /// The UID.
    @inlinable package var runAsUser: Int64? {
        get { settings.parts.isEmpty ? nil : settings.parts[0].runAsUser }
        set { settings.part.runAsUser = newValue }
    }

    /// The primary GID.
    @inlinable package var runAsGroup: Int64? {
        get { settings.parts.isEmpty ? nil : settings.parts[0].runAsGroup }
        set { settings.part.runAsGroup = newValue }
    }

    /// The capabilities that are added and dropped.
    @inlinable package var capabilities: Capabilities {
        get { settings.parts.isEmpty ? Capabilities() : settings.parts[0].capabilities }
        set { settings.part.capabilities = newValue }
    }

    /// The seccomp profile.
    @inlinable package var seccompProfile: SecurityProfile {
        get { settings.parts.isEmpty ? SecurityProfile() : settings.parts[0].seccompProfile }
        set { settings.part.seccompProfile = newValue }
    }

    /// The AppArmor profile.
    @inlinable package var appArmorProfile: SecurityProfile {
        get { settings.parts.isEmpty ? SecurityProfile() : settings.parts[0].appArmorProfile }
        set { settings.part.appArmorProfile = newValue }
    }

    /// The SELinux label; `nil` when unset or null.
    @inlinable package var seLinuxOptions: SELinuxOptions? {
        get { settings.parts.isEmpty ? nil : settings.parts[0].seLinuxOptions }
        set { settings.part.seLinuxOptions = newValue }
    }

    /// `Default` or `Unmasked`.
    @inlinable package var procMount: String? {
        get { settings.parts.isEmpty ? nil : settings.parts[0].procMount }
        set { settings.part.procMount = newValue }
    }

    /// The settings for Windows.
    @inlinable package var windowsOptions: WindowsOptions {
        get { settings.parts.isEmpty ? WindowsOptions() : settings.parts[0].windowsOptions }
        set { settings.part.windowsOptions = newValue }
    }
}

/// The settings of a ``SecurityContext``.
package struct SecuritySettings: ModelPart {
    // In an order that leaves no gaps.
    /// The UID.
    package var runAsUser: Int64?
    /// The primary GID.
    package var runAsGroup: Int64?
    /// Whether the container has every privilege of the node.
    package var privileged: Bool?
    /// Whether a process may gain more privileges than its parent.
    package var allowPrivilegeEscalation: Bool?
    /// Whether the root filesystem can't be written.
    package var readOnlyRootFilesystem: Bool?
    /// Whether the kubelet refuses to run as UID 0.
    package var runAsNonRoot: Bool?
    /// The capabilities that are added and dropped.
    package var capabilities = Capabilities()
    /// The seccomp profile.
    package var seccompProfile = SecurityProfile()
    /// What hardly any container says.
    @usableFromInline package var rare = KeptApart<RareSecuritySettings>()

    /// Nothing set.
    package init() {}

    /// The AppArmor profile.
    @inlinable package var appArmorProfile: SecurityProfile {
        get { rare.parts.isEmpty ? SecurityProfile() : rare.parts[0].appArmorProfile }
        set { rare.part.appArmorProfile = newValue }
    }

    /// The SELinux label; `nil` when unset or null.
    @inlinable package var seLinuxOptions: SELinuxOptions? {
        get { rare.parts.isEmpty ? nil : rare.parts[0].seLinuxOptions }
        set { rare.part.seLinuxOptions = newValue }
    }

    /// `Default` or `Unmasked`.
    @inlinable package var procMount: String? {
        get { rare.parts.isEmpty ? nil : rare.parts[0].procMount }
        set { rare.part.procMount = newValue }
    }

    /// The settings for Windows.
    @inlinable package var windowsOptions: WindowsOptions {
        get { rare.parts.isEmpty ? WindowsOptions() : rare.parts[0].windowsOptions }
        set { rare.part.windowsOptions = newValue }
    }
}

/// The settings of a ``SecurityContext`` that hardly any container says.
package struct RareSecuritySettings: ModelPart {
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
    @inlinable
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
    @inlinable
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
    @inlinable
    package init() {}
}

/// The Windows settings that a rule or a standard reads.
package struct WindowsOptions: Sendable, Equatable {
    /// Whether the container runs as a process of the node.
    package var hostProcess: Bool?
    /// The Windows account.
    package var runAsUserName: String?

    /// Nothing set.
    @inlinable
    package init() {}
}
