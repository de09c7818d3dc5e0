import KubernetesAPI

extension ScoringSubject {
    /// Fails if any volume mounts a host path that violates the rule.
    @inline(__always)
    func noVolume(at isAtFault: (String) -> Bool) -> CheckOutcome {
        var findings: [Finding] = []
        pod.findVolumes(.hostPathPath, in: &findings) { volume in volume.hostPath.map(isAtFault) ?? false }
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

extension PodSpec {
    /// Appends a finding for each volume that satisfies a condition.
    @inline(__always)
    func findVolumes(_ field: Finding.Field, in findings: inout [Finding], where isForbidden: (borrowing Volume) -> Bool) {
        // A span lends its elements; an array would copy each volume.
        let volumes = volumes.span
        var found = FoundElements()
        for index in volumes.indices where isForbidden(volumes[index]) {
            if found.isFull(before: index) { found.move(to: &findings, ofAtMost: volumes.count) { Finding(.volume($0), field) } }
            found.insert(index)
        }
        found.move(to: &findings, ofAtMost: volumes.count) { Finding(.volume($0), field) }
    }
}
