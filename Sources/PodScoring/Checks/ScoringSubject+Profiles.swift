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
        } else if value.utf8.starts(with: localhostPrefix.utf8), value.utf8.count > localhostPrefix.utf8.count {
            type = "Localhost"
            localhostProfile = String(Substring(value.utf8.dropFirst(localhostPrefix.utf8.count)))
        } else {
            return nil
        }
    }
}

extension ScoringSubject {
    /// Judges the AppArmor profile in force for a container: its own, else that of its legacy annotation, else the Pod's.
    ///
    /// Only manifests are asked for annotations: in a Pod the API server has copied them to the field, in this order.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/pod/strategy.go>, `applyAppArmorVersionSkew`
    func appArmorVerdict(
        _ container: borrowing Container,
        unset: ContainerVerdict,
        where condition: (SecurityProfile) -> Bool
    ) -> ContainerVerdict {
        let own = container.securityContext.appArmorProfile.ifSet ?? annotatedAppArmorProfile(container.name)
        return ContainerVerdict(own: own, inherited: pod.securityContext.appArmorProfile.ifSet, unset: unset, where: condition)
    }

    /// The profile that the legacy annotation gives a container; `nil` without one.
    private func annotatedAppArmorProfile(_ name: String) -> SecurityProfile? {
        guard context == .authored else { return nil }
        let prefix = Annotation.appArmorPrefix
        for index in annotations.indices {
            let annotation = annotations[index].name.utf8
            guard annotation.starts(with: prefix.utf8), annotation.dropFirst(prefix.utf8.count).elementsEqual(name.utf8) else { continue }
            return SecurityProfile(annotation: annotations[index].value)
        }
        return nil
    }
}
