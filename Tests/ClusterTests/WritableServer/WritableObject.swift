/// An object in a ``WritableServer``, with those who own its fields.
struct WritableObject: Sendable, Hashable {
    /// Somebody who has written fields.
    struct Manager: Sendable, Hashable {
        var name: String
        /// Whether by server-side apply.
        var applies = false
        var subresource: String?

        /// By what entries of `managedFields` are sorted.
        fileprivate var order: String { "\(applies) \(name) \(subresource ?? "")" }
    }

    let path: ObjectPath
    let uid: String
    var apiVersion: String
    var kind: String
    var version: Int
    var generation = 1
    var creationTimestamp: String
    private(set) var fields: [FieldPath: JSONValue] = [:]
    private(set) var owners: [Manager: Set<FieldPath>] = [:]

    /// Whether both have the same content and the same owners.
    func hasSameContent(as other: Self) -> Bool { fields == other.fields && owners == other.owners }

    /// Whether both have the same content outside of metadata and status.
    func hasSameSpec(as other: Self) -> Bool { Self.spec(fields) == Self.spec(other.fields) }

    private static func spec(_ fields: [FieldPath: JSONValue]) -> [FieldPath: JSONValue] {
        fields.filter { $0.key.first != "f:metadata" && $0.key.first != "f:status" }
    }

    /// Makes these fields the only ones that a manager owns; those that nobody else owns are removed.
    mutating func apply(_ applied: [FieldPath: JSONValue], by manager: Manager) {
        let removed = (owners[manager] ?? []).subtracting(applied.keys)
        owners[manager] = Set(applied.keys)
        for path in removed where !owners.values.contains(where: { $0.contains(path) }) { fields[path] = nil }
        set(applied, by: manager)
    }

    /// Replaces the content as `kubectl edit` does; a manager owns what it changes.
    mutating func replace(_ content: [FieldPath: JSONValue], by manager: Manager) {
        for path in fields.keys where content[path] == nil {
            fields[path] = nil
            for owner in owners.keys { owners[owner]?.remove(path) }
        }
        let changed = content.filter { fields[$0.key] != $0.value }
        owners[manager, default: []].formUnion(changed.keys)
        set(changed, by: manager)
    }

    private mutating func set(_ values: [FieldPath: JSONValue], by manager: Manager) {
        for (path, value) in values {
            if fields[path] != value {
                for owner in owners.keys where owner != manager { owners[owner]?.remove(path) }
            }
            fields[path] = value
        }
        owners = owners.filter { !$0.value.isEmpty }
    }

    /// The object as a server sends it.
    var json: JSONValue {
        var value = OwnedFields.value(of: fields)
        // Servers leave them out in lists of their own kinds, and so do the tests' objects.
        value["apiVersion"] = apiVersion.isEmpty ? nil : .string(apiVersion)
        value["kind"] = kind.isEmpty ? nil : .string(kind)
        var metadata = value["metadata"] ?? .object([:])
        metadata["name"] = path.name.map { .string($0) }
        metadata["namespace"] = path.namespace.map { .string($0) }
        metadata["uid"] = .string(uid)
        metadata["resourceVersion"] = .string("\(version)")
        metadata["generation"] = .integer(generation)
        metadata["creationTimestamp"] = .string(creationTimestamp)
        metadata["managedFields"] = .list(owners.sorted { $0.key.order < $1.key.order }.map { entry($0.key, $0.value) })
        value["metadata"] = metadata
        return value
    }

    /// The metadata alone, as who asks for nothing else gets it.
    var metadataOnly: JSONValue {
        .object([
            "apiVersion": .string("meta.k8s.io/v1"), "kind": .string("PartialObjectMetadata"), "metadata": json["metadata"] ?? .null,
        ])
    }

    private func entry(_ manager: Manager, _ paths: Set<FieldPath>) -> JSONValue {
        var entry = JSONValue.object([
            "manager": .string(manager.name), "operation": .string(manager.applies ? "Apply" : "Update"),
            "apiVersion": .string(apiVersion), "time": .string("2026-11-28T08:09:37Z"), "fieldsType": .string("FieldsV1"),
            "fieldsV1": OwnedFields.fieldsV1(paths),
        ])
        entry["subresource"] = manager.subresource.map { .string($0) }
        return entry
    }

    /// The fields of an object without those that the server sets.
    static func content(of json: JSONValue) -> [FieldPath: JSONValue] {
        var value = json
        for name in ["apiVersion", "kind"] { value[name] = nil }
        let own = ["name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"]
        for name in own where value["metadata"] != nil { value[["metadata", name]] = nil }
        for name in ["labels", "annotations"] where value[["metadata", name]]?.members.isEmpty == true { value[["metadata", name]] = nil }
        if value["metadata"]?.members.isEmpty == true { value["metadata"] = nil }
        return value.members.isEmpty ? [:] : OwnedFields.fields(of: value)
    }
}
