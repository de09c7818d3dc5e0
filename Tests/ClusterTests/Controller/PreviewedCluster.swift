import AdmissionPolicy
import ClusterController
import KubernetesAPI
import Metrics
import PodScoring
import PolicySources
import Synchronization

@testable import Cluster

/// A stand-in for an API server with Pods in Namespaces, and the reviews of changes of its policies.
final class PreviewedCluster: Sendable {
    private struct State {
        /// The Pods of each Namespace, as JSON.
        var pods: [String: [String]] = [:]
        /// The answers that replace a list; `nil` answers as usual, no step never.
        var answer: (@Sendable (_ namespace: String, _ number: Int) -> [ScriptedServer.Step]?)?
        var count = 0
    }

    /// The answers of the server; a class because the test and the server share them.
    private final class Content: Sendable {
        let state = Mutex(State())
    }

    private let content: Content
    private let server: ScriptedServer
    private let client: APIClient
    let metrics = PolicyReviewMetrics()
    let reviews: PolicyReviews

    /// Starts without Pods; `files` and `objects` are policies in JSON.
    init(files: [String] = [], objects: [String] = [], labels: [String: [String: String]] = [:], isKnown: Bool = true) throws {
        let content = Content()
        server = try ScriptedServer { Self.answer($0, content) }
        client = server.client { $0.sleep = { _ in } }
        self.content = content
        let cluster = isKnown ? try Self.cluster(files, objects, labels) : nil
        reviews = PolicyReviews(
            listingBy: client,
            metrics: metrics,
            cluster: { cluster },
            today: { CivilDate(daysSinceEpoch: 20_786) }
        )
    }

    deinit {
        Task { [reviews, client] in
            await reviews.stop()
            client.close()
        }
    }

    /// The paths of the lists so far.
    var lists: [String] { server.requests.map(\.uri) }

    /// Adds Pods to a Namespace.
    func add(_ pods: [String], to namespace: String = "shop") {
        content.state.withLock { $0.pods[namespace, default: []] += pods }
    }

    /// Replaces the answers to lists, which are numbered from 1; `nil` answers as usual.
    func answer(_ answer: @escaping @Sendable (_ namespace: String, _ number: Int) -> [ScriptedServer.Step]?) {
        content.state.withLock { $0.answer = answer }
    }

    /// Answers a review; waits for the end of its preview.
    func answer(_ review: String) async throws -> Answer {
        let body = Array(review.utf8)
        switch reviews.answer(body.span, within: .seconds(600)) {
        case .answer(let bytes): return try Answer(bytes)
        case .malformed(let failure): throw failure
        case .preview(let preview):
            let (done, end) = AsyncStream.makeStream(of: Void.self)
            guard preview.begin(whenDone: { end.finish() }) else { return try Answer(preview.finish()) }
            for await _ in done {}
            return try Answer(preview.finish())
        }
    }

    private static func cluster(_ files: [String], _ objects: [String], _ labels: [String: [String: String]]) throws -> ReviewedCluster {
        let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true)
        let documents = try files.map { text in
            let bytes = Array(text.utf8)
            var parser = JSONNodeParser(bytes.span)
            return try parser.next() ?? ManifestNode(.null, at: Position(line: 1, column: 1))
        }
        let reading = try reader.read(documents.isEmpty ? [] : [PolicySource(name: "files", documents: documents)])
        let set = PolicySet(
            policies: reading.policies,
            waivers: reading.waivers,
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: "podscore"
        )
        let states = objects.enumerated().map { number, text in
            let kind: PolicyKind = text.contains(#""ScoreWaiver""#) ? .waiver : .policy
            let identity = PolicyObject.Identity(
                kind: kind,
                name: text.split(separator: #""name":""#).dropFirst().first?.split(separator: "\"").first.map { String($0) } ?? "",
                uid: "uid-\(number)",
                resourceVersion: "1",
                creationTimestamp: "2026-11-28T08:09:\(10 + number)Z"
            )
            let bytes = Array(text.utf8)
            return PolicyObjectState(reader.read(bytes.span, as: identity), after: nil)
        }
        var namespaces = NamespaceDirectory(keeping: MinimumLabel.keys)
        for (name, labels) in labels { namespaces.set(name) { labels[$0] } }
        return ReviewedCluster(
            files: LoadedPolicies(policies: set, files: [], sha256: "", warnings: []),
            objects: PolicyObjects(states),
            namespaces: namespaces
        )
    }

    private static func answer(_ request: ScriptedServer.Request, _ content: Content) -> [ScriptedServer.Step] {
        let path = request.uri.split(separator: "?").first?.split(separator: "/") ?? []
        let namespace = path.count > 3 ? String(path[3]) : ""
        return content.state.withLock { state in
            state.count += 1
            if let answer = state.answer { if let steps = answer(namespace, state.count) { return steps } }
            let pods = state.pods[namespace] ?? []
            let start = request.uri.split(separator: "continue=").dropFirst().first.flatMap { Int($0) } ?? 0
            let page = pods.dropFirst(start).prefix(500)
            let next = start + page.count < pods.count ? "\(start + page.count)" : ""
            return [.answer(AuditedCluster.list(Array(page), next: next))]
        }
    }

    /// The answer to a review.
    struct Answer {
        /// Whether the request is allowed.
        let isAllowed: Bool
        /// The message of a denial; empty without one.
        var message = ""
        /// The warnings.
        let warnings: [String]

        init(_ bytes: [UInt8]) throws {
            var parser = JSONNodeParser(bytes.span)
            let response = try parser.next()?["response"]
            if case .bool(let isAllowed) = response?["allowed"]?.value { self.isAllowed = isAllowed } else { isAllowed = false }
            if case .string(let text) = response?["status"]?["message"]?.value { message = text }
            if case .array(let lines) = response?["warnings"]?.value {
                warnings = lines.compactMap { if case .string(let line) = $0.value { line } else { nil } }
            } else {
                warnings = []
            }
        }
    }
}

/// Texts of reviews and objects.
extension PreviewedCluster {
    /// A policy or waiver.
    static func object(_ kind: PolicyKind = .policy, _ name: String, _ spec: String) -> String {
        #"{"apiVersion":"podscore.dev/v1alpha1","kind":"\#(kind.rawValue)","metadata":{"name":"\#(name)"},"spec":\#(spec)}"#
    }

    /// A policy that forbids `hostPID`.
    static func strict(_ name: String, _ namespaces: String...) -> String {
        let list = namespaces.map { "\"\($0)\"" }.joined(separator: ",")
        return object(.policy, name, #"{"match":{"namespaces":[\#(list)]},"enforce":{"forbid":["HostPID"]}}"#)
    }

    /// The review of an object; `old` makes it an update.
    static func review(_ object: String, from old: String? = nil, kind: String = "ScorePolicy", name: String = "strict") -> String {
        let group = kind == "Namespace" ? "" : "podscore.dev"
        return #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u1","#
            + #""kind":{"group":"\#(group)","version":"v1alpha1","kind":"\#(kind)"},"name":"\#(name)","#
            + #""operation":"\#(old == nil ? "CREATE" : "UPDATE")","object":\#(object),"oldObject":\#(old ?? "null")}}"#
    }

    /// A Namespace with one label.
    static func namespace(_ label: String? = nil, _ value: String = "") -> String {
        let labels = label.map { "\"\($0)\":\"\(value)\"" } ?? ""
        return #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{\#(labels)}}}"#
    }
}
