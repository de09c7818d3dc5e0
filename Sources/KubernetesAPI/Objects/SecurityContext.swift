/// The security settings of one container; `nil` fields are unset or null.
///
/// The order of the stored properties leaves few gaps, since a Pod may have thousands of containers.
package struct SecurityContext: Sendable, Equatable {
    /// The settings that few containers have; `nil` if the container has none of them.
    package private(set) var rare: RareSecuritySettingsBox?
    /// The UID.
    package var runAsUser: Int64?
    /// Whether the container has every privilege of the node.
    package var privileged: Bool?
    /// Whether a process may gain more privileges than its parent.
    package var allowPrivilegeEscalation: Bool?
    /// Whether the root filesystem is read-only.
    package var readOnlyRootFilesystem: Bool?
    /// Whether the kubelet refuses to run as UID 0.
    package var runAsNonRoot: Bool?
    /// The primary GID.
    package var runAsGroup: Int64?
    /// The capabilities that are added and dropped.
    package var capabilities = Capabilities()
    /// The seccomp profile.
    package var seccompProfile = SecurityProfile()
    /// The AppArmor profile.
    package var appArmorProfile = SecurityProfile()

    /// Nothing set.
    package init() {}
}

/// The settings of a ``SecurityContext`` that are stored outside of it.
extension SecurityContext {
    /// The SELinux label; `nil` when unset or null.
    package var seLinuxOptions: SELinuxOptions? {
        get { rare?.settings.seLinuxOptions }
        set { changeRare { $0.seLinuxOptions = newValue } }
    }

    /// `Default` or `Unmasked`.
    package var procMount: String? {
        get { rare?.settings.procMount }
        set { changeRare { $0.procMount = newValue } }
    }

    /// The settings for Windows.
    package var windowsOptions: WindowsOptions {
        get { rare?.settings.windowsOptions ?? WindowsOptions() }
        set { changeRare { $0.windowsOptions = newValue } }
    }

    private mutating func changeRare(_ change: (inout RareSecuritySettings) -> Void) {
        var settings = rare?.settings ?? RareSecuritySettings()
        change(&settings)
        setRare(settings)
    }

    /// Sets all of them at once.
    mutating func setRare(_ settings: RareSecuritySettings) {
        rare = RareSecuritySettingsBox(settings)
    }
}

/// The settings of a ``SecurityContext`` that few containers have.
package struct RareSecuritySettings: Sendable, Equatable {
    /// The SELinux label; `nil` when unset or null.
    package var seLinuxOptions: SELinuxOptions?
    /// `Default` or `Unmasked`.
    package var procMount: String?
    /// The settings for Windows.
    package var windowsOptions = WindowsOptions()

    /// Nothing set.
    package init() {}
}

/// Keeps rare settings outside of the container, so that a container without them is small.
///
/// A class because it is a reference; it never changes.
package final class RareSecuritySettingsBox: Sendable, Equatable {
    /// The settings, at least one of which is set.
    package let settings: RareSecuritySettings

    /// Keeps the settings; `nil` when none is set.
    package init?(_ settings: consuming RareSecuritySettings) {
        guard settings != RareSecuritySettings() else { return nil }
        self.settings = settings
    }

    /// The memory that an object takes, in bytes, with its header and the allocator's overhead.
    package static var byteCount: Int { MemoryLayout<RareSecuritySettings>.stride + 32 }

    /// Compares the settings.
    package static func == (first: RareSecuritySettingsBox, second: RareSecuritySettingsBox) -> Bool {
        first === second || first.settings == second.settings
    }
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
    /// Whether the profile is set without a type; the API server rejects that, but a raw manifest can have it.
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
