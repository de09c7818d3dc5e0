import NIOCore
import NIOHTTP1
import Synchronization

@testable import Cluster

/// An API server in memory that stores what is written, behind a real connection.
///
/// It has lists in pages and by selectors, metadata alone, watches, server-side apply with owners of fields, the status as a part of its own,
/// and deletion with preconditions. A class because its connections share the objects.
final class WritableServer: Sendable {
    /// A request.
    struct Call: Sendable {
        let method: String
        let path: ObjectPath
        let query: Query
        let body: String
        /// Of a write, its number among all writes, from 1; `nil` for a read.
        let writeNumber: Int?

        /// The body as JSON.
        var json: JSONValue { JSONValue(body) }
    }

    /// Replaces the answer to a request; `nil` answers as usual.
    typealias Hook = @Sendable (Call) -> [ScriptedServer.Step]?

    private struct Watcher {
        let path: ObjectPath
        let query: Query
        let isMetadataOnly: Bool
        let channel: any Channel
    }

    private struct State {
        var store = WritableStore()
        var writes: [Call] = []
        var watchers: [Watcher] = []
        var hook: Hook = { _ in nil }
        /// The changes that watchers were told of.
        var toldCount = 0
    }

    private let state = Mutex(State())
    private let server = Mutex<ScriptedServer?>(nil)

    /// Starts without objects; `installed` are the kinds beside Kubernetes' own.
    init(installed: [APIResource] = [.scorePolicies, .scoreWaivers]) throws {
        state.withLock { $0.store.installed = installed.map { ObjectPath($0) } }
        let scripted = try ScriptedServer { [weak self] request in self?.steps(for: request) ?? [.close] }
        server.withLock { $0 = scripted }
    }

    /// How a client reaches the server.
    var configuration: ClusterConfiguration? { server.withLock { $0?.configuration() } }

    /// A client; its waits take no time unless the environment is changed.
    func client(_ change: (inout ClientEnvironment) -> Void = { _ in }) throws -> APIClient {
        guard let server = server.withLock({ $0 }) else { throw CancellationError() }
        return server.client {
            $0.sleep = { _ in }
            change(&$0)
        }
    }

    /// The requests so far.
    var requests: [ScriptedServer.Request] { server.withLock { $0?.requests ?? [] } }

    /// The requests so far that can change something, in order.
    var writes: [Call] { state.withLock { $0.writes } }

    /// The number of states that were stored, and of objects that were deleted.
    var changeCount: Int { state.withLock { $0.store.changes.count } }

    /// Forgets the writes so far.
    func forgetWrites() { state.withLock { $0.writes = [] } }

    /// Replaces answers to requests from now on.
    func answer(_ hook: @escaping Hook) { state.withLock { $0.hook = hook } }

    /// Ends all connections, so that watches begin again.
    func closeConnections() async throws {
        let running = server.withLock { $0 }
        try await running?.closeConnections()
    }

    /// Changes the store, and tells the watches.
    @discardableResult
    func change<Value: Sendable>(_ change: (inout WritableStore) -> Value) -> Value {
        state.withLock { state in
            let value = change(&state.store)
            Self.tell(&state)
            return value
        }
    }

    /// Adds an object from its JSON, or replaces it, as a user.
    func put(_ resource: APIResource, _ json: String) {
        let value = JSONValue(json)
        let (name, namespace) = (value[["metadata", "name"]]?.string, value[["metadata", "namespace"]]?.string)
        change { store in
            _ = store.put(value, at: ObjectPath(resource, namespace: namespace, name: name), by: WritableObject.Manager(name: "kubectl"))
        }
    }

    /// Changes the content of an object as `kubectl edit` does.
    func edit(_ path: ObjectPath, _ edit: (inout JSONValue) -> Void) {
        change { store in
            guard var value = store.objects[path]?.json else { return }
            edit(&value)
            store.put(value, at: path, by: WritableObject.Manager(name: "kubectl-edit"))
        }
    }

    /// The objects of a kind, by Namespace and name.
    func objects(_ resource: APIResource, in namespace: String? = nil) -> [WritableObject] {
        state.withLock { $0.store.objects(of: ObjectPath(resource, namespace: namespace), Query("")) }
    }

    private func steps(for request: ScriptedServer.Request) -> [ScriptedServer.Step] {
        let parts = request.uri.split(separator: "?", maxSplits: 1)
        guard let path = ObjectPath(parts.first ?? "") else { return [.answer(.unknownPath)] }
        let query = Query(parts.count > 1 ? parts[1] : "")
        let body = String(decoding: request.body, as: UTF8.self)
        let isWrite = request.method != "GET"
        let (call, hook) = state.withLock { state in
            let number = isWrite ? state.writes.count + 1 : nil
            let call = Call(method: request.method, path: path, query: query, body: body, writeNumber: number)
            if isWrite { state.writes.append(call) }
            return (call, state.hook)
        }
        // Outside of the lock, so that the closure may use the server.
        if let steps = hook(call) { return steps }
        let isMetadataOnly = request.headers.first(name: "Accept")?.contains("as=PartialObjectMetadata") == true
        return answer(call, isMetadataOnly: isMetadataOnly)
    }

