import KubernetesAPI

extension StandardCheck {
    /// Allows only kinds of volumes that stay within the Pod or that the cluster administrator sets up.
    ///
    /// A volume of an unknown kind is forbidden as well. A volume without a source is an `emptyDir`. A volume with an allowed and a forbidden
    /// source passes, but the API server rejects it.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_restrictedVolumes.go>
    static let restrictedVolumes = StandardCheck(
        id: "restrictedVolumes",
        level: .restricted,
        scope: .pod,
        reason: "mounts volumes of kinds that are not allowed",
        fix: "use a persistentVolumeClaim, ephemeral or emptyDir volume instead",
        fixClass: .application,
        overrides: "hostPathVolumes",
        revisions: [Revision(since: 0, restrictedVolumesCEL, findRestrictedVolumes)]
    )

    /// A stored volume has a name and one source.
    private static let restrictedVolumesCEL = CELCheck.fails(
        in: .volumes,
        where: "\(.item).exists(x,!(x in \(list: ["name"] + allowedSources.names)))"
    )

    private static let allowedSources: VolumeSources = [
        .configMap, .csi, .downwardAPI, .emptyDir, .ephemeral, .image, .persistentVolumeClaim, .projected, .secret,
    ]

    private static let knownSource = Finding.Texts(fix: "give the volume a source of a known kind")
    /// The field of each kind of source, shared by all findings.
    private static let sourceFields = VolumeSources.fieldNames.map { Finding.Texts(field: $0) }

    private static func findRestrictedVolumes(in subject: ScoringSubject, findings: inout [Finding]) {
        // A span must not outlive the list that it lends.
        let all = subject.pod.volumes
        let volumes = all.span
        for index in volumes.indices where volumes[index].sources.isDisjoint(with: allowedSources) {
            volumes[index].sources.visitFields { findings.append(Finding(.volume(index), named: sourceFields[$0])) }
            if volumes[index].hasUnknownSource {
                findings.append(Finding(.volume(index), .volumeName, own: knownSource))
            }
        }
    }
}
