import Synchronization

@testable import Cluster

/// An API server with policies and waivers that a test changes while they are watched.
///
/// A class because its connections share the objects.
final class PolicyServer: Sendable {
    /// An object as it is stored.
    struct Object: Sendable {
        var name: String
        var version: Int
        var spec: String
        var created = "10"
        var kind = "ScorePolicy"
        var uid: String
        var labels: [String: String] = [:]
        /// Counts the changes of the spec; by default each version has another one.
        var generation: Int
        /// Bytes that make the object larger.
        var padding = 0

        init(_ name: String, version: Int, namespaces: [String], minimum: Int = 1, created: String = "10") {
            let list = namespaces.map { #""\#($0)""# }.joined(separator: ",")
            self.init(name, version: version, spec: #"{"match":{"namespaces":[\#(list)]},"enforce":{"minimumScore":\#(minimum)}}"#)
            self.created = created
        }

        init(_ name: String, version: Int, spec: String, kind: String = "ScorePolicy") {
            (self.name, self.version, self.spec, self.kind) = (name, version, spec, kind)
            generation = version
            uid = "uid-\(name)"
        }

        /// A Namespace as servers send it to who asks for metadata alone.
        static func namespace(_ name: String, version: Int, _ labels: [String: String] = [:], uid: String? = nil) -> Self {
            var object = Self(name, version: version, spec: "{}", kind: "PartialObjectMetadata")
            object.labels = labels
            if let uid { object.uid = uid }
            return object
        }

        static func waiver(_ name: String, version: Int) -> Self {
            let spec = #"{"match":{"namespaces":["x"]},"rules":["HostPID"],"expires":"2099-12-31","owner":"o","reason":"r"}"#
            return Self(name, version: version, spec: spec, kind: "ScoreWaiver")
        }

        var json: String {
            let labels = labels.sorted { $0.key < $1.key }.map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ",")
            return #"{"apiVersion":"podscore.dev/v1alpha1","kind":"\#(kind)","metadata":{"name":"\#(name)","uid":"\#(uid)","#
                + #""labels":{\#(labels)},"resourceVersion":"\#(version)","generation":\#(generation),"creationTimestamp":"2026-11-28T08:09:\#(created)Z","#
                + #""annotations":{"padding":"\#(String(repeating: "x", count: padding))"}},"spec":\#(spec),"status":{"a":1}}"#
        }
    }

    /// The answers to the requests for a resource.
    enum Behaviour: Sendable {
        /// Lists these objects, and sends these lines to the watch, which stays open.
        case serve(list: [Object], version: Int, events: [String])
        /// The same, with a watch that is closed behind its events.
        case serveAndClose(list: [Object], version: Int, events: [String])
        /// The resource is not installed.
        case absent
        /// Refuses with a status code.
        case refuse(Int)
    }

    private let behaviours: Mutex<[String: Behaviour]>
    private let server: Mutex<ScriptedServer?>

    init(
        policies: Behaviour = .serve(list: [], version: 1, events: []),
        waivers: Behaviour = .serve(list: [], version: 1, events: []),
        namespaces: Behaviour = .serve(list: [], version: 1, events: [])
    ) throws {
        behaviours = Mutex(["scorepolicies": policies, "scorewaivers": waivers, "namespaces": namespaces])
        server = Mutex(nil)
        let scripted = try ScriptedServer { [weak self] request in self?.steps(for: request) ?? [.close] }
        server.withLock { $0 = scripted }
    }

    var configuration: ClusterConfiguration? { server.withLock { $0?.configuration() } }
    var requests: [ScriptedServer.Request] { server.withLock { $0?.requests ?? [] } }

    /// Changes what is answered from the next request on.
    func set(_ resource: String, _ behaviour: Behaviour) {
        behaviours.withLock { $0[resource] = behaviour }
    }

    /// Ends all connections.
    func closeConnections() async throws {
        let running = server.withLock { $0 }
        try await running?.closeConnections()
    }

    /// A line of a watch.
    static func event(_ type: String, _ object: Object) -> String { #"{"type":"\#(type)","object":\#(object.json)}"# }

    private func steps(for request: ScriptedServer.Request) -> [ScriptedServer.Step] {
        let resource = ["scorewaivers", "namespaces"].first { request.uri.contains($0) } ?? "scorepolicies"
        switch behaviours.withLock({ $0[resource] }) ?? .absent {
        case .absent: return [.answer(404, ["Content-Type: text/plain"], "404 page not found\n")]
        case .refuse(let code): return [.answer(code, #"{"kind":"Status","code":\#(code),"message":"no"}"#)]
        case .serve(let list, let version, let events): return Self.answer(request, list, version, events)
        case .serveAndClose(let list, let version, let events):
            return Self.answer(request, list, version, events) + (request.uri.contains("watch=1") ? [.close] : [])
        }
    }

    private static func answer(
        _ request: ScriptedServer.Request,
        _ list: [Object],
        _ version: Int,
        _ events: [String]
    ) -> [ScriptedServer.Step] {
        if request.uri.contains("watch=1") { return [.chunkedHead] + events.map { .chunk(Array(($0 + "\n").utf8)) } }
        let items = list.map(\.json).joined(separator: ",")
        return [.answer(#"{"kind":"List","metadata":{"resourceVersion":"\#(version)"},"items":[\#(items)]}"#)]
    }
}
