package import KubernetesAPI

extension ManifestNode {
    /// `Kind/name.namespace` as kubesec writes it; what is missing or null is `undefined`, or the namespace that is given.
    ///
    /// An empty name is a name. `kind` is the kind of an item of a typed list, which need not repeat it. Without any kind: `Unknown`.
    package func kubesecName(kind: String?, defaultNamespace: String) -> String {
        guard let kind = self["kind"]?.printed ?? kind else { return ScannedDocument.unknownName }
        let name = self["metadata"]?["name"]?.printed ?? "undefined"
        let namespace = self["metadata"]?["namespace"]?.printed ?? defaultNamespace
        return "\(kind)/\(name).\(namespace)"
    }

    /// The text of a scalar; `nil` for null, lists and objects.
    private var printed: String? {
        switch value {
        case .string(let text), .number(let text): text
        case .integer(let number): String(number)
        case .bool(let bool): String(bool)
        case .null, .array, .object: nil
        }
    }
}
