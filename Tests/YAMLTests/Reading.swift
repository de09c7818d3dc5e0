import KubernetesAPI
import YAML

/// Reads a stream and returns its documents as compact JSON, invalid ones as `LINE:COLUMN: what`.
func documents(_ text: String, limits: YAMLLimits = YAMLLimits()) -> [String] {
    documents(Array(text.utf8), limits: limits)
}

/// Reads a stream and returns its documents as compact JSON, invalid ones as `LINE:COLUMN: what`.
func documents(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) -> [String] {
    YAMLStream(bytes, limits: limits).map { document in
        switch document {
        case .success(let node): json(node)
        case .failure(let error): error.description
        }
    }
}

/// Reads the first document.
func firstNode(_ text: String, limits: YAMLLimits = YAMLLimits()) throws -> ManifestNode? {
    var stream = YAMLStream(Array(text.utf8), limits: limits)
    return try stream.next()?.get()
}

/// Reads the first document, which must be invalid.
func firstError(_ text: String, limits: YAMLLimits = YAMLLimits()) -> YAMLError? {
    var stream = YAMLStream(Array(text.utf8), limits: limits)
    guard case .failure(let error) = stream.next() else { return nil }
    return error
}

/// Writes a node as JSON without spaces; escapes only quotes and backslashes.
func json(_ node: ManifestNode) -> String {
    switch node.value {
    case .null: "null"
    case .bool(let value): String(value)
    case .integer(let value): String(value)
    case .number(let text): text
    case .string(let text): quoted(text)
    case .array(let elements): "[" + elements.map(json).joined(separator: ",") + "]"
    case .object(let members): "{" + members.map { quoted($0.key) + ":" + json($0.value) }.joined(separator: ",") + "}"
    }
}

/// Writes a string between quotes.
private func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
}
