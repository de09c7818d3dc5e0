import KubernetesAPI

/// The checks of the Pod Security Standards.
package enum StandardCheckCatalog {
    /// All checks in the order of violations: first `baseline`, then those that `restricted` adds, each sorted by id.
    package static let all: [StandardCheck] = [
        .appArmorProfile,
        .capabilitiesBaseline,
        .hostNamespaces,
        .hostPathVolumes,
        .hostPorts,
        .hostProbesAndHostLifecycle,
        .privileged,
        .procMount,
        .seLinuxOptions,
        .seccompProfileBaseline,
        .sysctls,
        .windowsHostProcess,
        .allowPrivilegeEscalation,
        .capabilitiesRestricted,
        .procMountRestricted,
        .restrictedVolumes,
        .runAsNonRoot,
        .runAsUser,
        .seccompProfileRestricted,
    ]

    /// Returns the check with a name such as `baseline/hostNamespaces`, compared as bytes; `nil` if there is no such check.
    package static func check(named name: String) -> StandardCheck? {
        all.first { $0.name.hasSameBytes(as: name) }
    }

    /// Returns the checks of a level in a version, without those that a stricter check replaces.
    static func checks(of level: PodSecurityLevel, inMinor minor: Int) -> [PodSecurityStandard.Entry] {
        let present = all.filter { level.includes($0.level) && $0.revision(inMinor: minor) != nil }
        let overridden = present.compactMap(\.overriddenID)
        return present.filter { !overridden.contains($0.id) }.compactMap { check in
            check.revision(inMinor: minor).map { PodSecurityStandard.Entry(check: check, minor: $0.minor, cel: $0.cel, search: $0.search) }
        }
    }
}

extension PodSecurityLevel {
    /// Returns whether this level includes the checks of another one.
    fileprivate func includes(_ level: PodSecurityLevel) -> Bool {
        switch self {
        case .privileged: false
        case .baseline: level == .baseline
        case .restricted: level != .privileged
        }
    }
}
