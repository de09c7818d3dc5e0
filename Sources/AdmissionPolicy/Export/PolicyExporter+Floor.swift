import KubernetesAPI
import PodScoring

extension PolicyExporter {
    /// Adds the floor of all policies.
    ///
    /// Whatever it denies, the webhook denies: labels of Namespaces and ramps only make the webhook stricter, and where a waiver can make it
    /// milder the demand is left out.
    func addFloor(_ minimum: Int?, to export: inout PolicyExport) {
        guard mode == .enforce else {
            export.omissions.append("the floor is empty: in mode \(mode.rawValue) the webhook denies nothing")
            return
        }
        for index in exportable(&export) where policies.policies[index].enforce != nil { addFloor(minimum, of: index, to: &export) }
    }

    private func addFloor(_ minimum: Int?, of index: Int, to export: inout PolicyExport) {
        let policy = policies.policies[index]
        guard let enforce = policy.enforce else { return }
        let kept = policy.namespaces.filter { $0.isExact && policies.isKeptFromGlobs($0.text) }.map(\.text)
        if !kept.isEmpty {
            export.omissions.append("policy \(policy.name): the floor leaves out Namespaces \(kept.joined(separator: ", "))")
        }
        if minimum != nil, enforce.minimumScore != nil, !policy.ruleset.isScoredInCEL {
            export.omissions.append(
                "policy \(policy.name): the floor leaves out its minimum, since ruleset \(policy.ruleset.name) has no CEL"
            )
        }
        let parts = floorParts(of: index, minimum: minimum)
        if parts.isEmpty {
            export.omissions.append("policy \(policy.name): the floor is empty, since enforce demands only a minimum score")
        }
        var number = 0
        for part in parts {
            export.omissions += omission(of: part.group, policy, reachesNothing: part.reach.isEmpty).map { [$0] } ?? []
            guard !part.reach.isEmpty else { continue }
            number += 1
            let draft = LevelDraft(
                policy: policy,
                name: ExportedPolicy.floorLevel,
                number: number,
                level: part.group.level(of: enforce),
                minimum: part.group.minimum?.compiled ?? .none,
                omitted: part.group.omittedChecks(of: enforce),
                reach: part.reach,
                effect: .deny,
                isFloor: true
            )
            add(draft, to: &export)
        }
    }

    /// The demands of the floor of a policy, each group with the Namespaces in which they are made.
    func floorParts(of index: Int, minimum: Int?) -> [(group: FloorGroup, reach: PolicyReach)] {
        let reach = reach(of: index, withKept: false)
        let waivers = policies.waivers.filter { waiver in
            !waiver.hasExpired(on: today) && waiver.match.namespaces.contains { reach.canMeet($0) }
        }
        let groups = FloorGroup.groups(of: policies.policies[index], minimum: minimum, on: today, beside: waivers)
        return groups.map { ($0, reach.excluding($0.waived)) }
    }

    /// A sentence about demands that are not made in some Namespaces; `nil` if they are made everywhere.
    private func omission(of group: FloorGroup, _ policy: ScorePolicy, reachesNothing: Bool) -> String? {
        guard !group.waived.isEmpty else { return nil }
        let demands = group.ids + (group.minimum.map { ["the minimum \($0.score)"] } ?? [])
        let places = reachesNothing ? "everywhere" : "in Namespaces \(group.waived.map(\.text).joined(separator: ", "))"
        return "policy \(policy.name): the floor leaves out \(demands.joined(separator: ", ")) \(places), because of waivers"
    }
}
