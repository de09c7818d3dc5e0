package import AdmissionPolicy
package import KubernetesAPI

/// The policies and waivers of a cluster at one moment.
package struct PolicyObjects: Sendable, Equatable {
    /// The last valid version of each object, sorted by kind and name.
    package let accepted: [PolicyObject]
    /// The newest versions that are not valid, in the same order.
    package let rejections: [ObjectRejection]

    /// Takes the states of all objects, in any order.
    package init(_ states: some Sequence<PolicyObjectState> = []) {
        accepted = states.compactMap(\.accepted).sorted { Self.precedes($0.identity, $1.identity) }
        rejections = states.compactMap(\.rejection).sorted { Self.precedes($0.identity, $1.identity) }
    }

    private static func precedes(_ one: PolicyObject.Identity, _ other: PolicyObject.Identity) -> Bool {
        // Names of objects are ASCII, so this is the order of their bytes.
        (one.kind.rawValue, one.name) < (other.kind.rawValue, other.name)
    }
}

/// The objects behind joined policies.
package struct JoinedObjects: Sendable, Equatable {
    /// The objects in force, from the oldest on.
    package let inForce: [PolicyObject]
    /// The valid objects that are not in force.
    package let losers: [PolicyJoin.Loser]
    /// The versions that are not valid; an earlier version of the same object can be in force.
    package let rejections: [ObjectRejection]

    /// The versions of the objects in force, by kind and name; names of objects are ASCII.
    package var versionsInForce: [PolicyKind: [String: String]] {
        var versions: [PolicyKind: [String: String]] = [:]
        for object in inForce { versions[object.identity.kind, default: [:]][object.identity.name] = object.identity.resourceVersion }
        return versions
    }
}

extension LoadedPolicies {
    /// Joins the policies of files with those of a cluster; see ``PolicyJoin``.
    ///
    /// `today` is the day for warnings about the ends of waivers.
    package func joined(with objects: PolicyObjects, on today: CivilDate) -> LoadedPolicies {
        let join = PolicyJoin(policies: policies.policies, waivers: policies.waivers, objects: objects.accepted)
        let set = PolicySet(
            policies: join.policies,
            waivers: join.waivers,
            builtInDefault: policies.builtInDefault,
            ownNamespace: policies.ownNamespace
        )
        let ofObjects = join.objects.flatMap { object in
            (object.warnings + Self.endWarnings(of: object, on: today)).map { "\(object.identity): warning: \($0)" }
        }
        let overlaps = join.overlaps.map { "\($0.object): warning: \($0)" }
        var joined = LoadedPolicies(policies: set, files: files, sha256: sha256, warnings: warnings + ofObjects + overlaps)
        joined.objects = JoinedObjects(inForce: join.objects, losers: join.losers, rejections: objects.rejections)
        return joined
    }

    private static func endWarnings(of object: PolicyObject, on today: CivilDate) -> [String] {
        guard case .waiver(let waiver) = object.content, let problem = WaiverProblem(ofEnd: waiver.expires, on: today) else { return [] }
        return ["\(problem)"]
    }
}
