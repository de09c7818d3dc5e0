import KubernetesAPI

extension SecurityProfile {
    /// The profile if it has a type, so that nothing is copied where none is set.
    @inline(__always)
    var ifTyped: SecurityProfile? { type == nil ? nil : self }

    /// The effect of the profile; `nil` if it has no type.
    @inline(__always)
    var confinement: Confinement? {
        guard let type else { return nil }
        return Confinement(type: type, localhostProfile: localhostProfile)
    }
}

extension ScoringSubject {
    /// Returns what the AppArmor profile of a container itself does: its field's, else that of its legacy annotation.
    ///
    /// The Pod's profile applies after both. Annotations count only in manifests: in a Pod the API server has copied them to the field.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/pod/strategy.go>, `applyAppArmorVersionSkew`
    func appArmor(_ field: Confinement?, ofContainer name: String) -> Confinement? {
        if let field { return field }
        return legacyAppArmorProfiles.isEmpty ? nil : legacyAppArmorProfiles[NameBytes(name)]
    }

    /// Returns the profiles that legacy annotations set, by the bytes of the container names; empty for an admitted Pod.
    ///
    /// It is a dictionary so that the cost is the sum of containers and annotations, not the product.
    static func legacyAppArmorProfiles(in annotations: [Annotation], _ context: Context) -> [NameBytes: Confinement] {
        guard context == .authored, !annotations.isEmpty else { return [:] }
        let prefix = Annotation.appArmorPrefix
        var profiles: [NameBytes: Confinement] = [:]
        for annotation in annotations where annotation.name.beginsWithBytes(of: prefix) {
            profiles[NameBytes(annotation.name, droppingFirst: prefix.utf8.count)] = Confinement(annotation: annotation.value)
        }
        return profiles
    }
}
