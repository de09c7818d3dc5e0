/// The security settings of one container; `nil` fields are unset or null.
package struct SecurityContext: Sendable, Equatable {
    package var privileged: Bool?
    package var allowPrivilegeEscalation: Bool?
    package var readOnlyRootFilesystem: Bool?
    package var runAsNonRoot: Bool?
    package var runAsUser: Int64?
    package var runAsGroup: Int64?
    package var capabilities = Capabilities()
    package var seccompProfile = SecurityProfile()
    package var appArmorProfile = SecurityProfile()
    package var seLinuxOptions: SELinuxOptions?
    /// `Default` or `Unmasked`.
    package var procMount: String?
    package var windowsOptions = WindowsOptions()

    package init() {}
}

/// The security settings of a whole Pod; a container's own value wins.
package struct PodSecurityContext: Sendable, Equatable {
    package var runAsNonRoot: Bool?
    package var runAsUser: Int64?
    package var runAsGroup: Int64?
    package var seccompProfile = SecurityProfile()
    package var appArmorProfile = SecurityProfile()
    package var seLinuxOptions: SELinuxOptions?
    /// Names of the kernel parameters that the Pod sets, in order.
    package var sysctls: [String] = []
    package var windowsOptions = WindowsOptions()

    package init() {}
}

/// The Linux capabilities that a container adds and drops, spelled as written.
package struct Capabilities: Sendable, Equatable {
    /// `nil` when unset or null.
    package var add: [String]?
    /// `nil` when unset or null.
    package var drop: [String]?

    package init() {}
}

/// A seccomp or AppArmor profile.
package struct SecurityProfile: Sendable, Equatable {
    /// `RuntimeDefault`, `Localhost` or `Unconfined`; any other text is kept as written, `nil` when unset or null.
    package var type: String?
    package var localhostProfile: String?

    package init() {}
}

/// The SELinux label parts that the Pod Security Standards restrict.
package struct SELinuxOptions: Sendable, Equatable {
    package var type: String?
    package var user: String?
    package var role: String?

    package init() {}
}

/// The Windows settings that a rule or a standard reads.
package struct WindowsOptions: Sendable, Equatable {
    package var hostProcess: Bool?
    package var runAsUserName: String?

    package init() {}
}
