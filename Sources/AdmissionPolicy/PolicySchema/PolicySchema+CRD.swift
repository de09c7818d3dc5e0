package import KubernetesAPI

extension PolicySchema {
    /// The most Namespaces that the status of an object names; it counts the others too.
    ///
    /// Each write of a status goes to all who watch the object, so a status is small in a cluster with thousands of Namespaces.
    package static let statusNamespaceLimit = 50

    /// The most characters of the message of a condition, and the most bytes of those that Podscore writes.
    package static let conditionMessageLimit = 32_768

    /// Writes the CustomResourceDefinition of a kind: a structural schema, and the conditions in CEL that it cannot say.
    ///
    /// Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/>
    package func writeCRD(of kind: PolicyKind, to json: inout JSONWriter) {
        var writer = CRDWriter(json: json)
        writer.write(CustomResource(kind: kind), document(of: kind))
        json = writer.json
    }
}

/// The bounds of values for which the reader has none.
///
/// The API server estimates the cost of CEL before it accepts a CRD, so every text, list and map needs one. A list without duplicates is the
/// most expensive, since each entry is compared with each.
private enum Bounds {
    /// The characters of a text, such as the reason of a waiver.
    static let text = 4096
    /// The characters of a text in a list, such as the name of a user.
    static let elementText = 512
    /// The elements of a list that may have duplicates: as many as there may be globs in all policies.
    static let list = PolicyConflicts.globLimit
    /// The elements of a list without duplicates.
    static let uniqueList = 128
    /// The keys of a map, such as the labels of a selector.
    static let map = PolicyDocumentReader.requirementLimit
    /// The conditions of a status.
    static let conditions = 16
    /// The Namespaces that a status counts, far more than a cluster can have.
    static let namespaceCount = 1_000_000
}

/// Writes CRDs.
private struct CRDWriter {
    /// The text so far.
    var json: JSONWriter

    mutating func write(_ resource: CustomResource, _ document: ObjectSchema) {
        json.beginObject()
        json.member("apiVersion", "apiextensions.k8s.io/v1")
        json.member("kind", "CustomResourceDefinition")
        json.key("metadata")
        json.beginObject()
        json.member("name", "\(resource.plural).\(CustomResource.group)")
        json.key("labels")
        json.beginObject()
        json.member("app.kubernetes.io/name", "podscore")
        json.endObject()
        json.endObject()
        json.key("spec")
        json.beginObject()
        json.member("group", CustomResource.group)
        json.member("scope", "Cluster")
        writeNames(of: resource)
        json.key("versions")
        json.beginArray()
        json.beginObject()
        json.member("name", CustomResource.version)
        json.member("served", true)
        json.member("storage", true)
        writeColumns(of: resource)
        json.key("subresources")
        json.beginObject()
        json.key("status")
        json.beginObject()
        json.endObject()
        json.endObject()
        json.key("schema")
        json.beginObject()
        json.key("openAPIV3Schema")
        write(document, of: resource)
        json.endObject()
        json.endObject()
        json.endArray()
        json.endObject()
        json.endObject()
    }

    private mutating func writeNames(of resource: CustomResource) {
        json.key("names")
        json.beginObject()
        json.member("kind", resource.kind.rawValue)
        json.member("listKind", "\(resource.kind.rawValue)List")
        json.member("plural", resource.plural)
        json.member("singular", resource.singular)
        json.member("shortNames", [resource.shortName])
        json.member("categories", [CustomResource.category])
        json.endObject()
    }

    private mutating func writeColumns(of resource: CustomResource) {
        json.key("additionalPrinterColumns")
        json.beginArray()
        for column in resource.columns {
            json.beginObject()
            json.member("name", column.name)
            json.member("type", column.type)
            json.member("description", column.summary)
            json.member("jsonPath", column.path)
            if column.isWide { json.member("priority", 1) }
            json.endObject()
        }
        json.endArray()
    }

