import KubernetesAPI

/// What a seccomp or AppArmor profile does with a container, without the texts of the profile, so that thousands are cheap to judge.
enum Confinement: Sendable {
    /// The profile confines the container: `RuntimeDefault`, or `Localhost` with a name.
    case confining
    /// The profile is `Unconfined`.
    case unconfined
    /// The profile has any other type, or lacks its name.
    case unknown

    /// Reads the type of a profile and, for `Localhost`, its name.
    init(type: String, localhostProfile: String?) {
        if type.isExactly("RuntimeDefault") || (type.isExactly("Localhost") && localhostProfile?.isEmpty == false) {
            self = .confining
        } else {
            self = type.isExactly("Unconfined") ? .unconfined : .unknown
        }
    }

    /// Reads the value of a legacy AppArmor annotation; `nil` for a value that the API server ignores.
    ///
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/api/pod/util.go>, `ApparmorFieldForAnnotation`
    init?(annotation value: String) {
        let localhostPrefix = "localhost/"
        if value.isExactly("unconfined") {
            self = .unconfined
        } else if value.isExactly("runtime/default")
            || (value.beginsWithBytes(of: localhostPrefix) && value.utf8.count > localhostPrefix.utf8.count)
        {
            self = .confining
        } else {
            return nil
        }
    }
}

extension SecurityProfile {
    /// What the profile does; `nil` if it has no type.
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
