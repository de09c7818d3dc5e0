package import AdmissionPolicy
import KubernetesAPI

/// Compares the exported policies of a cluster with what an export would write today.
package struct ExportCheck {
    /// The digest of an export of some levels of a policy; `nil` if the policy does not exist, or nothing of these levels is exported.
    ///
    /// The options are those of a floor, as far as its objects record them.
    package typealias Digest = (_ policy: String, _ levels: [String], _ options: FloorOptions?) -> String?

    private let digest: Digest

    /// A check against the digests of exports.
    package init(_ digest: @escaping Digest) {
        self.digest = digest
    }

    /// The problems, in the order of the objects; at most one for the floor of a policy, and one for its other levels.
    package func findings(in objects: [ExportedObject]) -> [RegistrationFinding] {
        var groups: [[ExportedObject]] = []
        for object in objects {
            let place = groups.firstIndex { $0[0].belongs(with: object) }
            if let place { groups[place].append(object) } else { groups.append([object]) }
        }
        return groups.compactMap(finding)
    }

    private func finding(in group: [ExportedObject]) -> RegistrationFinding? {
        let (policy, isFloor) = (group[0].policy, group[0].isOfFloor)
        let export = isFloor ? "the floor of policy \(policy)" : "the export of policy \(policy)"
        let objects = "podscore.dev/policy=\(policy),podscore.dev/level\(isFloor ? "=" : "!=")\(ExportedPolicy.floorLevel)"
        var levels: [String] = []
        for object in group where !levels.contains(object.level) { levels.append(object.level) }
        guard let digest = digest(policy, levels, group[0].options) else {
            return RegistrationFinding(
                .exportOutdated,
                .warning,
                problem: "\(export) is still in the cluster, but the policy has nothing to export",
                fix: "kubectl delete validatingadmissionpolicies,validatingadmissionpolicybindings -l \(objects)"
            )
        }
        let isCurrent = group.allSatisfy { $0.digest?.hasSameBytes(as: digest) ?? false }
        guard isCurrent else {
            return RegistrationFinding(
                .exportOutdated,
                .warning,
                problem: "\(export) differs from what podscore policy export writes today",
                fix: "export and apply it again; with floor.enabled of the chart, upgrade the release"
            )
        }
        let bound = group.filter(\.isBinding)
        guard let unbound = group.first(where: { object in !object.isBinding && !bound.contains { $0.level == object.level } }) else {
            return nil
        }
        return RegistrationFinding(
            .exportUnbound,
            .warning,
            problem: "\(export) has no effect: ValidatingAdmissionPolicy \(unbound.name) has no binding",
            fix: "export and apply it again"
        )
    }
}

extension ExportedObject {
    /// Whether two objects are of one export: of one policy, and both of its floor or both not.
    fileprivate func belongs(with other: Self) -> Bool {
        policy.hasSameBytes(as: other.policy) && isOfFloor == other.isOfFloor
    }

    /// Whether it is of a floor, which is exported apart from the other levels.
    fileprivate var isOfFloor: Bool { level == ExportedPolicy.floorLevel }
}
