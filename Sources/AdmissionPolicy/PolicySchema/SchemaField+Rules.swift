import PodScoring

// The conditions of the strict reader that a schema cannot say, in CEL. A field that is not here has none.

extension DocumentField {
    /// The scores that Pods can have follow from the points of a policy, and a waiver's minimum is for known images.
    func rules(with known: KnownNames) -> [ValidationRule] {
        guard self == .spec else { return [] }
        return switch known.kind {
        case .policy: known.rulesets.map { .minimums(under: $0, isDefault: $0.name == known.defaultRuleset.name) }
        case .waiver: [.minimumNamesRepositories]
        }
    }
}

extension SpecField {
    /// A ramp begins at the minimum of its level, and texts that denials show are visible.
    func rules(with _: KnownNames) -> [ValidationRule] {
        switch self {
        case .enforce:
            [
                ValidationRule(
                    "!has(self.minimumScore) || !has(self.from) || self.from.all(step, self.minimumScore <= step.minimumScore)",
                    "a ramp must not fall: raise the minimumScore of its steps to that of the level, or lower that of the level",
                    field: ".from"
                )
            ]
        case .message:
            [
                .isNotBlank,
                ValidationRule(
                    #"!self.matches(r'[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]')"#,
                    "has an invisible character; write one line of visible text"
                ),
                ValidationRule(
                    "bytes(self).size() <= \(PolicyGuidance.textByteLimit)",
                    "has more than \(PolicyGuidance.textByteLimit) bytes; shorten it"
                ),
            ]
        case .runbook:
            [
                ValidationRule(
                    "self.matches(r'\(Self.urlPattern)')",
                    "must be an https URL with a valid host, such as https://wiki.example/pods; remove a user before the host, "
                        + "and percent-encode characters that a URL cannot have"
                )
            ]
        default: []
        }
    }

    /// A URL as ``RunbookURL`` reads it.
    private static var urlPattern: String {
        let label = "[0-9A-Za-z_]([-0-9A-Za-z_]*[0-9A-Za-z_])?"
        let host = "(\(label)([.]\(label))*|\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\\])"
        let port = "0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
        return "^https://\(host)(:\(port))?([/?#](%[0-9A-Fa-f]{2}|[!#$&-;=?-Z\\[\\]_a-z~])*)?$"
    }
}

extension LevelField {
    /// A ramp ascends.
    func rules(with _: KnownNames) -> [ValidationRule] {
        switch self {
        case .from:
            [
                ValidationRule(
                    "self.map(step, step.date).isSorted() && self.all(step, self.exists_one(other, other.date == step.date))",
                    "the date of each step must be after that of the step before it"
                ),
                ValidationRule(
                    "self.map(step, step.minimumScore).isSorted()",
                    "a ramp must not fall: the minimumScore of a step must not be below that of the step before it"
                ),
            ]
        default: []
        }
    }
}

extension SelectorField {
    /// The keys of labels, which the schema of a map does not describe.
    func rules(with _: KnownNames) -> [ValidationRule] {
        switch self {
        case .matchLabels:
            [
                ValidationRule(
                    "self.all(key, key.matches(r'\(LabelFault.keyPattern)'))",
                    "a key is not the key of a label, such as example.com/team"
                ),
                ValidationRule(
                    "!self.exists(key, key.matches('\(LabelFault.longPrefixPattern)'))",
                    "the part of a key before / has more than \(NameForm.subdomain.lengthLimit) characters"
                ),
            ]
        default: []
        }
    }
}

extension RequirementField {
    /// The key of a label, whose prefix has a limit that its pattern cannot say as well.
    func rules(with _: KnownNames) -> [ValidationRule] {
        switch self {
        case .key:
            [
                ValidationRule(
                    "!self.matches('\(LabelFault.longPrefixPattern)')",
                    "the part before / has more than \(NameForm.subdomain.lengthLimit) characters"
                )
            ]
        default: []
        }
    }
}

extension ExemptField {
    /// Nobody can exempt everyone who can create a Deployment.
    func rules(with _: KnownNames) -> [ValidationRule] {
        switch self {
        case .users, .groups:
            [
                ValidationRule(
                    "!self.exists(name, name.matches('(?i)^(system:node:.*|\(Everyone.names.joined(separator: "|")))$'))",
                    "an entry would exempt everyone who can create a Deployment; list only those whom you trust"
                ),
                ValidationRule(
                    #"!self.exists(name, name.matches(r'[\p{Z}\p{Cc}\p{Cf}]'))"#,
                    "an entry has a blank or an invisible character; remove it"
                ),
            ]
        case .serviceAccounts:
            [
                ValidationRule(
                    "!self.exists(name, name.matches('^(\((Everyone.serviceAccounts + Everyone.groups).joined(separator: "|")))$'))",
                    "an entry would exempt everyone who can create a Deployment; list only those whom you trust"
                )
            ]
        default: []
        }
    }
}

extension WaiverField {
    /// Somebody is named, and a reason is given.
    func rules(with _: KnownNames) -> [ValidationRule] {
        switch self {
        case .owner, .reason: [.isNotBlank]
        default: []
        }
    }
}

extension ValidationRule {
    /// The text has a character that is not a blank of Unicode; the patterns of schemas know only those of ASCII.
    fileprivate static let isNotBlank = Self(#"self.matches(r'[^\s\x0b\x{85}\p{Z}]')"#, "is blank; write it")

    /// The images of a waiver with a minimum name their repositories, see ``ImagePattern/namesRepository``.
    fileprivate static let minimumNamesRepositories: Self = {
        let (minimum, match, images) = (WaiverField.minimumScore.rawValue, WaiverField.match.rawValue, WaiverMatchField.images.rawValue)
        let repository = "^([^*/@]+/)*[^*/@:]+(:[^/@]*)?(@.*)?$"
        return Self(
            "!has(self.\(minimum)) || (has(self.\(match).\(images)) && self.\(match).\(images).all(image, image.matches(r'\(repository)')))",
            "minimumScore needs images in match that name their repositories, best with digests",
            field: ".\(minimum)"
        )
    }()

    /// With other points, the minimums are in the range of scores that follows from them.
    fileprivate static func minimums(under ruleset: Ruleset, isDefault: Bool) -> Self {
        func sum(_ polarity: Rule.Polarity) -> String {
            let points = SpecField.points.rawValue
            let terms = ruleset.entries.filter { $0.rule.polarity == polarity && $0.kinds.contains(.pod) }.map { entry in
                "(has(self.\(points).\(entry.rule.id)) ? self.\(points).\(entry.rule.id) : \(entry.points))"
            }
            return terms.isEmpty ? "0" : terms.joined(separator: " + ")
        }
        let levels = ([.enforce, .warn, .audit] as [SpecField]).map(\.rawValue)
        let lists =
            levels.map { "(has(self.\($0)) && has(self.\($0).minimumScore) ? [self.\($0).minimumScore] : [])" }
            + ["(has(self.enforce) && has(self.enforce.from) ? self.enforce.from.map(step, step.minimumScore) : [])"]
        let ranges = "minimum >= \(sum(.negative)) && minimum <= \(sum(.positive))"
        let exception = ObjectSchema.Case.isAbsent(SpecField.ruleset.rawValue, ruleset.name, isDefault: isDefault)
        return Self(
            "!has(self.points) || \(exception) || (\(lists.joined(separator: " + "))).all(minimum, \(ranges))",
            "a minimumScore is outside the scores that a Pod can have with these points under \(ruleset.name)",
            field: ".\(SpecField.points.rawValue)"
        )
    }
}
