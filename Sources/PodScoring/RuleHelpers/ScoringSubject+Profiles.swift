import KubernetesAPI

extension SecurityProfile {
    /// Whether the profile confines the container: `RuntimeDefault`, or `Localhost` with a name.
    var isConfining: Bool {
        guard let type else { return false }
        if type.isExactly("RuntimeDefault") { return true }
        guard type.isExactly("Localhost"), let localhostProfile else { return false }
        return !localhostProfile.isEmpty
    }

    /// Whether the profile is `Unconfined`.
    var isUnconfined: Bool {
        type?.isExactly("Unconfined") ?? false
    }

    /// The profile, or `nil` if it has no type.
    var ifSet: SecurityProfile? {
        type == nil ? nil : self
    }

    /// Creates the profile of a legacy AppArmor annotation; `nil` for a value that the API server ignores.
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
    /// The AppArmor profile of a container itself: its field's, else that of its legacy annotation.
    ///
    /// The Pod's profile applies after both. Annotations count only in manifests: in a Pod the API server has copied them to the field.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/pod/strategy.go>, `applyAppArmorVersionSkew`
    func appArmorProfile(_ field: SecurityProfile, ofContainer name: String) -> SecurityProfile? {
        if field.type != nil { return field }
        return legacyAppArmorProfiles.isEmpty ? nil : legacyAppArmorProfiles[NameBytes(name)]
    }

    /// Returns the profiles that legacy annotations set, by the bytes of the container names; empty for an admitted Pod.
    ///
    /// It is a dictionary so that the cost is the sum of containers and annotations, not the product.
    static func legacyAppArmorProfiles(in annotations: [Annotation], _ context: Context) -> [NameBytes: SecurityProfile] {
        guard context == .authored, !annotations.isEmpty else { return [:] }
        let prefix = Annotation.appArmorPrefix
        var profiles: [NameBytes: SecurityProfile] = [:]
        for annotation in annotations where annotation.name.beginsWithBytes(of: prefix) {
            profiles[NameBytes(annotation.name, droppingFirst: prefix.utf8.count)] = SecurityProfile(annotation: annotation.value)
        }
        return profiles
    }
}
