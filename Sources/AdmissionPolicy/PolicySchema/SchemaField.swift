import PodScoring

/// A field that the strict reader knows, with a description of its values.
///
/// The fields are the reader's own, and each conformance is one `switch` over all of them. So a field that the reader learns does not compile
/// before it has a schema.
protocol SchemaField: PolicyField {
    /// Describes the field for documents that use some names.
    func schema(with known: KnownNames) -> FieldSchema

    /// The conditions on the field's values that the schema cannot say.
    func rules(with known: KnownNames) -> [ValidationRule]
}

extension SchemaField {
    /// None by default.
    func rules(with _: KnownNames) -> [ValidationRule] { [] }

    /// A field that can be left out.
    func optional(_ summary: String, _ value: ValueSchema) -> FieldSchema {
        FieldSchema(name: rawValue, summary: summary, isRequired: false, value: value)
    }

    /// A field that every such object has.
    func required(_ summary: String, _ value: ValueSchema) -> FieldSchema {
        FieldSchema(name: rawValue, summary: summary, isRequired: true, value: value)
    }
}

extension ObjectSchema {
    /// An object with the fields of a type, without some of them.
    init<Field: SchemaField>(of _: Field.Type, without left: [Field] = [], with known: KnownNames) {
        self.init(
            Field.allCases.filter { !left.contains($0) }.map { field in
                var schema = field.schema(with: known)
                schema.rules = field.rules(with: known)
                return schema
            }
        )
    }
}

/// The names that documents of one kind can use.
struct KnownNames {
    /// The kind of the documents.
    let kind: PolicyKind
    /// The rulesets that a policy can use.
    let rulesets: [Ruleset]
    /// The ruleset of a policy without `ruleset`.
    let defaultRuleset: Ruleset

    /// The ids of rules that a level can require or forbid under one of some rulesets, in alphabetical order.
    func controls(_ polarity: Rule.Polarity, under rulesets: [Ruleset]) -> [String] {
        ids(rulesets.flatMap(\.controls.entries).filter { $0.rule.polarity == polarity && !$0.kinds.isDisjoint(with: .everyPodKind) })
    }

    /// The ids of rules and the names of checks that a waiver can cover, in alphabetical order.
    var waivable: [String] {
        ids(rulesets.flatMap(\.entries).filter { !$0.kinds.isDisjoint(with: .everyPodKind) })
            + StandardCheckCatalog.all.map(\.name).sorted()
    }

    /// The points that a policy can give to the rules of some rulesets, in alphabetical order.
    func points(under rulesets: [Ruleset], withSummaries: Bool) -> ObjectSchema {
        let entries = rulesets.flatMap(\.entries)
        return ObjectSchema(
            ids(entries).compactMap { id in
                guard let rule = entries.first(where: { $0.rule.id == id })?.rule else { return nil }
                return FieldSchema(
                    name: id,
                    summary: withSummaries ? rule.reason : "",
                    isRequired: false,
                    value: rule.polarity == .positive
                        ? .shared("positivePoints", .integer(0...PolicyDocumentReader.pointsLimit))
                        : .shared("negativePoints", .integer(-PolicyDocumentReader.pointsLimit...0))
                )
            }
        )
    }

    private func ids(_ entries: [Ruleset.Entry]) -> [String] {
        Set(entries.map(\.rule.id)).sorted()
    }
}
