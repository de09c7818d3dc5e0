@testable import Cluster

/// The objects of a ``WritableServer``, and what happens to them.
struct WritableStore: Sendable {
    /// An answer of the server.
    struct Answer: Error, Sendable {
        var code = 200
        var type = "application/json"
        var body: String

        /// A refusal as API servers write it.
        static func status(_ code: Int, _ reason: String, _ message: String) -> Self {
            let status: [String: JSONValue] = [
                "kind": .string("Status"), "apiVersion": .string("v1"), "status": .string("Failure"), "code": .integer(code),
                "reason": .string(reason), "message": .string(message),
            ]
            return Self(code: code, body: JSONValue.object(status).text)
        }

        /// The answer to a path that the server does not know.
        static let unknownPath = Self(code: 404, type: "text/plain; charset=utf-8", body: "404 page not found\n")
    }

    /// A change, for watches.
    struct Change: Sendable {
        let type: String
        let object: WritableObject
    }

    /// The groups that every server has.
    private static let builtIn: Set = ["", "apps", "batch", "events.k8s.io"]
    /// The kinds whose status is written apart.
    private static let kindsWithStatus: Set = ["scorepolicies", "scorewaivers"]

    /// The objects.
    private(set) var objects: [ObjectPath: WritableObject] = [:]
    /// The events, in order.
    private(set) var changes: [Change] = []
    /// The version of the newest state.
    private(set) var version = 100
    /// The kinds of other groups that are installed.
    var installed: [ObjectPath] = []
    /// Fields that the definitions lack, as they stand in messages, by kind, such as `.source` for `openreports.io/reports`.
    var missingFields: [String: [String]] = [:]
    /// The largest object that is stored, in bytes.
    var byteLimit = 1_500_000
    private var created = 0

    /// Whether requests for a path have an answer.
    func serves(_ path: ObjectPath) -> Bool {
        if path.plural.isEmpty { return installed.contains { $0.group == path.group && $0.version == path.version } }
        return Self.builtIn.contains(path.group) || installed.contains { $0.kind == path.kind && $0.version == path.version }
    }

    /// The objects of a collection that a query selects, by Namespace and name.
    func objects(of path: ObjectPath, _ query: Query) -> [WritableObject] {
        objects.values.filter { path.contains($0.path) && query.selects($0.json) }
            .sorted { ($0.path.namespace ?? "", $0.path.name ?? "") < ($1.path.namespace ?? "", $1.path.name ?? "") }
    }

    /// Applies, creates, replaces or deletes an object, or refuses it.
    mutating func write(_ method: String, _ path: ObjectPath, _ query: Query, _ body: String) throws(Answer) -> WritableObject? {
        let json = JSONValue(body)
        switch method {
        case "PATCH":
            guard let name = query["fieldManager"] else { throw .status(422, "Invalid", "fieldManager is required for apply patch") }
            return try apply(json, to: path, by: WritableObject.Manager(name: name, applies: true, subresource: path.subresource))
        case "POST":
            var object = path
            object.name = json[["metadata", "name"]]?.string
            guard objects[object] == nil else { throw .status(409, "AlreadyExists", "\(object.name ?? "") already exists") }
            return put(json, at: object, by: WritableObject.Manager(name: query["fieldManager"] ?? "unknown"))
        case "DELETE":
            try delete(path, json["preconditions"])
            return nil
        default: throw .status(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
        }
    }

    /// Stores an object as another client writes it.
    @discardableResult
    mutating func put(_ json: JSONValue, at path: ObjectPath, by manager: WritableObject.Manager) -> WritableObject {
        var object = objects[path] ?? new(path, json)
        object.replace(WritableObject.content(of: json), by: manager)
        return store(object)
    }

    /// Deletes an object if it is the one that was seen.
    mutating func delete(_ path: ObjectPath, _ preconditions: JSONValue? = nil) throws(Answer) {
        guard let object = objects[path] else { throw Self.notFound(path) }
        for (name, actual) in [("uid", object.uid), ("resourceVersion", "\(object.version)")] {
            guard let wanted = preconditions?[name]?.string, wanted != actual else { continue }
            throw .status(409, "Conflict", "Precondition failed: \(name) in precondition: \(wanted), in object meta: \(actual)")
        }
        version += 1
        objects[path] = nil
        var last = object
        last.version = version
        changes.append(Change(type: "DELETED", object: last))
    }

    private mutating func apply(
        _ json: JSONValue,
        to path: ObjectPath,
        by manager: WritableObject.Manager
    ) throws(Answer) -> WritableObject {
        let isCreated = objects[path.object] == nil
        if isCreated, path.subresource != nil { throw Self.notFound(path) }
        let (uid, wanted) = (json[["metadata", "uid"]]?.string, json[["metadata", "resourceVersion"]]?.string)
        if isCreated, uid != nil { throw .status(409, "Conflict", "uid mismatch: no existing object was found") }
        // A version does not keep a server from making the object.
        var object = objects[path.object] ?? new(path.object, json)
        guard isCreated || wanted ?? "\(object.version)" == "\(object.version)" else {
            throw .status(409, "Conflict", "Operation cannot be fulfilled on \(path.plural): the object has been modified")
        }
        guard uid ?? object.uid == object.uid else { throw .status(422, "Invalid", "metadata.uid: field is immutable") }
        if let field = missingFields[path.kind]?.first(where: { json[$0.split(separator: ".").map { String($0) }] != nil }) {
            throw .status(500, "", "failed to create typed patch object (/\(path.name ?? "")): \(field): field not declared in schema")
        }
        guard json.text.utf8.count <= byteLimit else { throw .status(500, "", "etcdserver: request is too large") }
        let isStatus = path.subresource == "status"
        let hasStatus = Self.kindsWithStatus.contains(path.plural)
        object.apply(
            WritableObject.content(of: json).filter { !hasStatus || ($0.key.first == "f:status") == isStatus },
            by: manager
        )
        return store(object)
    }

    private mutating func new(_ path: ObjectPath, _ json: JSONValue) -> WritableObject {
        created += 1
        return WritableObject(
            path: path,
            uid: json[["metadata", "uid"]]?.string ?? "00000000-0000-4000-8000-\(String(String(1_000_000_000_000 + created).suffix(12)))",
            apiVersion: json["apiVersion"]?.string ?? "",
            kind: json["kind"]?.string ?? "",
            version: 0,
            creationTimestamp: json[["metadata", "creationTimestamp"]]?.string ?? "2026-11-28T08:09:37Z"
        )
    }

    /// Takes a new state over, unless nothing has changed.
    private mutating func store(_ changed: WritableObject) -> WritableObject {
        let old = objects[changed.path]
        if let old, old.hasSameContent(as: changed) { return old }
        var object = changed
        if let old, !old.hasSameSpec(as: changed) { object.generation += 1 }
        version += 1
        object.version = version
        objects[object.path] = object
        changes.append(Change(type: old == nil ? "ADDED" : "MODIFIED", object: object))
        return object
    }

    private static func notFound(_ path: ObjectPath) -> Answer {
        .status(404, "NotFound", "\(path.plural) \"\(path.name ?? "")\" not found")
    }
}
