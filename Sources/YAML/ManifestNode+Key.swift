import KubernetesAPI

extension ManifestNode.Value {
    /// The string that the value is as a key in JSON; `nil` for what can be none.
    ///
    /// For keys that are named or aliased, where only the value is left.
    var asKey: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .null, .array, .object: nil
        }
    }
}
