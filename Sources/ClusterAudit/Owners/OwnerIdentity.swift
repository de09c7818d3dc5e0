package import KubernetesAPI

/// The workload, Pod or other object to which the result of an audit belongs.
package struct OwnerIdentity: Sendable, Hashable {
    /// The Namespace; `nil` for an object that belongs to none.
    package let namespace: String?
    /// The API group; empty for the core group.
    package let group: String
    /// The version of the API group.
    package let version: String
    /// The kind.
    package let kind: String
    /// The name.
    package let name: String
    /// The UID; empty if the input does not show it.
    package let uid: String

    /// An owner with these names.
    package init(namespace: String?, group: String, version: String, kind: String, name: String, uid: String) {
        self.namespace = namespace
        self.group = group
        self.version = version
        self.kind = kind
        self.name = name
        self.uid = uid
    }

    /// The owner that an object is itself.
    package init(_ object: KubernetesObject, uid: String) {
        self.init(
            namespace: object.metadata.namespace.isEmpty ? nil : object.metadata.namespace,
            apiVersion: object.apiVersion,
            kind: object.kind,
            name: object.metadata.name,
            uid: uid
        )
    }

    /// The owner that a reference names; the reference is in an object of the Namespace.
    package init(_ reference: ControllerReference, inNamespace namespace: String?) {
        self.init(
            namespace: namespace,
            apiVersion: reference.apiVersion,
            kind: reference.kind,
            name: reference.name,
            uid: reference.uid
        )
    }

    private init(namespace: String?, apiVersion: String, kind: String, name: String, uid: String) {
        let parts = apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            namespace: namespace,
            group: parts.count == 2 ? String(parts[0]) : "",
            version: parts.last.map { String($0) } ?? "",
            kind: kind,
            name: name,
            uid: uid
        )
    }

    /// The group and version as an object has them, such as `apps/v1`.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// The kind and the name, such as `Deployment/web`.
    package var title: String { "\(kind)/\(name)" }
}

extension OwnerIdentity: Comparable {
    /// Sorts by Namespace, kind, name, group and UID, as bytes; owners without a Namespace come first.
    package static func < (first: Self, second: Self) -> Bool {
        for (one, other) in zip(first.sortKeys, second.sortKeys) where !one.hasSameBytes(as: other) {
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        return false
    }

    private var sortKeys: [String] { [namespace ?? "", kind, name, group, uid] }
}
