import AdmissionPolicy
import Cluster
import ClusterController
import KubernetesAPI
import Platform
import PolicySources
import RegistrationChecks

extension ClusterInventory {
    /// Compares the exported policies of the cluster with what an export by these policies writes today.
    ///
    /// - Parameters:
    ///   - policies: The policies of files and of the cluster.
    ///   - isPartial: Whether there may be files that are not known; exports of policies that are not known are then left out.
    ///   - mode: The mode of the server, for exports that record no other.
    /// - Returns: The problems; none, and a line on standard error, if the exported policies cannot be listed.
    func exportFindings(by policies: PolicySet, isPartial: Bool, mode: EnforcementMode) -> [RegistrationFinding] {
        let objects: [ExportedObject]
        switch exported {
        case .success(let listed): objects = listed
        case .failure(let error):
            StandardStream.error.write(lines: ["podscore: exported policies were not checked: \(error)"])
            return []
        }
        let known = objects.filter { !isPartial || policies.policy(named: $0.policy) != nil }
        // Most policies are exported alike, and each export has all policies.
        var exports: [[String]: [String: String]] = [:]
        return ExportCheck { policy, levels, options in
            let scope = levels + (options.map { [$0.text] } ?? [])
            let digests = exports[scope] ?? (try? Self.export(of: levels, by: policies, options: options, mode: mode)?.digests()) ?? [:]
            exports[scope] = digests
            return digests[policy]
        }.findings(in: known)
    }

    /// Exports levels; `nil` if an API server would not take the objects.
    private static func export(
        of levels: [String],
        by policies: PolicySet,
        options: FloorOptions?,
        mode: EnforcementMode
    ) -> PolicyExport? {
        guard levels.contains(ExportedPolicy.floorLevel) else {
            let labels = MinimumLabel.allCases.filter { levels.contains($0.levelName) }
            return try? PolicyExporter(policies, scope: .levels(labels), mode: mode, today: .now).export()
        }
        var recorded = options ?? FloorOptions()
        if options == nil { (recorded.mode, recorded.ownNamespace) = (mode, policies.ownNamespace) }
        let set = PolicySet(
            policies: policies.policies,
            waivers: policies.waivers,
            builtInDefault: policies.builtInDefault,
            ownNamespace: recorded.ownNamespace
        )
        return try? PolicyExporter(floorOf: set, options: recorded, today: .now).export()
    }
}
