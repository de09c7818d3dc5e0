import Foundation

/// A JSON schema of draft 7, with the keywords that the schema of SARIF uses.
///
/// An unknown keyword fails every value, so that nothing passes unchecked.
struct JSONSchema {
    private let root: [String: Any]

    /// Keywords that do not restrict values.
    private static let remarks: Set<String> = ["$schema", "id", "title", "description", "default", "definitions", "format"]

    init(_ data: Data) throws {
        root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// Returns the problems of a value, each with its path; empty if the schema allows it.
    func problems(of value: Any) -> [String] {
        problems(of: value, by: root, at: "$")
    }

    private func problems(of value: Any, by schema: [String: Any], at path: String) -> [String] {
        schema.flatMap { keyword, rule in
            Self.remarks.contains(keyword) ? [] : check(keyword, rule, value, schema, path)
        }
    }

    private func check(_ keyword: String, _ rule: Any, _ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
        switch (keyword, rule) {
        case ("$ref", let name as String):
            let definitions = root["definitions"] as? [String: [String: Any]] ?? [:]
            guard name.hasPrefix("#/definitions/"), let target = definitions[String(name.dropFirst("#/definitions/".count))]
            else { return ["\(path): unknown \(name)"] }
            return problems(of: value, by: target, at: path)
        case ("type", let type as String): return has(value, type) ? [] : ["\(path): no \(type)"]
        case ("type", let types as [String]): return types.contains { has(value, $0) } ? [] : ["\(path): none of \(types)"]
        case ("enum", let allowed as [AnyHashable]):
            return (value as? AnyHashable).map(allowed.contains) == true ? [] : ["\(path): not allowed"]
        case ("minimum", let least as Double): return (value as? Double).map { $0 >= least } ?? true ? [] : ["\(path): below \(least)"]
        case ("maximum", let most as Double): return (value as? Double).map { $0 <= most } ?? true ? [] : ["\(path): above \(most)"]
        case ("minItems", let count as Int): return (value as? [Any]).map { $0.count >= count } ?? true ? [] : ["\(path): too few"]
        case ("uniqueItems", let isAsked as Bool):
            guard isAsked, let elements = value as? [AnyHashable] else { return [] }
            return Set(elements).count == elements.count ? [] : ["\(path): the same twice"]
        case ("pattern", let pattern as String):
            guard let text = value as? String else { return [] }
            return text.range(of: pattern, options: .regularExpression) == nil ? ["\(path): does not fit \(pattern)"] : []
        case ("items", let element as [String: Any]):
            return (value as? [Any] ?? []).enumerated().flatMap { problems(of: $0.element, by: element, at: "\(path)[\($0.offset)]") }
        case ("anyOf", let options as [[String: Any]]), ("oneOf", let options as [[String: Any]]):
            return options.contains { problems(of: value, by: $0, at: path).isEmpty } ? [] : ["\(path): fits none"]
        case ("required", let names as [String]):
            let members = value as? [String: Any] ?? [:]
            return names.filter { members[$0] == nil }.map { "\(path): lacks \($0)" }
        case ("properties", let known as [String: [String: Any]]):
            return (value as? [String: Any] ?? [:]).flatMap { name, value in
                known[name].map { problems(of: value, by: $0, at: "\(path).\(name)") } ?? []
            }
        case ("additionalProperties", _): return checkOthers(rule, value, schema, path)
        default: return ["\(path): the test does not know the keyword \(keyword)"]
        }
    }

    private func checkOthers(_ rule: Any, _ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
        let known = schema["properties"] as? [String: Any] ?? [:]
        let others = (value as? [String: Any] ?? [:]).filter { known[$0.key] == nil }
        if let allowed = rule as? [String: Any] { return others.flatMap { problems(of: $0.value, by: allowed, at: "\(path).\($0.key)") } }
        return rule as? Bool == false ? others.map { "\(path): unknown \($0.key)" } : []
    }

    private func has(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "null": value is NSNull
        case "boolean": (value as? NSNumber).map { CFBooleanType.is($0) } ?? false
        case "integer": (value as? NSNumber).map { !CFBooleanType.is($0) && $0.doubleValue == $0.doubleValue.rounded() } ?? false
        case "number": (value as? NSNumber).map { !CFBooleanType.is($0) } ?? false
        default: false
        }
    }
}

/// Distinguishes booleans from numbers in parsed JSON.
private enum CFBooleanType {
    static func `is`(_ number: NSNumber) -> Bool {
        unsafe String(cString: number.objCType) == "c"
    }
}
