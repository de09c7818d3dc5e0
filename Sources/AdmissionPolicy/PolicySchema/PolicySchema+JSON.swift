import KubernetesAPI

extension PolicySchema {
    /// One JSON Schema for the documents of both kinds.
    ///
    /// Draft 7, since both Helm and the language server of editors read it, and a chart's `values.schema.json` can hold a copy.
    package var json: [UInt8] {
        var writer = JSONSchemaWriter()
        writer.write(self)
        return writer.json.bytes
    }
}

/// Writes schemas as JSON Schema.
private struct JSONSchemaWriter {
    /// The text so far.
    var json = JSONWriter(layout: .indented, reservingCapacity: 64 * 1024)
    /// The shared schemas that a reference names, in the order of their first reference.
    private var definitions: [(name: String, value: ValueSchema)] = []

    /// Writes the whole schema; the value of `kind` chooses between the definitions.
    mutating func write(_ schema: PolicySchema) {
        let kinds = PolicyKind.allCases.map(\.rawValue)
        json.beginObject()
        json.member("$schema", "http://json-schema.org/draft-07/schema#")
        json.member("title", "\(kinds.joined(separator: " or ")) of Podscore")
        json.member("type", "object")
        json.member("required", [DocumentField.apiVersion.rawValue, DocumentField.kind.rawValue])
        json.key("properties")
        json.beginObject()
        json.key(DocumentField.kind.rawValue)
        json.beginObject()
        json.member("enum", kinds)
        json.endObject()
        json.endObject()
        json.key("allOf")
        json.beginArray()
        for kind in PolicyKind.allCases {
            definitions.append((kind.rawValue, .object(schema.document(of: kind))))
            json.beginObject()
            json.key("if")
            write(field: DocumentField.kind.rawValue, is: kind.rawValue, isDefault: false, absent: nil)
            json.key("then")
            writeReference(kind.rawValue)
            json.endObject()
        }
        json.endArray()
        writeDefinitions()
        json.endObject()
        json.endLine()
    }

    /// Writes the definitions; writing one can add further ones.
    private mutating func writeDefinitions() {
        json.key("definitions")
        json.beginObject()
        var index = 0
        while index < definitions.count {
            json.key(definitions[index].name)
            write(definitions[index].value)
            index += 1
        }
        json.endObject()
    }

    private mutating func write(_ value: ValueSchema, summary: String = "") {
        if case .shared(let name, let value) = value {
            if !definitions.contains(where: { $0.name == name }) { definitions.append((name, value)) }
            if summary.isEmpty { return writeReference(name) }
            // Draft 7 ignores everything beside a reference.
            json.beginObject()
            json.member("description", summary)
            json.key("allOf")
            json.beginArray()
            writeReference(name)
            json.endArray()
            return json.endObject()
        }
        json.beginObject()
        if !summary.isEmpty { json.member("description", summary) }
        switch value {
        case .text(let text): writeMembers(of: text)
        case .integer(let range):
            json.member("type", "integer")
            json.member("minimum", range.lowerBound)
            json.member("maximum", range.upperBound)
        case .boolean: json.member("type", "boolean")
        case .list(let element, let size): writeMembers(ofListOf: element, size)
        case .map(let element):
            json.member("type", "object")
            json.key("additionalProperties")
            write(element)
        case .object(let object): writeMembers(of: object)
        case .shared: break
        }
        json.endObject()
    }

    private mutating func writeReference(_ name: String) {
        json.beginObject()
        json.member("$ref", "#/definitions/\(name)")
        json.endObject()
    }

    private mutating func writeMembers(of text: TextSchema) {
        json.member("type", "string")
        json.member("enum", text.words)
        json.member("pattern", text.pattern)
        json.member("maxLength", text.lengthLimit)
        if text.isDate { json.member("format", "date") }
        guard !text.forbidden.isEmpty else { return }
        json.key("not")
        json.beginObject()
        json.member("enum", text.forbidden)
        json.endObject()
    }

    private mutating func writeMembers(ofListOf element: ValueSchema, _ size: ListSize) {
        json.member("type", "array")
        if size.least > 0 { json.member("minItems", size.least) }
        json.member("maxItems", size.most)
        if size.isUnique { json.member("uniqueItems", true) }
        json.key("items")
        write(element)
    }

    private mutating func writeMembers(of object: ObjectSchema) {
        json.member("type", "object")
        if !object.isOpen { json.member("additionalProperties", false) }
        let required = object.fields.filter(\.isRequired).map(\.name)
        if !required.isEmpty { json.member("required", required) }
        json.key("properties")
        json.beginObject()
        for field in object.fields {
            json.key(field.name)
            write(field.value, summary: field.summary)
        }
        json.endObject()
        writeOneOf(object)
        writeCases(object.cases)
    }

    private mutating func writeOneOf(_ object: ObjectSchema) {
        guard !object.oneOf.isEmpty else { return }
        json.key("anyOf")
        json.beginArray()
        for name in object.oneOf {
            json.beginObject()
            json.member("required", [name])
            if case .list = object.fields.first(where: { $0.name == name })?.value {
                json.key("properties")
                json.beginObject()
                json.key(name)
                json.beginObject()
                json.member("minItems", 1)
                json.endObject()
                json.endObject()
            }
            json.endObject()
        }
        json.endArray()
    }

    private mutating func writeCases(_ cases: [ObjectSchema.Case]) {
        guard !cases.isEmpty else { return }
        json.key("allOf")
        json.beginArray()
        for narrowing in cases {
            json.beginObject()
            json.key("if")
            write(field: narrowing.field, is: narrowing.value, isDefault: narrowing.isDefault, absent: narrowing.absent)
            json.key("then")
            write(.object(narrowing.narrower))
            json.endObject()
        }
        json.endArray()
    }

    /// Writes the condition that a field has a value and another field is absent.
    private mutating func write(field: String, is value: String, isDefault: Bool, absent: String?) {
        json.beginObject()
        json.key("properties")
        json.beginObject()
        json.key(field)
        json.beginObject()
        json.member("const", value)
        json.endObject()
        json.endObject()
        if !isDefault { json.member("required", [field]) }
        if let absent {
            json.key("not")
            json.beginObject()
            json.member("required", [absent])
            json.endObject()
        }
        json.endObject()
    }
}
