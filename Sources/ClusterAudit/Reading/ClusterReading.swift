package import Cluster
import KubernetesAPI

/// Reads what runs in a cluster, page by page; only results are kept.
///
/// Workloads are listed first, as metadata alone, so that each Pod finds its owner at once. They are listed again only if a Pod has an owner
/// that was not there, which may have been made in between. Whole workloads are read last, and only of kinds with one that has no Pods.
package struct ClusterReading: Sendable {
    /// The part of a cluster that is audited.
    package struct Scope: Sendable {
        /// The Namespace; `nil` for all.
        package var namespace: ObjectName?
        /// The labels that Pods must have, and the templates of workloads without Pods; `nil` for any.
        package var selector: LabelSelector?

        /// The whole cluster.
        package init() {}
    }

    /// Finished Pods are left out by the server.
    static let podQuery = [(name: "fieldSelector", value: "status.phase!=Succeeded,status.phase!=Failed")]
    /// The kinds that own Pods, in the order in which they are listed.
    private static let kinds: [WorkloadKind] = [
        .replicaSet, .deployment, .daemonSet, .statefulSet, .job, .cronJob, .replicationController,
    ]

    private let client: APIClient
    private let scope: Scope
    private let progress: @Sendable (_ objects: Int) -> Void

    /// Reads with a client; `progress` is told the number of objects that were read, after each page.
    package init(_ client: APIClient, _ scope: Scope, progress: @escaping @Sendable (_ objects: Int) -> Void = { _ in }) {
        self.client = client
        self.scope = scope
        self.progress = progress
    }

    /// Audits what runs.
    ///
    /// A list that the user may not read, or that fails later, becomes a gap. Throws if the server cannot be used at all.
    package func audit(by decider: AuditDecider, gaps: [AuditGap]) async throws(APIError) -> Audit {
        var run = Run(reading: self, builder: AuditBuilder(decidingBy: decider, gaps: gaps), workloads: decider.workloads)
        try await run.listWorkloads(Self.kinds)
        try await run.listPods()
        try await run.listMissingOwners()
        run.builder.fold.settle(knowing: run.builder.directory)
        try await run.listTemplates(Self.kinds)
        run.builder.hasAllPods = run.hasAllPods
        return run.builder.audit
    }

    /// One audit in progress.
    private struct Run {
        let reading: ClusterReading
        var builder: AuditBuilder
        let workloads: KnownWorkloads
        /// The number of objects that were read.
        var objects = 0
        /// Whether all Pods were read.
        var hasAllPods = false
        /// Whether the server failed, so that nothing more is asked.
        var isOver = false

        /// Takes a page of objects.
        mutating func count(_ objects: Int) {
            self.objects += objects
            reading.progress(self.objects)
        }

        /// Notes that a list failed; throws if nothing was read and the next request would fail as well.
        mutating func fail(_ error: APIError, _ consequence: String?) throws(APIError) {
            if !error.isAboutResource, objects == 0 { throw error }
            isOver = isOver || !error.isAboutResource
            builder.miss(consequence.map { "\(error); \($0)" } ?? "\(error)")
        }

        /// Lists workloads as metadata alone.
        mutating func listWorkloads(_ kinds: [WorkloadKind]) async throws(APIError) {
            for kind in kinds where !isOver {
                do throws(APIError) {
                    let listed = try await reading.client.list(
                        kind.resource,
                        namespace: reading.scope.namespace,
                        accept: APIResource.metadataOnly
                    ) { ListedWorkload($0, kind) }
                    for workload in listed.elements { builder.directory.add(workload.identity, controller: workload.controller) }
                    builder.directory.complete(kind)
                    count(listed.elements.count)
                } catch {
                    let consequence = "Pods of a \(kind.rawValue) are listed by what they say about it"
                    try fail(error, error.isAboutResource ? consequence : nil)
                }
            }
        }

        /// Lists the Pods and decides them.
        mutating func listPods() async throws(APIError) {
            guard !isOver else { return builder.miss("no Pods were read, because the API server failed") }
            var query = ClusterReading.podQuery
            if let selector = reading.scope.selector { query.append((name: "labelSelector", value: selector.text)) }
            let (before, workloads) = (builder, workloads)
            do throws(APIError) {
                _ = try await reading.client.forEachPage(of: .pods, namespace: reading.scope.namespace, query: query) { text in
                    ReadObject { () throws(UnreadableObject) in
                        try RunningObject(reading: text, apiVersion: "v1", kind: "Pod", among: workloads)
                    }
                } use: { step in
                    switch step {
                    case .restart: builder = before
                    case .page(let page):
                        for pod in page { builder.add(pod) }
                        count(page.count)
                    }
                }
                hasAllPods = true
            } catch {
                let read = builder.fold.podCount
                try fail(error, read == 0 ? "no Pods were read" : "only the first \(read) Pods were read")
            }
        }

        /// Lists the kinds of owners again that Pods claim and that were not there.
        mutating func listMissingOwners() async throws(APIError) {
            let claimed = builder.fold.claimedKinds.filter { builder.directory.isComplete($0) }
            let owners: [WorkloadKind: WorkloadKind] = [.replicaSet: .deployment, .job: .cronJob]
            let above = claimed.compactMap { owners[$0] }
            try await listWorkloads(ClusterReading.kinds.filter { claimed.contains($0) || above.contains($0) })
        }

        /// Reads whole workloads that have no Pods.
        mutating func listTemplates(_ kinds: [WorkloadKind]) async throws(APIError) {
            guard hasAllPods, !isOver else {
                return builder.miss("workloads without Pods are left out, because not all Pods were read")
            }
            for kind in kinds where !isOver {
                let wanted = builder.workloadsWithoutPods(of: kind)
                guard !wanted.isEmpty else { continue }
                try await listTemplates(of: kind, wanted)
            }
        }

        private mutating func listTemplates(of kind: WorkloadKind, _ wanted: Set<String>) async throws(APIError) {
            let (resource, workloads, selector) = (kind.resource, workloads, reading.scope.selector)
            let before = builder
            do throws(APIError) {
                _ = try await reading.client.forEachPage(of: resource, namespace: reading.scope.namespace) { text -> ReadObject? in
                    guard ListedWorkload(text, kind).map({ wanted.contains($0.identity.uid) }) ?? true else { return nil }
                    let read = ReadObject { () throws(UnreadableObject) in
                        try RunningObject(
                            reading: text,
                            apiVersion: resource.apiVersion,
                            kind: kind.rawValue,
                            among: workloads,
                            keepingLabels: selector != nil
                        )
                    }
                    guard let selector, case .success(let workload) = read else { return read }
                    return selector.matches(workload.facts.templateLabels) ? read : nil
                } use: { step in
                    switch step {
                    case .restart: builder = before
                    case .page(let page):
                        for workload in page { builder.add(workload: workload) }
                        count(page.count)
                    }
                }
            } catch {
                try fail(error, "a \(kind.rawValue) without Pods is left out")
            }
        }
    }
}

