import KubernetesAPI

/// Writes nodes as JSON or as block-style YAML, which the tests read again and compare.
enum NodeWriter {
    /// Writes compact JSON.
    static func json(_ node: ManifestNode) -> String {
        switch node.value {
        case .array(let elements): "[" + elements.map(json).joined(separator: ",") + "]"
        case .object(let members): "{" + members.map { quoted($0.key) + ":" + json($0.value) }.joined(separator: ",") + "}"
        default: scalar(node)
        }
    }

    /// Writes block-style YAML, with strings as literal block scalars where possible.
    static func blockYAML(_ node: ManifestNode, indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent)
        switch node.value {
        case .array(let elements) where !elements.isEmpty:
            return elements.map { "\n\(margin)-" + blockYAML($0, indent: indent + 2) }.joined()
        case .object(let members) where !members.isEmpty:
            return members.map { "\n\(margin)\(quoted($0.key)):" + blockYAML($0.value, indent: indent + 2) }.joined()
        case .array: return " []"
        case .object: return " {}"
        case .string(let text) where text.hasSuffix("\n") && !text.hasSuffix("\n\n") && !text.hasPrefix(" ") && !text.hasPrefix("\n"):
            return " |" + text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map { "\n\(margin)\($0)" }.joined()
        default: return " " + scalar(node)
        }
    }

    /// Writes a scalar.
    private static func scalar(_ node: ManifestNode) -> String {
        switch node.value {
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .number(let text): text
        case .string(let text): quoted(text)
        default: "null"
        }
    }

    /// Writes a string in JSON.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20: quoted += "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
