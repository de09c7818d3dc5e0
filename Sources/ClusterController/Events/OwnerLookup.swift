import Cluster
import ClusterAudit
import KubernetesAPI

/// Finds the top owner of a ReplicaSet or Job by its UID, with the right to list metadata.
struct OwnerLookup: Sendable {
    private let client: APIClient

    /// Asks through a client.
    init(_ client: APIClient) {
        self.client = client
    }

    /// The object that owns a ReplicaSet or Job.
    ///
    /// A Deployment or CronJob must exist with the UID that the ReplicaSet or Job names. Other kinds are not read, and the reference is
    /// taken as it stands.
    ///
    /// - Parameter subject: a ReplicaSet or Job, as an Event names it.
    /// - Returns: `nil` if there is no such object, or nothing owns it, so that it is the top owner itself.
    /// - Throws: ``APIError``.
    func owner(of subject: OwnerIdentity) async throws(APIError) -> OwnerIdentity? {
        guard let reference = try await facts(about: subject)?.controller else { return nil }
        let owner = OwnerIdentity(reference, inNamespace: subject.namespace)
        guard !owner.kind.isEmpty, !owner.uid.isEmpty, ObjectName(owner.name) != nil else { return nil }
        switch (subject.workloadKind, owner.workloadKind) {
        // No kind of the core group owns ReplicaSets or Jobs.
        case (_, nil): return owner.group.isEmpty ? nil : owner
        case (.replicaSet, .deployment), (.job, .cronJob): return try await facts(about: owner) == nil ? nil : owner
        default: return nil
        }
    }

    /// The facts about a workload; `nil` if none has this name and UID.
    private func facts(about workload: OwnerIdentity) async throws(APIError) -> RunningFacts? {
        guard let kind = workload.workloadKind, let namespace = ObjectName(workload.namespace ?? ""), let name = ObjectName(workload.name)
        else { return nil }
        let found = try await client.list(
            kind.resource,
            namespace: namespace,
            query: [("fieldSelector", "metadata.name=\(name.text)")],
            accept: APIResource.metadataOnly
        ) { object in
            try? RunningFacts(reading: object.bytes.span)
        }
        return found.elements.first { $0.uid.hasSameBytes(as: workload.uid) }
    }
}
