package import KubernetesAPI

/// The workloads of a cluster by UID, which prove what owner references claim.
///
/// It grows with the workloads, not with Pods.
package struct OwnerDirectory: Sendable {
    /// The answer to the question who owns an object.
    package enum Answer: Sendable, Equatable {
        /// The top owner.
        case owner(OwnerIdentity)
        /// The object itself: it has no controller, or claims one that does not exist.
        case itself
        /// The claimed owner was not seen; it may be among what is read later.
        case unseen
    }

    /// A workload.
    private struct Entry {
        let identity: OwnerIdentity
        let controller: ControllerReference?
    }

    /// The longest chain of owners that is followed; Kubernetes' own have two.
    private static let chainLimit = 4

    private var entries: [String: Entry] = [:]
    /// Workloads by their names, to guess the owner of a ReplicaSet or Job that was not listed.
    private var names: [String: String] = [:]
    /// The kinds of which all workloads were added.
    private var completeKinds: Set<WorkloadKind> = []
    /// The Namespaces of which all workloads of a kind were added.
    private var completeNamespaces: [WorkloadKind: Set<String>] = [:]

    /// A directory without workloads.
    package init() {}

    /// The number of workloads.
    package var count: Int { entries.count }

    /// Adds a workload with its controller.
    package mutating func add(_ identity: OwnerIdentity, controller: ControllerReference?) {
        guard !identity.uid.isEmpty else { return }
        entries[identity.uid] = Entry(identity: identity, controller: controller)
        if let kind = identity.workloadKind, kind == .deployment || kind == .cronJob { names[Self.nameKey(identity)] = identity.uid }
    }

    /// Notes that all workloads of a kind were added, so that one that is missing does not exist.
    package mutating func complete(_ kind: WorkloadKind) {
        completeKinds.insert(kind)
    }

    /// Notes that all workloads of a kind in a Namespace were added.
    package mutating func complete(_ kind: WorkloadKind, in namespace: String) {
        completeNamespaces[kind, default: []].insert(namespace)
    }

    /// Whether all workloads of a kind were added, in all Namespaces that are read.
    package func isComplete(_ kind: WorkloadKind) -> Bool { completeKinds.contains(kind) }

    /// Whether all workloads of a kind in a Namespace were added.
    private func isComplete(_ kind: WorkloadKind, in namespace: String?) -> Bool {
        isComplete(kind) || completeNamespaces[kind]?.contains(namespace ?? "") ?? false
    }

    /// The workloads of a kind, in any order.
    package func workloads(of kind: WorkloadKind) -> [OwnerIdentity] {
        entries.values.map(\.identity).filter { $0.workloadKind == kind }
    }

    /// Finds the top owner of an object that claims a controller.
    ///
    /// - Parameters:
    ///   - claim: The controller that the object names; `nil` without one.
    ///   - namespace: The Namespace of the object.
    ///   - isFinal: Whether nothing more is read. A claim of a kind that was not listed is then believed, and ``Answer/unseen`` is no answer.
    /// - Returns: The owner, the object itself, or ``Answer/unseen``.
    package func topOwner(claimedBy claim: ControllerReference?, in namespace: String, isFinal: Bool) -> Answer {
        guard let claim, !claim.kind.isEmpty, !claim.name.isEmpty else { return .itself }
        let named = OwnerIdentity(claim, inNamespace: namespace)
        guard let kind = named.workloadKind else {
            // A static Pod has its node as controller. Other kinds, such as a Rollout, are not read.
            return named.group.isEmpty && named.kind == "Node" ? .itself : .owner(named)
        }
        guard kind != .pod, kind != .podTemplate else { return .itself }
        if let entry = entry(of: named) { return top(of: entry, isFinal: isFinal).map { .owner($0) } ?? .unseen }
        guard isFinal else { return .unseen }
        return isComplete(kind, in: namespace) ? .itself : .owner(guessedOwner(of: named, kind) ?? named)
    }

    /// The top owner of a workload; the workload itself if nothing above it is known or proved.
    package func top(of identity: OwnerIdentity) -> OwnerIdentity {
        entry(of: identity).flatMap { top(of: $0, isFinal: true) } ?? identity
    }

    /// Follows ReplicaSets and Jobs up; `nil` if the next one was not seen and may be among what is read later.
    ///
    /// The other kinds stand for their Pods even if something controls them, such as an operator.
    private func top(of entry: Entry, isFinal: Bool) -> OwnerIdentity? {
        var entry = entry
        for _ in 0..<Self.chainLimit {
            guard let kind = entry.identity.workloadKind, kind == .replicaSet || kind == .job else { break }
            guard let claim = entry.controller, !claim.kind.isEmpty, !claim.name.isEmpty else { break }
            let named = OwnerIdentity(claim, inNamespace: entry.identity.namespace)
            guard let kindAbove = named.workloadKind else { return named }
            guard let above = self.entry(of: named) else {
                guard isFinal else { return nil }
                return kindAbove == .pod || isComplete(kindAbove, in: entry.identity.namespace) ? entry.identity : named
            }
            entry = above
        }
        return entry.identity
    }

    /// The entry that has the UID, the kind, the name and the Namespace.
    private func entry(of named: OwnerIdentity) -> Entry? {
        guard let entry = entries[named.uid], entry.identity.isSameObject(as: named) else { return nil }
        return entry
    }

    /// The Deployment or CronJob whose name a ReplicaSet's or Job's begins with, up to the last hyphen.
    ///
    /// It is a guess, made only if the ReplicaSets or Jobs were not listed.
    private func guessedOwner(of named: OwnerIdentity, _ kind: WorkloadKind) -> OwnerIdentity? {
        let owners: [WorkloadKind: WorkloadKind] = [.replicaSet: .deployment, .job: .cronJob]
        guard let owner = owners[kind], let hyphen = named.name.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        let meant = OwnerIdentity(
            namespace: named.namespace,
            group: owner.group,
            version: "",
            kind: owner.rawValue,
            name: String(named.name[..<hyphen]),
            uid: ""
        )
        return names[Self.nameKey(meant)].flatMap { entries[$0]?.identity }
    }

    private static func nameKey(_ identity: OwnerIdentity) -> String {
        "\(identity.namespace ?? "")/\(identity.kind)/\(identity.name)"
    }
}

extension OwnerIdentity {
    /// Kubernetes' own kind; `nil` for kinds of others.
    package var workloadKind: WorkloadKind? { WorkloadKind(group: group, kind: kind) }

    /// Whether both are one object, whatever versions they are read in; compared as bytes.
    package func isSameObject(as other: Self) -> Bool {
        uid.hasSameBytes(as: other.uid) && kind.hasSameBytes(as: other.kind) && name.hasSameBytes(as: other.name)
            && (namespace ?? "").hasSameBytes(as: other.namespace ?? "")
            && (group.hasSameBytes(as: other.group) || workloadKind != nil && workloadKind == other.workloadKind)
    }
}