    private func answer(_ call: Call, isMetadataOnly: Bool) -> [ScriptedServer.Step] {
        state.withLock { state in
            guard state.store.serves(call.path) else { return [.answer(.unknownPath)] }
            if call.writeNumber != nil { return [.answer(Self.write(call, &state, isMetadataOnly))] }
            if call.path.plural.isEmpty { return [.answer(Self.discovery(call.path, state.store))] }
            if call.query["watch"] == "1" { return watch(call, state.store, isMetadataOnly) }
            guard call.path.name != nil else { return [.answer(Self.list(call, state.store, isMetadataOnly))] }
            guard let object = state.store.objects[call.path.object] else {
                return [.answer(.status(404, "NotFound", "\(call.path.plural) \"\(call.path.name ?? "")\" not found"))]
            }
            return [.answer(.init(body: (isMetadataOnly ? object.metadataOnly : object.json).text))]
        }
    }

    private static func write(_ call: Call, _ state: inout State, _ isMetadataOnly: Bool) -> WritableStore.Answer {
        defer { tell(&state) }
        do throws(WritableStore.Answer) {
            let object = try state.store.write(call.method, call.path, call.query, call.body)
            guard let object else { return .init(body: #"{"kind":"Status","status":"Success"}"#) }
            return .init(body: (isMetadataOnly ? object.metadataOnly : object.json).text)
        } catch {
            return error
        }
    }

    private static func discovery(_ path: ObjectPath, _ store: WritableStore) -> WritableStore.Answer {
        let kinds = store.installed.filter { $0.group == path.group && $0.version == path.version }
        let resources = kinds.map { JSONValue.object(["name": .string($0.plural), "namespaced": .bool(!$0.plural.hasPrefix("cluster"))]) }
        let list: [String: JSONValue] = [
            "kind": .string("APIResourceList"), "apiVersion": .string("v1"), "groupVersion": .string("\(path.group)/\(path.version)"),
            "resources": .list(resources),
        ]
        return .init(body: JSONValue.object(list).text)
    }

    private static func list(_ call: Call, _ store: WritableStore, _ isMetadataOnly: Bool) -> WritableStore.Answer {
        let all = store.objects(of: call.path, call.query)
        let start = call.query["continue"].flatMap { Int($0) } ?? 0
        let page = all.dropFirst(start).prefix(call.query["limit"].flatMap { Int($0) } ?? all.count)
        let end = start + page.count
        var metadata = JSONValue.object(["resourceVersion": .string("\(store.version)")])
        metadata["continue"] = end < all.count ? .string("\(end)") : nil
        let list: [String: JSONValue] = [
            "kind": .string("List"), "apiVersion": .string("v1"), "metadata": metadata,
            "items": .list(page.map { isMetadataOnly ? $0.metadataOnly : $0.json }),
        ]
        return .init(body: JSONValue.object(list).text)
    }

    /// The changes since a version; later ones follow while the connection is open.
    private func watch(_ call: Call, _ store: WritableStore, _ isMetadataOnly: Bool) -> [ScriptedServer.Step] {
        let version = call.query["resourceVersion"].flatMap { Int($0) } ?? 0
        let missed = store.changes.filter { $0.object.version > version }
        return [
            .chunkedHead,
            .keep { [weak self] channel in
                let watcher = Watcher(path: call.path, query: call.query, isMetadataOnly: isMetadataOnly, channel: channel)
                for change in missed { Self.send(change, to: watcher) }
                self?.state.withLock { state in
                    for change in state.store.changes where change.object.version > (missed.last?.object.version ?? version) {
                        Self.send(change, to: watcher)
                    }
                    state.watchers.append(watcher)
                }
            },
        ]
    }

    private static func tell(_ state: inout State) {
        for change in state.store.changes.dropFirst(state.toldCount) {
            for watcher in state.watchers { send(change, to: watcher) }
        }
        state.toldCount = state.store.changes.count
    }

    private static func send(_ change: WritableStore.Change, to watcher: Watcher) {
        guard watcher.path.contains(change.object.path), watcher.query.selects(change.object.json) else { return }
        let object = watcher.isMetadataOnly ? change.object.metadataOnly : change.object.json
        let line = JSONValue.object(["type": .string(change.type), "object": object]).text + "\n"
        guard case .bytes(let bytes) = ScriptedServer.Step.chunk(Array(line.utf8)) else { return }
        watcher.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }
}

extension ScriptedServer.Step {
    /// A whole answer of a ``WritableServer``.
    fileprivate static func answer(_ answer: WritableStore.Answer) -> Self {
        .answer(answer.code, ["Content-Type: \(answer.type)"], answer.body)
    }
}
