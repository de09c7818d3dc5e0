/// The place of a field as `managedFields` write it, such as `["f:status", "f:conditions", #"k:{"type":"Ready"}"#, "f:reason"]`.
typealias FieldPath = [String]

/// The fields of an object by their places, as server-side apply merges them.
///
/// Conditions are merged by type and owner references by UID; all other lists are one field, and so is the scope of a report.
enum OwnedFields {
    /// The keys of lists whose elements are fields of their own.
    private static let keys = ["f:conditions": "type", "f:ownerReferences": "uid"]
    /// Objects that are one field.
    private static let atoms: Set = ["f:scope"]

    /// Takes an object apart.
    static func fields(of value: JSONValue, at path: FieldPath = []) -> [FieldPath: JSONValue] {
        let last = path.last ?? ""
        switch value {
        case .object(let members) where !members.isEmpty && !atoms.contains(last) && path.dropLast().last != "f:ownerReferences":
            return members.reduce(into: [:]) { fields, member in
                fields.merge(Self.fields(of: member.value, at: path + ["f:" + member.key])) { first, _ in first }
            }
        case .list(let elements) where keys[last] != nil && !elements.isEmpty:
            let key = keys[last] ?? ""
            return elements.reduce(into: [:]) { fields, element in
                let name = JSONValue.object([key: element[key] ?? .null]).text
                fields.merge(Self.fields(of: element, at: path + ["k:" + name])) { first, _ in first }
            }
        default: return [path: value]
        }
    }

    /// Puts an object together again; the elements of lists with keys are in the order of their keys.
    static func value(of fields: [FieldPath: JSONValue]) -> JSONValue {
        if let value = fields[[]] { return value }
        var groups: [String: [FieldPath: JSONValue]] = [:]
        for (path, value) in fields { groups[path[0], default: [:]][Array(path.dropFirst())] = value }
        if groups.keys.allSatisfy({ $0.hasPrefix("k:") }), !groups.isEmpty {
            return .list(groups.sorted { $0.key < $1.key }.map { value(of: $0.value) })
        }
        return .object(Dictionary(uniqueKeysWithValues: groups.map { (String($0.key.dropFirst(2)), value(of: $0.value)) }))
    }

    /// The places as `fieldsV1` of an entry of `managedFields`.
    static func fieldsV1(_ paths: Set<FieldPath>) -> JSONValue {
        var value = JSONValue.object([:])
        for path in paths {
            value[path] = .object([:])
            if let element = path.firstIndex(where: { $0.hasPrefix("k:") }), element < path.count - 1 {
                value[Array(path[...element]) + ["."]] = .object([:])
            }
        }
        return value
    }
}
