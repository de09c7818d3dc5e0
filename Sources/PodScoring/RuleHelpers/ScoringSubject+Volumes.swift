import KubernetesAPI

extension ScoringSubject {
    /// Fails when any volume mounts a path of the node that the rule is about.
    @inline(__always)
    func noVolume(at isAtFault: (String) -> Bool) -> CheckOutcome {
        var findings: [Finding] = []
        for index in pod.volumes.indices {
            guard let path = pod.volumes[index].hostPath, isAtFault(path) else { continue }
            findings.append(Finding(.volume(index), "hostPath.path"))
        }
        return CheckOutcome(findings: findings)
    }

    /// Holds when every volume claim of a StatefulSet is as the rule wants it, or there is none.
    ///
    /// The field is that of any claim, such as `spec.volumeClaimTemplates[].spec.accessModes`.
    func everyClaim(_ meets: (VolumeClaimTemplate) -> Bool, orFailsAt field: String) -> CheckOutcome {
        var findings: [Finding] = []
        for index in volumeClaimTemplates.indices where !meets(volumeClaimTemplates[index]) {
            findings.append(Finding(.object, field, at: index))
        }
        return CheckOutcome(findings: findings)
    }
}
