import AdmissionPolicy
import Cluster
import ClusterAudit
import KubernetesAPI
import PolicySources

/// An audit of a cluster in one session: the policies, the Namespaces, and what runs.
struct ClusterAuditRun: Sendable {
    /// The result with what decided it.
    struct Outcome: Sendable {
        /// The result for each owner.
        let audit: Audit
        /// The policies that decided it.
        let decider: AuditDecider
        /// Lines for standard error.
        let warnings: [String]
    }

    /// The policies that decide.
    enum Demands: Sendable {
        /// The policy that the thresholds of the command line make.
        case thresholds(PolicySet)
        /// The policies of files alone.
        case files(LoadedPolicies)
        /// The policies of files and those of the cluster.
        case filesAndObjects(LoadedPolicies)
    }

    /// The policies that decide.
    let demands: Demands
    /// The part of the cluster.
    let scope: ClusterReading.Scope
    /// The day for ramps and waivers.
    let today: CivilDate
    /// The kinds that are workloads.
    let workloads: KnownWorkloads
    /// Is told the number of objects that were read.
    let progress: @Sendable (Int) -> Void

    /// Reads the cluster; throws if its policies cannot be read, or nothing at all.
    func audit(with client: APIClient) async throws(APIError) -> Outcome {
        var warnings: [String] = []
        var gaps: [AuditGap] = []
        let policies: PolicySet
        var namespaces: NamespaceDirectory?
        switch demands {
        case .thresholds(let set): policies = set
        case .files(let files): policies = files.policies
        case .filesAndObjects(let files): policies = try await join(files, client, &warnings)
        }
        if case .thresholds = demands {
        } else {
            namespaces = try await self.namespaces(of: client, for: policies, &gaps)
        }
        let decider = AuditDecider(policies: policies, namespaces: namespaces, today: today, workloads: workloads)
        let audit = try await ClusterReading(client, scope, progress: progress).audit(by: decider, gaps: gaps)
        return Outcome(audit: audit, decider: decider, warnings: warnings)
    }

    /// The policies of files and of the cluster.
    private func join(_ files: LoadedPolicies, _ client: APIClient, _ warnings: inout [String]) async throws(APIError) -> PolicySet {
        var states: [PolicyObjectState] = []
        for kind in PolicyKind.allCases { states += try await kind.states(from: client) ?? [] }
        let joined = files.joined(with: PolicyObjects(states), on: today)
        warnings += joined.warnings.dropFirst(files.warnings.count)
        warnings += (joined.objects?.losers ?? []).map { "\($0.object.identity): not in force: \($0.conflict)" }
        warnings += (joined.objects?.rejections ?? []).map { rejection in
            "\(rejection.identity) is invalid, and a server can have an earlier version in force: \(rejection.lines.joined(separator: "; "))"
        }
        return joined.policies
    }

    /// The Namespaces with their labels; without any if they cannot be read, so that decisions say that labels are missing.
    private func namespaces(
        of client: APIClient,
        for policies: PolicySet,
        _ gaps: inout [AuditGap]
    ) async throws(APIError) -> NamespaceDirectory {
        var directory = NamespaceDirectory(keeping: policies.labelKeys)
        do throws(APIError) {
            for namespace in try await listedNamespaces(of: client) {
                guard let labels = namespace.labels else {
                    guard policies.needsLabels(of: namespace.name) else { continue }
                    gaps.append(AuditGap("the labels of Namespace \(namespace.name) cannot be read, so its name alone chooses the policy"))
                    continue
                }
                directory.set(namespace.name) { labels[$0] }
            }
        } catch {
            guard error.cause.status.map({ $0.code != 401 }) ?? false else { throw error }
            if labelsCanMatter(by: policies) { gaps.append(AuditGap("\(error); policies are chosen by the names of Namespaces alone")) }
        }
        return directory
    }

    /// Whether labels of a Namespace in the scope can choose a policy or raise its minimums.
    private func labelsCanMatter(by policies: PolicySet) -> Bool {
        if let name = scope.namespace { return policies.needsLabels(of: name.text) }
        // Where no policy applies, the built-in default does, and it reads labels.
        let coversAll = policies.policies.contains { $0.namespaces.contains { $0.text == "*" } }
        return !coversAll || policies.policies.contains { $0.namespaceSelector != nil || $0.namespaceLabels == .tighten }
    }

    private func listedNamespaces(of client: APIClient) async throws(APIError) -> [NamedLabels] {
        guard let name = scope.namespace else {
            return try await client.list(.namespaces, accept: APIResource.metadataOnly) { NamedLabels($0) }.elements
        }
        do throws(APIError) {
            return [NamedLabels(ReceivedText(try await client.body(of: APIRequest(.get, .namespaces, name: name))))].compactMap { $0 }
        } catch {
            if error.cause.status?.isNotFound == true { return [] }
            // Some users may list Namespaces but not get one.
            guard error.cause.status?.code == 403 else { throw error }
            let query = [(name: "fieldSelector", value: "metadata.name=\(name.text)")]
            return try await client.list(.namespaces, query: query, accept: APIResource.metadataOnly) { NamedLabels($0) }.elements
        }
    }
}
