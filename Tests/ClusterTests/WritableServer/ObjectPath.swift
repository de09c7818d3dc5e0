import Foundation

@testable import Cluster

/// The object or collection of a request's path.
struct ObjectPath: Sendable, Hashable {
    var group = ""
    var version = ""
    var plural = ""
    var namespace: String?
    var name: String?
    var subresource: String?

    /// The path of an object, or of a collection without a name.
    init(_ resource: APIResource, namespace: String? = nil, name: String? = nil) {
        (group, version, plural) = (resource.group, resource.version, resource.plural)
        (self.namespace, self.name) = (namespace, name)
    }

    /// Reads a path; without a plural it is that of a group and version; `nil` for another path, such as `/version`.
    init?(_ path: some StringProtocol) {
        var parts = path.split(separator: "/").map { String($0) }
        guard let root = parts.first, root == "api" || root == "apis", parts.count >= (root == "api" ? 2 : 3) else { return nil }
        group = root == "api" ? "" : parts[1]
        version = parts[root == "api" ? 1 : 2]
        parts.removeFirst(root == "api" ? 2 : 3)
        // `namespaces/x/pods` is a collection of the Namespace x; `namespaces/x/status` is a part of x.
        if parts.count >= 3, parts[0] == "namespaces", !["status", "finalize"].contains(parts[2]) {
            namespace = parts[1]
            parts.removeFirst(2)
        }
        guard parts.count <= 3 else { return nil }
        plural = parts.first ?? ""
        name = parts.count > 1 ? parts[1] : nil
        subresource = parts.count > 2 ? parts[2] : nil
    }

    /// The path without the part of the object.
    var object: Self {
        var path = self
        path.subresource = nil
        return path
    }

    /// Whether the path is that of an object of this collection.
    func contains(_ object: Self) -> Bool {
        group == object.group && plural == object.plural && (namespace == nil || namespace == object.namespace)
    }

    /// The kind and group, such as `openreports.io/reports`.
    var kind: String { "\(group)/\(plural)" }
}

/// The query of a request.
struct Query: Sendable {
    private let values: [String: String]

    /// Reads what follows the `?` of a path.
    init(_ text: some StringProtocol) {
        values = text.split(separator: "&").reduce(into: [:]) { values, pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            values[parts[0]] = parts.count > 1 ? parts[1].removingPercentEncoding : ""
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// Whether an object has the labels and fields that are asked for; only `=` and `!=` are known.
    func selects(_ object: JSONValue) -> Bool {
        requirements("labelSelector").allSatisfy { key, value, isEqual in
            (object[["metadata", "labels", key]]?.string == value) == isEqual
        }
            && requirements("fieldSelector").allSatisfy { key, value, isEqual in
                (object[key.split(separator: ".").map { String($0) }]?.string == value) == isEqual
            }
    }

    private func requirements(_ name: String) -> [(key: String, value: String, isEqual: Bool)] {
        (values[name] ?? "").split(separator: ",").map { text in
            let isEqual = !text.contains("!=")
            let parts = text.replacingOccurrences(of: "!=", with: "=").replacingOccurrences(of: "==", with: "=")
                .split(separator: "=", omittingEmptySubsequences: false).map { String($0) }
            return (parts[0], parts.count > 1 ? parts[1] : "", isEqual)
        }
    }
}