    /// Writes the schema of a document.
    ///
    /// An API server checks `apiVersion`, `kind` and most of `metadata` on its own, and does not let a CRD say more about them.
    private mutating func write(_ document: ObjectSchema, of resource: CustomResource) {
        json.beginObject()
        json.member("type", "object")
        json.member("description", resource.summary)
        json.member("required", [DocumentField.spec.rawValue])
        json.key("properties")
        json.beginObject()
        for field in document.fields {
            json.key(field.name)
            switch DocumentField(rawValue: field.name) {
            case .apiVersion, .kind: writeText(described: field.summary)
            case .metadata: writeMetadata(field)
            case .spec, nil: write(field)
            }
        }
        json.key("status")
        writeStatus()
        json.endObject()
        json.endObject()
    }

    private mutating func writeText(described summary: String) {
        json.beginObject()
        json.member("type", "string")
        json.member("description", summary)
        json.endObject()
    }

    private mutating func writeMetadata(_ field: FieldSchema) {
        json.beginObject()
        json.member("type", "object")
        if case .object(let metadata) = field.value.unshared,
            let name = metadata.fields.first(where: { $0.name == MetadataField.name.rawValue })
        {
            json.key("properties")
            json.beginObject()
            json.key(name.name)
            write(name)
            json.endObject()
        }
        json.endObject()
    }

    private mutating func write(_ field: FieldSchema) {
        write(field.value.unshared, described: field.summary, rules: field.rules, isElement: false)
    }

    private mutating func write(_ value: ValueSchema, described summary: String, rules: [ValidationRule], isElement: Bool) {
        var rules = rules
        json.beginObject()
        if !summary.isEmpty { json.member("description", summary) }
        switch value {
        case .text(let text): writeMembers(of: text, limit: isElement ? Bounds.elementText : Bounds.text)
        case .integer(let range):
            json.member("type", "integer")
            json.member("format", "int64")
            json.member("minimum", range.lowerBound)
            json.member("maximum", range.upperBound)
        case .boolean: json.member("type", "boolean")
        case .list(let element, let size):
            writeMembers(ofListOf: element.unshared, size)
            if size.isUnique { rules.insert(.isUnique, at: 0) }
        case .map(let element):
            json.member("type", "object")
            json.member("maxProperties", Bounds.map)
            json.key("additionalProperties")
            write(element.unshared, described: "", rules: [], isElement: true)
        case .object(let object):
            writeMembers(of: object)
            rules = object.rules + rules
        case .shared: break
        }
        write(rules)
        json.endObject()
    }

    /// Writes the conditions on a text; a rule, and not the schema, says why some texts are forbidden.
    private mutating func writeMembers(of text: TextSchema, limit: Int) {
        json.member("type", "string")
        if let words = text.words { return json.member("enum", words) }
        json.member("pattern", text.pattern)
        if text.isDate { json.member("format", "date") }
        json.member("maxLength", text.isDate ? "2027-03-31".utf8.count : text.lengthLimit ?? limit)
    }

    /// Writes the conditions on a list, which one manager owns as a whole: merging the lists of two managers could keep an exemption that one
    /// of them has removed.
    private mutating func writeMembers(ofListOf element: ValueSchema, _ size: ListSize) {
        json.member("type", "array")
        json.member("x-kubernetes-list-type", "atomic")
        if size.least > 0 { json.member("minItems", size.least) }
        json.member("maxItems", size.most ?? (size.isUnique ? wordCount(of: element) ?? Bounds.uniqueList : Bounds.list))
        json.key("items")
        write(element, described: "", rules: [], isElement: true)
    }

    /// The number of different elements that a list can have; `nil` means any number.
    private func wordCount(of element: ValueSchema) -> Int? {
        guard case .text(let text) = element else { return nil }
        return text.words?.count
    }

    private mutating func writeMembers(of object: ObjectSchema) {
        json.member("type", "object")
        let required = object.fields.filter(\.isRequired).map(\.name)
        if !required.isEmpty { json.member("required", required) }
        json.key("properties")
        json.beginObject()
        for field in object.fields {
            json.key(field.name)
            write(field)
        }
        json.endObject()
    }

