import AdmissionPolicy
import Cluster
import ClusterAudit
import KubernetesAPI
import PolicySources

/// The Namespaces whose Pods are decided for the preview of a change, and what is known of the change without them.
struct PreviewPlan: Sendable {
    /// A Namespace in which the change can deny Pods.
    struct Target: Sendable {
        /// Compares the decisions about its Pods.
        let comparison: PodComparison
        /// The policy that applies after the change.
        let policy: String
    }

    /// The line about Namespaces that only patterns or labels choose.
    static let pointer =
        "running Pods were checked only in Namespaces that are listed by name; for the others, see podscore policy diff --cluster"

    /// The Namespaces, in the order in which the change lists them.
    private(set) var targets: [Target] = []
    /// The warnings that need no list.
    private(set) var warnings: [String] = []

    /// Plans the preview of a valid policy or waiver; `old` is its stored version.
    init(of object: PolicyObject, from old: PolicyObject?, in cluster: ReviewedCluster, on today: CivilDate) {
        warnings = object.warnings.map { "\(object.identity): \($0)" }
        // The watch may not have brought the stored version yet.
        let stored = old.map { cluster.objects.applying($0) } ?? cluster.objects
        let before = cluster.files.joined(with: stored, on: today)
        let after = cluster.files.joined(with: stored.applying(object), on: today)
        warnings += Self.warnings(about: object.identity, after, since: before)
        guard after.objects?.inForce.contains(where: { $0.identity.names(object.identity) }) ?? false else { return }
        let change = ScopeOfChange(object, old)
        let deciders = (
            before: AuditDecider(policies: before.policies, namespaces: cluster.namespaces, today: today),
            after: AuditDecider(policies: after.policies, namespaces: cluster.namespaces, today: today)
        )
        for namespace in change.namespaces {
            let labels = cluster.namespaces?[namespace] ?? .none
            let (old, new) = (before.policies.policy(in: namespace, with: labels), after.policies.policy(in: namespace, with: labels))
            guard new.policy.enforce != nil, change.concerns(old.policy, new.policy), let name = ObjectName(namespace) else { continue }
            let comparison = PodComparison(in: name, before: deciders.before, after: deciders.after)
            targets.append(Target(comparison: comparison, policy: new.policy.name))
        }
        if change.concernsOthers { warnings.append(Self.pointer) }
    }

    /// Plans the preview of a Namespace whose labels change.
    init(of review: NamespaceReview, under policies: PolicySet, on today: CivilDate) {
        warnings = review.warnings
        guard let change = review.change, let name = ObjectName(review.name) else { return }
        func decider(_ labels: NamespaceLabels) -> AuditDecider {
            var directory = NamespaceDirectory(keeping: policies.labelKeys)
            directory.set(review.name, labels)
            return AuditDecider(policies: policies, namespaces: directory, today: today)
        }
        let comparison = PodComparison(in: name, before: decider(change.before), after: decider(change.after))
        targets = [Target(comparison: comparison, policy: policies.policy(in: review.name, with: change.after).policy.name)]
    }

    /// The conflicts and warnings about the object, and those about others that the change brings.
    private static func warnings(about object: PolicyObject.Identity, _ after: LoadedPolicies, since before: LoadedPolicies) -> [String] {
        let known = Set(before.problems)
        return after.problems.filter { !known.contains($0) || $0.hasPrefix("\(object): ") }
    }
}

extension LoadedPolicies {
    /// The objects that are not in force, then the warnings; kubectl writes that a line is a warning.
    fileprivate var problems: [String] {
        (objects?.losers ?? []).map { "\($0.object.identity): not in force: \($0.conflict)" } + warnings.map(\.withoutSeverity)
    }
}

/// The Namespaces that the change of a policy or waiver can concern.
private struct ScopeOfChange {
    /// The Namespaces that the new or the old version lists by name, each once.
    private(set) var namespaces: [String] = []
    /// Whether patterns or labels choose further ones, in which it can deny Pods.
    var concernsOthers: Bool { hasPatterns && denies }

    private var hasPatterns = false
    /// Whether the new version can deny Pods where it applies.
    private let denies: Bool
    /// The name of the policy; `nil` for a waiver.
    private let policy: String?

    init(_ object: PolicyObject, _ old: PolicyObject?) {
        switch object.content {
        case .policy(let policy):
            self.policy = policy.name
            denies = policy.enforce != nil
        case .waiver:
            policy = nil
            // A new waiver only allows more.
            denies = old != nil
            guard denies else { return }
        }
        for version in [object, old] {
            switch version?.content {
            case .policy(let policy):
                add(policy.namespaces)
                hasPatterns = hasPatterns || policy.namespaceSelector != nil
            case .waiver(let waiver): add(waiver.match.namespaces)
            case nil: break
            }
        }
    }

    private mutating func add(_ patterns: [NamePattern]) {
        for pattern in patterns {
            guard pattern.isExact else {
                hasPatterns = true
                continue
            }
            if !namespaces.contains(where: { $0.hasSameBytes(as: pattern.text) }) { namespaces.append(pattern.text) }
        }
    }

    /// Whether the change can matter where these policies apply before and after it.
    func concerns(_ old: ScorePolicy, _ new: ScorePolicy) -> Bool {
        guard let policy else { return true }
        return old.name.hasSameBytes(as: policy) || new.name.hasSameBytes(as: policy)
    }
}

extension PolicyObjects {
    /// The objects after `kubectl apply` of one more.
    fileprivate func applying(_ object: PolicyObject) -> PolicyObjects {
        switch object.content {
        case .policy(let policy): applying(policies: [policy], waivers: [])
        case .waiver(let waiver): applying(policies: [], waivers: [waiver])
        }
    }
}

extension PolicyObject.Identity {
    /// Whether both name one object, whatever its version.
    fileprivate func names(_ other: Self) -> Bool { kind == other.kind && name.hasSameBytes(as: other.name) }
}

extension String {
    /// A warning about policies without the word that says so, since kubectl writes it before each line.
    fileprivate var withoutSeverity: String {
        guard let range = firstRange(of: ": warning: ") else { return self }
        return String(self[..<range.lowerBound]) + ": " + String(self[range.upperBound...])
    }
}
