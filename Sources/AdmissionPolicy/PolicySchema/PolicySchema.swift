package import PodScoring

/// The schemas of ScorePolicy and ScoreWaiver, made of the fields that the strict reader knows.
///
/// A schema rejects no document that the reader accepts. It accepts a few that the reader rejects, since some conditions cannot be said in it,
/// such as ascending dates.
package struct PolicySchema: Sendable {
    private let rulesets: [Ruleset]
    private let defaultRuleset: Ruleset

    /// - Parameters:
    ///   - rulesets: The rulesets that a policy can use.
    ///   - defaultRuleset: The ruleset of a policy without `ruleset`.
    package init(rulesets: [Ruleset], defaultRuleset: Ruleset) {
        self.rulesets = rulesets
        self.defaultRuleset = defaultRuleset
    }

    /// Returns the schema of the documents of a kind.
    package func document(of kind: PolicyKind) -> ObjectSchema {
        ObjectSchema(of: DocumentField.self, with: KnownNames(kind: kind, rulesets: rulesets, defaultRuleset: defaultRuleset))
    }
}

extension ObjectSchema {
    /// The `spec` of a policy.
    static func policy(with known: KnownNames) -> Self {
        var spec = Self(of: SpecField.self, with: known)
        spec.oneOf = ([.enforce, .warn, .audit] as [SpecField]).map(\.rawValue)
        spec.cases = known.rulesets.flatMap { cases(of: $0, with: known) }
        return spec
    }

    /// The `spec` of a waiver, which must waive something.
    static func waiver(with known: KnownNames) -> Self {
        var spec = Self(of: WaiverField.self, with: known)
        spec.oneOf = ([.rules, .minimumScore] as [WaiverField]).map(\.rawValue)
        return spec
    }

    /// A level, which must demand something.
    static func level(_ level: SpecField, with known: KnownNames) -> Self {
        var schema = Self(of: LevelField.self, without: level == .enforce ? [] : [.from], with: known)
        schema.oneOf = schema.fields.map(\.name)
        return schema
    }

    /// The narrower schemas for policies with this ruleset: its rules, and its range of scores unless the policy overrides points.
    private static func cases(of ruleset: Ruleset, with known: KnownNames) -> [Case] {
        var rules: [FieldSchema] = []
        let points = known.points(under: [ruleset], withSummaries: false)
        if points.fields.count < known.points(under: known.rulesets, withSummaries: false).fields.count {
            rules.append(.narrower(SpecField.points, .object(points)))
        }
        let controls = [LevelField.require, .forbid].compactMap { field -> FieldSchema? in
            let polarity: Rule.Polarity = field == .require ? .positive : .negative
            let ids = known.controls(polarity, under: [ruleset])
            guard ids.count < known.controls(polarity, under: known.rulesets).count else { return nil }
            return .narrower(field, .list(of: .words(ids), ListSize()))
        }
        if !controls.isEmpty { rules += levels(controls) }
        let scores = ruleset.worstPossibleScore(for: .pod)...ruleset.bestPossibleScore(for: .pod)
        let minimum = FieldSchema.narrower(LevelField.minimumScore, .integer(scores))
        let ramp = FieldSchema.narrower(LevelField.from, .list(of: .object(.narrower([minimum])), ListSize()))
        let isDefault = ruleset.name == known.defaultRuleset.name
        func narrowing(_ fields: [FieldSchema], without absent: SpecField?) -> Case {
            Case(
                field: SpecField.ruleset.rawValue,
                value: ruleset.name,
                isDefault: isDefault,
                absent: absent?.rawValue,
                narrower: .narrower(fields)
            )
        }
        let cases = [narrowing(levels([minimum, ramp]), without: .points)]
        return rules.isEmpty ? cases : [narrowing(rules, without: nil)] + cases
    }

    private static func levels(_ fields: [FieldSchema]) -> [FieldSchema] {
        ([.enforce, .warn, .audit] as [SpecField]).map { .narrower($0, .object(.narrower(fields))) }
    }

    /// An object that has these values in some fields, and anything in others.
    private static func narrower(_ fields: [FieldSchema]) -> Self {
        var schema = Self(fields)
        schema.isOpen = true
        return schema
    }
}

extension FieldSchema {
    /// Other values of a field that is described elsewhere.
    fileprivate static func narrower(_ field: some PolicyField, _ value: ValueSchema) -> Self {
        Self(name: field.rawValue, summary: "", isRequired: false, value: value)
    }
}