    private mutating func write(_ rules: [ValidationRule]) {
        guard !rules.isEmpty else { return }
        json.key("x-kubernetes-validations")
        json.beginArray()
        for rule in rules {
            json.beginObject()
            json.member("rule", rule.expression)
            json.member("message", rule.message)
            json.member("fieldPath", rule.field)
            json.endObject()
        }
        json.endArray()
    }

    /// Writes the schema of `status`, which only a controller writes.
    private mutating func writeStatus() {
        json.beginObject()
        json.member("type", "object")
        json.member("description", "What a controller has found out about the object.")
        json.key("properties")
        json.beginObject()
        json.key("observedGeneration")
        writeGeneration()
        writeNamespaces()
        json.key("conditions")
        json.beginObject()
        json.member("type", "array")
        json.member("description", "The state of the object, one condition of each type.")
        json.member("x-kubernetes-list-type", "map")
        json.member("x-kubernetes-list-map-keys", ["type"])
        json.member("maxItems", Bounds.conditions)
        json.key("items")
        writeCondition()
        json.endObject()
        json.endObject()
        json.endObject()
    }

    private mutating func writeNamespaces() {
        json.key("matchedNamespaces")
        json.beginObject()
        json.member("type", "integer")
        json.member("format", "int64")
        json.member("minimum", 0)
        json.member("maximum", Bounds.namespaceCount)
        json.member("description", "The number of Namespaces to which the object applies.")
        json.endObject()
        json.key("namespaces")
        json.beginObject()
        json.member("type", "array")
        json.member("description", "The first of these Namespaces, in the order of their names.")
        json.member("x-kubernetes-list-type", "atomic")
        json.member("maxItems", PolicySchema.statusNamespaceLimit)
        json.key("items")
        json.beginObject()
        json.member("type", "string")
        json.member("maxLength", 63)
        json.endObject()
        json.endObject()
    }

    private mutating func writeGeneration() {
        json.beginObject()
        json.member("type", "integer")
        json.member("format", "int64")
        json.member("minimum", 0)
        json.member("description", "The metadata.generation of the object that the status is about.")
        json.endObject()
    }

    /// Writes the schema of a condition with the limits of Kubernetes.
    ///
    /// Source: <https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/apis/meta/v1/types.go>
    private mutating func writeCondition() {
        json.beginObject()
        json.member("type", "object")
        json.member("required", ["lastTransitionTime", "message", "reason", "status", "type"])
        json.key("properties")
        json.beginObject()
        writeConditionText("type", "The type, such as Ready.", limit: 316, pattern: Self.conditionTypePattern)
        writeConditionText("status", "Whether the condition is met.", words: ["True", "False", "Unknown"])
        json.key("observedGeneration")
        writeGeneration()
        json.key("lastTransitionTime")
        json.beginObject()
        json.member("type", "string")
        json.member("format", "date-time")
        json.member("description", "When the status of the condition last changed.")
        json.endObject()
        writeConditionText("reason", "The reason in one word.", limit: 1024, pattern: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")
        writeConditionText("message", "The reason in a sentence.", limit: PolicySchema.conditionMessageLimit)
        json.endObject()
        json.endObject()
    }

    private static let conditionTypePattern =
        "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"

    private mutating func writeConditionText(
        _ name: String,
        _ summary: String,
        limit: Int? = nil,
        pattern: String? = nil,
        words: [String]? = nil
    ) {
        json.key(name)
        json.beginObject()
        json.member("type", "string")
        json.member("description", summary)
        json.member("enum", words)
        json.member("pattern", pattern)
        json.member("maxLength", limit)
        json.endObject()
    }
}

extension ValidationRule {
    /// No element of the list occurs twice.
    fileprivate static let isUnique = Self(
        "self.all(entry, self.exists_one(other, other == entry))",
        "an entry occurs twice; remove one of them"
    )
}
