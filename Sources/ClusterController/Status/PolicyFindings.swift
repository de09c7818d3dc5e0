import AdmissionPolicy
import KubernetesAPI

/// The content of the status of each policy and waiver of a cluster.
///
/// It depends only on the objects, the files, the Namespaces and the day. So two controllers find the same, and one that has restarted too:
/// what is in force is what a server that starts now would put in force.
struct PolicyFindings {
    /// Names an object.
    private struct Key: Hashable {
        let kind: PolicyKind
        let name: String

        init(_ identity: PolicyObject.Identity) {
            (kind, name) = (identity.kind, identity.name)
        }
    }

    private let today: CivilDate
    private var conflicts: [Key: ObjectConflict] = [:]
    private var overlaps: [Key: [String]] = [:]
    private var namespaces: [Key: MatchedNamespaces] = [:]

    /// Joins files and objects.
    ///
    /// - Parameters:
    ///   - files: the policies and waivers of files.
    ///   - objects: the newest version of each object.
    ///   - directory: the Namespaces; `nil` if they are not known.
    ///   - today: the day, in UTC.
    init(files: PolicySet, objects: [PolicyObjectState], namespaces directory: NamespaceDirectory?, on today: CivilDate) {
        self.today = today
        let join = PolicyJoin(policies: files.policies, waivers: files.waivers, objects: objects.compactMap(\.accepted))
        for loser in join.losers { conflicts[Key(loser.object.identity)] = loser.conflict }
        for overlap in join.overlaps { overlaps[Key(overlap.object), default: []].append("\(overlap)") }
        guard let directory else { return }
        let set = PolicySet(
            policies: join.policies,
            waivers: join.waivers,
            builtInDefault: files.builtInDefault,
            ownNamespace: files.ownNamespace
        )
        count(directory, for: set, join.objects.map(\.identity))
    }

    /// The findings about an object; `nil` for one of which nothing was read.
    func findings(about object: PolicyObjectState) -> ObjectFindings? {
        guard let identity = object.newest else { return nil }
        if let rejection = object.rejection {
            return ObjectFindings(of: identity, .rejected(rejection), lastDay: nil, on: today, namespaces: nil)
        }
        guard let accepted = object.accepted else { return nil }
        let lastDay: CivilDate? = if case .waiver(let waiver) = accepted.content { waiver.expires } else { nil }
        let key = Key(identity)
        let state: ObjectFindings.State =
            if let conflict = conflicts[key] {
                .outranked(conflict)
            } else if let lastDay, lastDay < today {
                .expired(lastDay)
            } else {
                .inForce(warnings: accepted.warnings + (overlaps[key] ?? []))
            }
        return ObjectFindings(of: identity, state, lastDay: lastDay, on: today, namespaces: namespaces[key])
    }

    /// Counts the Namespaces to which each object applies, in the order of their names.
    private mutating func count(_ directory: NamespaceDirectory, for set: PolicySet, _ inForce: [PolicyObject.Identity]) {
        // Without a label that a policy reads, nobody knows where any policy applies. Waivers do not read labels.
        let knowsPolicies = directory.isComplete(for: set)
        var keys: [PolicyKind: [String: Key]] = [:]
        for identity in inForce where knowsPolicies || identity.kind == .waiver {
            keys[identity.kind, default: [:]][identity.name] = Key(identity)
            namespaces[Key(identity)] = MatchedNamespaces()
        }
        for name in directory.names {
            if knowsPolicies, let labels = directory[name], let key = keys[.policy]?[set.policy(for: name, labels: labels).name] {
                namespaces[key]?.add(name)
            }
            for waiver in set.waivers(in: name) {
                if let key = keys[.waiver]?[waiver.name] { namespaces[key]?.add(name) }
            }
        }
    }
}
