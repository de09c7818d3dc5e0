/// The security settings of one container; `nil` fields are unset or null.
package struct SecurityContext: Sendable, Equatable {
    // Properties are written out where they are read: a rule that calls a function first copies the whole container.

    /// What is set; `nil` when nothing is.
    @usableFromInline package var settings: SecuritySettingsBox?

    /// Nothing set.
    package init() {}

    private mutating func edit(_ body: (inout SecuritySettings) -> Void) {
        var value = settings?.value ?? SecuritySettings()
        body(&value)
        settings = SecuritySettingsBox(value)
    }

    /// Settings that say nothing are the same as none.
    package static func == (first: Self, second: Self) -> Bool {
        if first.settings === second.settings { return true }
        return first.settings?.value ?? SecuritySettings() == second.settings?.value ?? SecuritySettings()
    }

    /// Whether the container has every privilege of the node.
    package var privileged: Bool? {
        @_transparent get {
            guard let settings else { return nil }
            return settings.value.privileged
        }
        set { edit { $0.privileged = newValue } }
    }

    /// Whether a process may gain more privileges than its parent.
    package var allowPrivilegeEscalation: Bool? {
        @_transparent get {
            guard let settings else { return nil }
            return settings.value.allowPrivilegeEscalation
        }
        set { edit { $0.allowPrivilegeEscalation = newValue } }
    }

    /// Whether the root filesystem can't be written.
    package var readOnlyRootFilesystem: Bool? {
        @_transparent get {
            guard let settings else { return nil }
            return settings.value.readOnlyRootFilesystem
        }
        set { edit { $0.readOnlyRootFilesystem = newValue } }
    }

    /// Whether the kubelet refuses to run as UID 0.
    package var runAsNonRoot: Bool? {
        @_transparent get {
            guard let settings else { return nil }
            return settings.value.runAsNonRoot
        }
        set { edit { $0.runAsNonRoot = newValue } }
    }

    /// The UID.
    package var runAsUser: Int64? {
        @_transparent get {
            guard let settings else { return nil }
            return settings.value.runAsUser
        }
        set { edit { $0.runAsUser = newValue } }
    }

    /// The primary GID.
    package var runAsGroup: Int64? {
        @_transparent get {
            guard let settings else { return nil }
            return settings.value.runAsGroup
        }
        set { edit { $0.runAsGroup = newValue } }
    }

    /// The capabilities that are added and dropped.
    package var capabilities: Capabilities {
        @_transparent get {
            guard let settings else { return Capabilities() }
            return settings.value.capabilities
        }
        set { edit { $0.capabilities = newValue } }
    }

    /// The seccomp profile.
    package var seccompProfile: SecurityProfile {
        @_transparent get {
            guard let settings else { return SecurityProfile() }
            return settings.value.seccompProfile
        }
        set { edit { $0.seccompProfile = newValue } }
    }

    /// The AppArmor profile.
    package var appArmorProfile: SecurityProfile {
        @_transparent get {
            guard let settings else { return SecurityProfile() }
            return settings.value.appArmorProfile
        }
        set { edit { $0.appArmorProfile = newValue } }
    }

    /// The SELinux label; `nil` when unset or null.
    package var seLinuxOptions: SELinuxOptions? {
        @_transparent get {
            guard let settings else { return nil }
            return settings.value.seLinuxOptions
        }
        set { edit { $0.seLinuxOptions = newValue } }
    }

    /// `Default` or `Unmasked`.
    package var procMount: String? {
        @_transparent get {
            guard let settings else { return nil }
            return settings.value.procMount
        }
        set { edit { $0.procMount = newValue } }
    }

    /// The settings for Windows.
    package var windowsOptions: WindowsOptions {
        @_transparent get {
            guard let settings else { return WindowsOptions() }
            return settings.value.windowsOptions
        }
        set { edit { $0.windowsOptions = newValue } }
    }
}

/// The settings of a ``SecurityContext``.
package struct SecuritySettings: Sendable, Equatable {
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
    @usableFromInline package var rare: RareSecuritySettingsBox?

    /// Nothing set.
    package init() {}

    private mutating func edit(_ body: (inout RareSecuritySettings) -> Void) {
        var value = rare?.value ?? RareSecuritySettings()
        body(&value)
        rare = RareSecuritySettingsBox(value)
    }

    /// Settings that say nothing are the same as none.
    package static func == (first: Self, second: Self) -> Bool {
        first.privileged == second.privileged && first.allowPrivilegeEscalation == second.allowPrivilegeEscalation
            && first.readOnlyRootFilesystem == second.readOnlyRootFilesystem && first.runAsNonRoot == second.runAsNonRoot
            && first.runAsUser == second.runAsUser && first.runAsGroup == second.runAsGroup && first.capabilities == second.capabilities
            && first.seccompProfile == second.seccompProfile
            && (first.rare === second.rare
                || first.rare?.value ?? RareSecuritySettings() == second.rare?.value ?? RareSecuritySettings())
    }

    /// The AppArmor profile.
    package var appArmorProfile: SecurityProfile {
        @_transparent get {
            guard let rare else { return SecurityProfile() }
            return rare.value.appArmorProfile
        }
        set { edit { $0.appArmorProfile = newValue } }
    }

    /// The SELinux label; `nil` when unset or null.
    package var seLinuxOptions: SELinuxOptions? {
        @_transparent get {
            guard let rare else { return nil }
            return rare.value.seLinuxOptions
        }
        set { edit { $0.seLinuxOptions = newValue } }
    }

    /// `Default` or `Unmasked`.
    package var procMount: String? {
        @_transparent get {
            guard let rare else { return nil }
            return rare.value.procMount
        }
        set { edit { $0.procMount = newValue } }
    }

    /// The settings for Windows.
    package var windowsOptions: WindowsOptions {
        @_transparent get {
            guard let rare else { return WindowsOptions() }
            return rare.value.windowsOptions
        }
        set { edit { $0.windowsOptions = newValue } }
    }
}

/// The settings of a ``SecurityContext`` that hardly any container says.
package struct RareSecuritySettings: Sendable, Equatable {
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
