import KubernetesAPI

extension NodeBuilder {
    /// Reads a key as a string like in JSON, and steps behind it.
    mutating func key() throws(YAMLError) -> String {
        switch kind {
        case .scalar where events.anchor(of: kind) == nil:
            nodeCount += 1
            let key = try scalarKey()
            try advance()
            return key
        case .scalar, .alias:
            let position = events.position
            let value = (try node(depth: 0)).value
            if let key = value.asKey { return key }
            if case .null = value { throw YAMLError(.unsupportedKey, at: position) }
            throw YAMLError(.keyNotScalar, at: position)
        default:
            throw failure(.keyNotScalar)
        }
    }

    /// The current scalar as a key.
    private func scalarKey() throws(YAMLError) -> String {
        let resolved = try resolvedScalar()
        switch resolved {
        case .string: return try string()
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .float(let value) where value.isNaN: return ".nan"
        case .float(let value) where value.isInfinite: return value < 0 ? "-.inf" : ".inf"
        // Kubernetes' YAML reader rounds numbers in keys to 32 bits.
        case .float(let value) where Float(value).isInfinite: return value < 0 ? "-.inf" : ".inf"
        case .float(let value): return NumberText(Float(value)).key
        case .null, .unsigned: throw failure(.unsupportedKey)
        }
    }

    /// The current scalar as a value.
    func scalar() throws(YAMLError) -> ManifestNode.Value {
        switch try resolvedScalar() {
        case .string: return .string(try string())
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .unsigned(let value): return .number(String(value))
        case .float(let value):
            guard value.isFinite else { throw failure(.numberNotFinite) }
            let text = NumberText(value).json
            return Int64(text).map { .integer($0) } ?? .number(text)
        }
    }

    /// Resolves the current scalar, by its tag if it has one.
    private func resolvedScalar() throws(YAMLError) -> ResolvedScalar {
        if events.isPlain { return ScalarResolver.resolve(events.scalarBytes) }
        guard let tag = events.scalarTag.flatMap(ScalarTag.init(parsing:)) else { return .string }
        guard let resolved = tag.accept(events.scalarBytes) else { throw failure(.tagMismatch(tag: tag.shortName)) }
        return resolved
    }

    /// The text of the current scalar, decoded if it is binary.
    private func string() throws(YAMLError) -> String {
        if !events.isPlain, events.scalarTag == ScalarTag.binary.name {
            guard let bytes = Base64.decode(events.scalarBytes) else { throw failure(.tagMismatch(tag: ScalarTag.binary.shortName)) }
            return String(decoding: bytes, as: UTF8.self)
        }
        do {
            return String(copying: try UTF8Span(validating: events.scalarBytes))
        } catch {
            throw failure(.encoding(problem: "invalid UTF-8"))
        }
    }
}

extension ManifestNode.Value {
    /// The value as a key of JSON; `nil` if it can't be one.
    ///
    /// For keys with an anchor or an alias, of which only the value is known.
    var asKey: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .null, .array, .object: nil
        }
    }
}
