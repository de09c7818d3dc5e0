import KubernetesAPI

extension ScoringSubject {
    /// Fails if any volume mounts a host path that violates the rule.
    @inline(__always)
    func noVolume(at isAtFault: (String) -> Bool) -> CheckOutcome {
        var findings: [Finding] = []
        for index in pod.volumes.indices {
            guard let path = pod.volumes[index].hostPath, isAtFault(path) else { continue }
            findings.append(Finding(.volume(index), .hostPathPath))
        }
        return CheckOutcome(findings: findings)
    }

    /// Holds if every volume claim of a StatefulSet complies; a StatefulSet without claims holds.
    ///
    /// The field has `[]` in place of the claim's index, such as `spec.volumeClaimTemplates[].spec.accessModes`.
    func everyClaim(_ meets: (VolumeClaimTemplate) -> Bool, orFailsAt field: Finding.Field) -> CheckOutcome {
        var findings: [Finding] = []
        for index in volumeClaimTemplates.indices where !meets(volumeClaimTemplates[index]) {
            findings.append(Finding(.object, field, at: index))
        }
        return CheckOutcome(findings: findings)
    }
}
