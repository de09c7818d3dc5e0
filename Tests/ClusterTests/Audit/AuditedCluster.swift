import AdmissionPolicy
import ClusterAudit
import KubernetesAPI
import NIOHTTP1
import PodScoring
import Synchronization

@testable import Cluster

/// A stand-in for an API server with workloads and Pods, which lists them as a real one does.
struct AuditedCluster {
    /// What the server answers; a class because the test and the server share it.
    private final class Content: Sendable {
        struct State {
            /// The objects of each resource, as JSON.
            var objects: [String: [String]] = [:]
            /// The answers that replace a list.
            var answers: [String: @Sendable (_ number: Int) -> [ScriptedServer.Step]?] = [:]
            /// The requests for each resource.
            var counts: [String: Int] = [:]
            var pageSize = 500
        }

        let state = Mutex(State())
    }

    private let content: Content
    private let server: ScriptedServer

    /// Starts without objects.
    init() throws {
        let content = Content()
        self.content = content
        server = try ScriptedServer { Self.answer($0, content) }
    }

    /// The requests so far, as paths with queries.
    var requests: [String] { server.requests.map(\.uri) }

    /// The media types that were asked for in lists of a resource.
    func accepts(of plural: String) -> [String] {
        server.requests.filter { $0.uri.contains("/\(plural)?") }.compactMap { $0.headers.first(name: "Accept") }
    }

    /// Adds an object.
    func add(_ plural: String, _ object: String) {
        content.state.withLock { $0.objects[plural, default: []].append(object) }
    }

    /// Lists in pages of a size.
    func setPageSize(_ size: Int) {
        content.state.withLock { $0.pageSize = size }
    }

    /// Replaces answers to the requests for a resource, which are numbered from 1; `nil` answers as usual.
    func answer(_ plural: String, _ answer: @escaping @Sendable (_ number: Int) -> [ScriptedServer.Step]?) {
        content.state.withLock { $0.answers[plural] = answer }
    }

    /// Audits everything.
    func audit(_ change: (inout ClusterReading.Scope) -> Void = { _ in }) async throws -> Audit {
        var scope = ClusterReading.Scope()
        change(&scope)
        let client = server.client { $0.sleep = { _ in } }
        defer { client.close() }
        return try await ClusterReading(client, scope).audit(by: Self.decider, gaps: [])
    }

    /// A decider whose policy forbids `hostPID`.
    static let decider: AuditDecider = {
        var enforce = ScorePolicy.Level()
        enforce.forbid = ["HostPID"]
        let policy = ScorePolicy(
            name: "strict",
            namespaces: [NamePattern("*")],
            ruleset: .podscoreV1,
            enforce: enforce,
            workloads: .enforce
        )
        let policies = PolicySet(policies: [policy], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        return AuditDecider(policies: policies, namespaces: nil, today: CivilDate(daysSinceEpoch: 20_786))
    }()

    private static func answer(_ request: ScriptedServer.Request, _ content: Content) -> [ScriptedServer.Step] {
        let path = request.uri.split(separator: "?").first ?? ""
        let plural = path.split(separator: "/").last.map { String($0) } ?? ""
        return content.state.withLock { state in
            state.counts[plural, default: 0] += 1
            if let steps = state.answers[plural]?(state.counts[plural] ?? 0) { return steps }
            let objects = state.objects[plural] ?? []
            let start = request.uri.split(separator: "continue=").dropFirst().first.flatMap { Int($0) } ?? 0
            let page = objects.dropFirst(start).prefix(state.pageSize)
            let next = start + page.count < objects.count ? "\(start + page.count)" : ""
            return [.answer(list(Array(page), next: next))]
        }
    }

    /// A page of a list.
    static func list(_ items: [String], next: String = "") -> String {
        #"{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"9","continue":"\#(next)"},"items":[\#(items.joined(separator: ","))]}"#
    }

    /// The refusal of a list to a user without the right.
    static func forbidden(_ plural: String) -> ScriptedServer.Step {
        .answer(
            403,
            #"{"kind":"Status","status":"Failure","message":"\#(plural) is forbidden: User \"u\" cannot list resource","reason":"Forbidden","code":403}"#
        )
    }

    /// The metadata of an object; `owner` is `KIND/NAME/UID` of its controller.
    static func metadata(_ name: String, uid: String, owner: String? = nil) -> String {
        let parts = owner?.split(separator: "/").map { String($0) } ?? []
        let version = parts.first == "Job" || parts.first == "CronJob" ? "batch/v1" : "apps/v1"
        let reference =
            parts.count == 3
            ? #","ownerReferences":[{"apiVersion":"\#(version)","kind":"\#(parts[0])","name":"\#(parts[1])","uid":"\#(parts[2])","controller":true}]"#
            : ""
        return #""metadata":{"name":"\#(name)","namespace":"shop","uid":"\#(uid)","resourceVersion":"1"\#(reference)}"#
    }

    /// A Pod.
    static func pod(_ name: String, owner: String? = nil, hostPID: Bool = false) -> String {
        "{\(metadata(name, uid: "uid-\(name)", owner: owner)),"
            + #""spec":{"hostPID":\#(hostPID),"containers":[{"name":"a","image":"i"}]},"#
            + #""status":{"phase":"Running"}}"#
    }

    /// A workload with a template.
    static func workload(
        _ name: String,
        uid: String,
        owner: String? = nil,
        hostPID: Bool = false,
        status: String = "{}",
        labels: String = "{}"
    )
        -> String
    {
        let template =
            #"{"template":{"metadata":{"labels":\#(labels)},"spec":{"hostPID":\#(hostPID),"containers":[{"name":"a","image":"i"}]}}}"#
        return #"{\#(metadata(name, uid: uid, owner: owner)),"spec":\#(template),"status":\#(status)}"#
    }
}
