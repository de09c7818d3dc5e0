import KubernetesAPI

extension SecurityProfile {
    /// Whether the profile confines: `RuntimeDefault`, or `Localhost` with the profile it names.
    var isConfining: Bool {
        guard let type else { return false }
        if type.isExactly("RuntimeDefault") { return true }
        guard type.isExactly("Localhost"), let localhostProfile else { return false }
        return !localhostProfile.isEmpty
    }

    /// Whether the profile switches the confinement off.
    var isUnconfined: Bool {
        type?.isExactly("Unconfined") ?? false
    }

    /// The profile, or `nil` when it has no type.
    var ifSet: SecurityProfile? {
        type == nil ? nil : self
    }

    /// The profile that a legacy AppArmor annotation means; `nil` for text that the API server ignores.
    ///
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/api/pod/util.go>, `ApparmorFieldForAnnotation`
    init?(annotation value: String) {
        self.init()
        let localhostPrefix = "localhost/"
        if value.isExactly("runtime/default") {
            type = "RuntimeDefault"
        } else if value.isExactly("unconfined") {
            type = "Unconfined"
        } else if value.beginsWithBytes(of: localhostPrefix), value.utf8.count > localhostPrefix.utf8.count {
            type = "Localhost"
            localhostProfile = String(Substring(value.utf8.dropFirst(localhostPrefix.utf8.count)))
        } else {
            return nil
        }
    }
}

extension ScoringSubject {
    /// Runs a check that asks for the AppArmor profile of a container's own: its field's, else that of its legacy annotation.
    ///
    /// The Pod's comes after both. Only manifests are asked for annotations: in a Pod the API server has copied them to the field.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/pod/strategy.go>, `applyAppArmorVersionSkew`
    @inline(__always)
    func withAppArmorProfiles(_ check: ((borrowing Container) -> SecurityProfile?) -> CheckOutcome) -> CheckOutcome {
        guard context == .authored, !annotations.isEmpty else {
            return check { $0.securityContext.appArmorProfile.ifSet }
        }
        let legacy = legacyAppArmorProfiles
        return check { $0.securityContext.appArmorProfile.ifSet ?? legacy[Array($0.name.utf8)] }
    }

    /// The profiles that legacy annotations give to containers, by the bytes of their names.
    ///
    /// A table, so that many containers with many annotations cost no more than their sum.
    private var legacyAppArmorProfiles: [[UInt8]: SecurityProfile] {
        let prefix = Annotation.appArmorPrefix.utf8
        var profiles: [[UInt8]: SecurityProfile] = [:]
        for annotation in annotations where annotation.name.utf8.starts(with: prefix) {
            profiles[Array(annotation.name.utf8.dropFirst(prefix.count))] = SecurityProfile(annotation: annotation.value)
        }
        return profiles
    }
}