/// An object of a list, or why it was not read.
typealias ReadObject = Result<RunningObject, UnreadableObject>

extension APIError {
    /// Whether another request may succeed all the same.
    fileprivate var isAboutResource: Bool {
        switch cause {
        case .status(let status): status.code != 401
        case .cutOff, .invalidBody, .bodyTooLarge, .endlessList: true
        case .unreachable, .connectTimedOut, .tls, .handshakeTimedOut, .answerTimedOut, .bodyTimedOut, .closedBeforeAnswer, .invalidHTTP,
            .credentials, .cancelled:
            false
        }
    }
}

/// A workload of a list of metadata.
private struct ListedWorkload: Sendable {
    let identity: OwnerIdentity
    let controller: ControllerReference?

    /// Reads a workload; `nil` if not even its name can be read.
    init?(_ object: ReceivedText, _ kind: WorkloadKind) {
        let bytes = object.bytes.span
        guard let header = try? ObjectHeader(readingBeginning: bytes), !header.uid.isEmpty else { return nil }
        identity = OwnerIdentity(
            namespace: header.namespace,
            group: kind.group,
            version: kind.resource.version,
            kind: kind.rawValue,
            name: header.name,
            uid: header.uid
        )
        controller = (try? RunningFacts(reading: bytes))?.controller
    }
}

extension AuditBuilder {
    /// Adds a Pod, or notes that it could not be read.
    mutating func add(_ pod: ReadObject) {
        do throws(UnreadableObject) {
            fold.add(pod: try pod.get(), knowing: directory)
        } catch {
            miss(error.text)
        }
    }

    /// Adds a workload without Pods, or notes that it could not be read.
    mutating func add(workload: ReadObject) {
        do throws(UnreadableObject) {
            fold.add(workload: try workload.get())
        } catch {
            miss(error.text)
        }
    }

    /// The UIDs of the workloads of a kind that are top owners and have no Pods.
    func workloadsWithoutPods(of kind: WorkloadKind) -> Set<String> {
        Set(directory.workloads(of: kind).filter { directory.top(of: $0) == $0 && !fold.hasPods($0) }.map(\.uid))
    }
}

extension WorkloadKind {
    /// The path of the kind.
    package var resource: APIResource { APIResource(group: group, version: "v1", plural: rawValue.lowercased() + "s") }
}

extension APIResource {
    /// The API version as objects have it, such as `apps/v1`.
    fileprivate var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}
