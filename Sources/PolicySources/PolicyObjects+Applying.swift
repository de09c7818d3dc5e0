package import AdmissionPolicy
import KubernetesAPI

extension PolicyObjects {
    /// The objects after `kubectl apply` of valid documents: each replaces the object of its kind and name, or is the youngest one.
    package func applying(policies: [ScorePolicy], waivers: [ScoreWaiver]) -> PolicyObjects {
        let contents =
            policies.map { (PolicyKind.policy, $0.name, PolicyObject.Content.policy($0)) }
            + waivers.map { (.waiver, $0.name, .waiver($0)) }
        let known = accepted.map(\.identity) + rejections.map(\.identity)
        let applied = contents.map { kind, name, content in
            let old = known.first { $0.kind == kind && $0.name.hasSameBytes(as: name) }
            let identity = PolicyObject.Identity(
                kind: kind,
                name: name,
                uid: old?.uid ?? "",
                resourceVersion: "",
                creationTimestamp: old?.creationTimestamp ?? Self.afterAll
            )
            return PolicyObject(identity: identity, content: content)
        }
        func isReplaced(_ identity: PolicyObject.Identity) -> Bool {
            applied.contains { $0.identity.kind == identity.kind && $0.identity.name.hasSameBytes(as: identity.name) }
        }
        let states =
            (accepted.filter { !isReplaced($0.identity) } + applied).map { Result.success($0) }
            + rejections.filter { !isReplaced($0.identity) }.map { .failure($0) }
        return PolicyObjects(states.map { PolicyObjectState($0, after: nil) })
    }

    /// Later than the creation of any object.
    private static let afterAll = "9999-12-31T23:59:59Z"
}
