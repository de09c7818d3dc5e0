import Foundation
import KubernetesAPI
import YAML

/// A JSON Schema of draft 7, for the keywords that the schema of policies uses; another keyword rejects everything.
struct JSONSchema {
    private let root: ManifestNode
    /// Whether a field without a schema is a problem, as in the structural schema of a CRD.
    private let isStructural: Bool

    /// Reads the text of a schema.
    init(_ text: [UInt8]) throws {
        var stream = YAMLStream(text)
        root = try stream.next()?.get() ?? ManifestNode(.null, at: Position(line: 1, column: 1))
        isStructural = false
    }

    /// Takes the structural schema of a CRD.
    init(structural root: ManifestNode) {
        self.root = root
        isStructural = true
    }

    /// The definition with a name; `nil` without one.
    func definition(_ name: String) -> ManifestNode? { root["definitions"]?[name] }

    /// The keywords that a value violates, each with the path of the value; empty if the schema accepts the value.
    func problems(with value: ManifestNode) -> [String] { problems(value, root, at: "") }

    private func problems(_ value: ManifestNode, _ schema: ManifestNode, at path: String) -> [String] {
        if let reference = schema["$ref"]?.text {
            guard let definition = definition(String(reference.dropFirst("#/definitions/".count))) else {
                return ["\(path): no \(reference)"]
            }
            return problems(value, definition, at: path)
        }
        guard case .object(let keywords) = schema.value else { return ["\(path): the schema is not an object"] }
        return keywords.flatMap { keyword in problems(value, keyword.key, keyword.value, in: schema, at: path) }
    }

    private func problems(_ value: ManifestNode, _ keyword: String, _ argument: ManifestNode, in schema: ManifestNode, at path: String)
        -> [String]
    {
        let number = argument.integer ?? 0
        let isMet: Bool
        switch keyword {
        case "$schema", "title", "description", "definitions", "then": return []
        case "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-validations": return []
        case "type": isMet = Self.type(of: value) == argument.text
        case "const": isMet = Self.text(value) == Self.text(argument)
        case "enum": isMet = argument.elements?.contains { Self.text($0) == Self.text(value) } ?? false
        case "pattern":
            let pattern = isStructural ? Self.goPattern(argument.text ?? "") : argument.text ?? ""
            isMet = value.text.map { $0.range(of: pattern, options: .regularExpression) != nil } ?? true
        case "format": isMet = argument.text != "date" || value.text.map { CivilDate(parsing: $0) != nil } ?? true
        case "maxProperties": isMet = Self.members(of: value).count <= number
        case "maxLength": isMet = Int64(value.text?.unicodeScalars.count ?? 0) <= number
        case "minimum": isMet = Self.number(value).map { $0 >= Double(number) } ?? true
        case "maximum": isMet = Self.number(value).map { $0 <= Double(number) } ?? true
        case "minItems": isMet = value.elements.map { $0.count >= number } ?? true
        case "maxItems": isMet = value.elements.map { $0.count <= number } ?? true
        case "uniqueItems": isMet = value.elements.map { Set($0.map(Self.text)).count == $0.count } ?? true
        case "required" where isStructural:
            guard Self.isObject(value) else { return [] }
            let missing = argument.elements?.compactMap(\.text).filter { value[$0] == nil } ?? []
            return missing.map { "\(path).\($0): required" }
        case "required": isMet = Self.isObject(value) ? argument.elements?.allSatisfy { value[$0.text ?? ""] != nil } ?? false : true
        case "not": isMet = !problems(value, argument, at: path).isEmpty
        case "anyOf": isMet = argument.elements?.contains { problems(value, $0, at: path).isEmpty } ?? false
        case "allOf": return argument.elements?.flatMap { problems(value, $0, at: path) } ?? []
        case "if":
            guard let then = schema["then"], problems(value, argument, at: path).isEmpty else { return [] }
            return problems(value, then, at: path)
        case "items": return value.elements?.enumerated().flatMap { problems($1, argument, at: "\(path)[\($0)]") } ?? []
        case "properties":
            return Self.members(of: value).flatMap { key, inner in
                argument[key].map { problems(inner, $0, at: "\(path).\(key)") }
                    ?? (isStructural ? ["\(path).\(key): unknown"] : [])
            }
        case "additionalProperties":
            let others = Self.members(of: value).filter { schema["properties"]?[$0.key] == nil }
            if case .bool(false) = argument.value { return others.map { "\(path).\($0.key): additionalProperties" } }
            return others.flatMap { problems($0.value, argument, at: "\(path).\($0.key)") }
        default: isMet = false
        }
        return isMet ? [] : ["\(path): \(keyword)"]
    }

    /// A pattern as Go reads it: only ASCII has blanks, and `$` is the end, also behind a line feed.
    private static func goPattern(_ pattern: String) -> String {
        pattern.replacing("\\S", with: "[^\\t\\n\\f\\r ]").replacing("\\s", with: "\\t\\n\\f\\r ").replacing("$", with: "\\z")
    }

    private static func members(of value: ManifestNode) -> [(key: String, value: ManifestNode)] {
        guard case .object(let members) = value.value else { return [] }
        return members.map { ($0.key, $0.value) }
    }

    private static func number(_ value: ManifestNode) -> Double? {
        switch value.value {
        case .integer(let integer): Double(integer)
        case .number(let text): Double(text)
        default: nil
        }
    }

    private static func isObject(_ value: ManifestNode) -> Bool {
        if case .object = value.value { true } else { false }
    }

    /// The name of a value's type in JSON Schema.
    private static func type(of value: ManifestNode) -> String {
        switch value.value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number(let text): text.contains(".") ? "number" : "integer"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// A text that only equal values have.
    private static func text(_ value: ManifestNode) -> String {
        switch value.value {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .integer(let integer): "\(integer)"
        case .number(let text): text
        case .string(let text): "\"\(text)\""
        case .array(let elements): "[\(elements.map(Self.text).joined(separator: ","))]"
        case .object(let members): "{\(members.map { "\($0.key):\(Self.text($0.value))" }.sorted().joined(separator: ","))}"
        }
    }
}
