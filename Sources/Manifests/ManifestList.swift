import KubernetesAPI

/// A list of objects: `kind: List`, or a typed one such as `PodList`.
struct ManifestList {
    /// The items, in order.
    let items: [ManifestNode]
    /// The API version of the list, and of the items of a typed one; empty when it is missing.
    let apiVersion: String
    /// The kind of the items of a typed list; `nil` for `kind: List`.
    let itemKind: String?

    /// Takes a tree as a list; `nil` when it is none.
    ///
    /// An object counts as a list when its kind ends with `List` and it has `items` but no `spec`; a null `items` is an empty list.
    init?(_ node: ManifestNode) {
        guard case .string(let kind) = node["kind"]?.value, kind.utf8.suffix(4).elementsEqual("List".utf8), node["spec"] == nil
        else { return nil }
        switch node["items"]?.value {
        case .array(let items): self.items = items
        case .null: items = []
        default: return nil
        }
        if case .string(let version) = node["apiVersion"]?.value { apiVersion = version } else { apiVersion = "" }
        let stem = String(decoding: kind.utf8.dropLast(4), as: UTF8.self)
        itemKind = stem.isEmpty ? nil : stem
    }
}
