import PodScoring

extension DocumentField: SchemaField {
    /// Describes a field of a document.
    func schema(with known: KnownNames) -> FieldSchema {
        switch self {
        case .apiVersion: required("The version of the document.", .words([PolicyReader.apiVersion]))
        case .kind: required("The kind of the document.", .words([known.kind.rawValue]))
        case .metadata:
            required(
                "The name, and what other tools add.",
                .shared("metadata", .object(ObjectSchema(of: MetadataField.self, with: known)))
            )
        case .spec:
            switch known.kind {
            case .policy: required("The demands, and the Namespaces to which they apply.", .object(.policy(with: known)))
            case .waiver:
                required("The exception, with an owner, a reason and an end.", .object(.waiver(with: known)))
            }
        }
    }
}

extension MetadataField: SchemaField {
    /// Describes a field of `metadata`.
    func schema(with _: KnownNames) -> FieldSchema {
        switch self {
        case .name: required("The name in messages and metrics; unique among the documents of its kind.", .name(.label))
        case .labels: optional("Labels of other tools; no effect.", .map(of: .text(TextSchema())))
        case .annotations: optional("Annotations of other tools; no effect.", .map(of: .text(TextSchema())))
        }
    }
}

extension SpecField: SchemaField {
    /// Describes a field of a policy's `spec`.
    func schema(with known: KnownNames) -> FieldSchema {
        switch self {
        case .match: required("The Namespaces to which the policy applies.", .object(.match(with: known)))
        case .namespaceLabels:
            optional(
                "Whether labels of a Namespace, such as \(MinimumLabel.enforce.rawValue), raise minimums (tighten).",
                .words(ScorePolicy.NamespaceLabelUse.allCases.map(\.rawValue))
            )
        case .ruleset: optional("The ruleset that gives the score (\(known.defaultRuleset.name)).", .words(known.rulesets.map(\.name)))
        case .points:
            optional(
                "Points that replace those of the ruleset, by rule.",
                .object(known.points(under: known.rulesets, withSummaries: true))
            )
        case .enforce: optional("Pods that violate this are denied.", .object(.level(self, with: known)))
        case .warn: optional("Pods that violate this are admitted with a warning.", .shared("level", .object(.level(self, with: known))))
        case .audit:
            optional("Pods that violate this are recorded in audit annotations.", .shared("level", .object(.level(self, with: known))))
        case .workloads:
            optional(
                "What happens to Deployments and other kinds whose Pods would be denied (warn).",
                .words(ScorePolicy.Workloads.allCases.map(\.rawValue))
            )
        case .exempt: optional("Who is exempt.", .object(ObjectSchema(of: ExemptField.self, with: known)))
        case .nodes: optional("What all nodes support; changes only advice.", .object(ObjectSchema(of: NodesField.self, with: known)))
        case .message:
            optional(
                "A sentence at the end of denials and warnings, up to \(PolicyGuidance.textByteLimit) bytes.",
                .pattern("^[^\\x00-\\x1f\\x7f]*[^\\s\\x00-\\x1f\\x7f][^\\x00-\\x1f\\x7f]*$", lengthLimit: PolicyGuidance.textByteLimit)
            )
        case .runbook:
            optional(
                "An https URL at the end of denials and warnings, up to \(PolicyGuidance.textByteLimit) bytes.",
                .pattern("^https://[^\\s/?#@]+([/?#]\\S*)?$", lengthLimit: PolicyGuidance.textByteLimit)
            )
        }
    }
}

extension NodesField: SchemaField {
    /// Describes a field of `nodes`.
    func schema(with _: KnownNames) -> FieldSchema {
        switch self {
        case .appArmor: optional("All nodes support AppArmor (false).", .boolean)
        case .userNamespaces: optional("All nodes support user namespaces (false).", .boolean)
        }
    }
}

extension MatchField: SchemaField {
    /// Describes a field of a policy's `match`.
    func schema(with known: KnownNames) -> FieldSchema {
        switch self {
        case .namespaces:
            optional("Names of Namespaces; * stands for any characters.", .list(of: .patterns(.label), ListSize(least: 1)))
        case .namespaceSelector: optional("Labels of further Namespaces; only with --cluster.", .object(.selector(with: known)))
        }
    }
}

extension SelectorField: SchemaField {
    /// Describes a field of `namespaceSelector`.
    func schema(with known: KnownNames) -> FieldSchema {
        switch self {
        case .matchLabels: optional("Labels with their values.", .map(of: .labelValue))
        case .matchExpressions:
            optional(
                "Requirements on labels, all of which must be met.",
                .list(of: .object(.requirement(with: known)), ListSize(most: PolicyDocumentReader.requirementLimit))
            )
        }
    }
}

extension RequirementField: SchemaField {
    /// Describes a field of a requirement.
    func schema(with _: KnownNames) -> FieldSchema {
        switch self {
        case .key: required("The key of the label.", .pattern(LabelFault.keyPattern, lengthLimit: 317))
        case .operator:
            required(
                "In, NotIn, Exists or DoesNotExist; NotIn is also met without the label.",
                .words(SelectorOperator.allCases.map(\.rawValue))
            )
        case .values:
            optional(
                "The values that In and NotIn compare with.",
                .list(of: .labelValue, ListSize(most: PolicyDocumentReader.requirementLimit, isUnique: true))
            )
        }
    }
}

extension ObjectSchema {
    /// A policy's `match`, which names Namespaces, selects them, or both.
    fileprivate static func match(with known: KnownNames) -> Self {
        var match = Self(of: MatchField.self, with: known)
        match.oneOf = MatchField.allCases.map(\.rawValue)
        return match
    }

    /// A selector with at least one requirement.
    fileprivate static func selector(with known: KnownNames) -> Self {
        var selector = Self(of: SelectorField.self, with: known)
        selector.oneOf = SelectorField.allCases.map(\.rawValue)
        return selector
    }

    /// A requirement, whose operator decides whether it has values.
    fileprivate static func requirement(with known: KnownNames) -> Self {
        var requirement = Self(of: RequirementField.self, with: known)
        requirement.cases = SelectorOperator.allCases.map { operation in
            let size = operation.takesValues ? ListSize(least: 1) : ListSize(most: 0)
            let values = FieldSchema(
                name: RequirementField.values.rawValue,
                summary: "",
                isRequired: operation.takesValues,
                value: .list(of: .text(TextSchema()), size)
            )
            var narrower = Self([values])
            narrower.isOpen = true
            return Case(
                field: RequirementField.operator.rawValue,
                value: operation.rawValue,
                isDefault: false,
                absent: nil,
                narrower: narrower
            )
        }
        return requirement
    }
}

extension LevelField: SchemaField {
    /// Describes a field of a level.
    func schema(with known: KnownNames) -> FieldSchema {
        switch self {
        case .minimumScore: optional("The lowest score that passes.", .minimumScore(with: known))
        case .require:
            optional(
                "Positive rules that must hold.",
                .list(of: .shared("positiveRule", .words(known.controls(.positive, under: known.rulesets))), ListSize(isUnique: true))
            )
        case .forbid:
            optional(
                "Negative rules that must not be violated.",
                .list(of: .shared("negativeRule", .words(known.controls(.negative, under: known.rulesets))), ListSize(isUnique: true))
            )
        case .podSecurityStandard:
            optional(
                "The Pod Security Standard that must be met.",
                .shared("podSecurityStandard", .object(ObjectSchema(of: StandardField.self, with: known)))
            )
        case .from:
            optional(
                "Higher minimums from later days on.",
                .list(of: .object(ObjectSchema(of: RampField.self, with: known)), ListSize(most: PolicyDocumentReader.stepLimit))
            )
        }
    }
}

extension RampField: SchemaField {
    /// Describes a field of a step of a ramp.
    func schema(with known: KnownNames) -> FieldSchema {
        switch self {
        case .date: required("The first day, in UTC; later than that of the step before.", .date)
        case .minimumScore: required("The minimum from that day on; not below the one before.", .minimumScore(with: known))
        }
    }
}

extension StandardField: SchemaField {
    /// Describes a field of `podSecurityStandard`.
    func schema(with _: KnownNames) -> FieldSchema {
        switch self {
        case .level:
            required("The level of the standard.", .words(PodSecurityLevel.allCases.filter { $0 != .privileged }.map(\.rawValue)))
        case .version: required("The Kubernetes version of the standard, v1.N or latest.", .pattern("^(latest|v1\\.(0|[1-9][0-9]{0,8}))$"))
        }
    }
}

extension ExemptField: SchemaField {
    /// Describes a field of `exempt`.
    func schema(with _: KnownNames) -> FieldSchema {
        let unique = ListSize(isUnique: true)
        let name = "^[^\\s\\x00-\\x1f\\x7f*?]+$"
        return switch self {
        case .users: optional("Users, by their exact names.", .list(of: .pattern(name, forbidden: Everyone.names), unique))
        case .groups: optional("Groups, by their exact names.", .list(of: .pattern(name, forbidden: Everyone.names), unique))
        case .serviceAccounts:
            optional(
                "Service accounts, as namespace:name.",
                .list(
                    of: .pattern(
                        "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?:[a-z0-9.]([-a-z0-9.]{0,251}[a-z0-9.])?$",
                        forbidden: Everyone.serviceAccounts
                    ),
                    unique
                )
            )
        case .runtimeClasses: optional("Runtime classes, by their exact names.", .list(of: .name(.subdomain), unique))
        }
    }
}

extension WaiverField: SchemaField {
    /// Describes a field of a waiver's `spec`.
    func schema(with known: KnownNames) -> FieldSchema {
        switch self {
        case .match:
            required(
                "The Pods to which the waiver applies; all fields must match.",
                .object(ObjectSchema(of: WaiverMatchField.self, with: known))
            )
        case .rules:
            optional(
                "The rules and checks that do not count, such as HostPID and baseline/hostNamespaces.",
                .list(of: .words(known.waivable), ListSize(least: 1, isUnique: true))
            )
        case .minimumScore:
            optional(
                "The minimum of Pods whose every container has a listed image, where a policy's is higher; needs images of named repositories.",
                .minimumScore(with: known)
            )
        case .expires: required("The last day, in UTC.", .date)
        case .owner: required("The person or team that is responsible.", .pattern("\\S"))
        case .reason: required("Why the exception is needed.", .pattern("\\S"))
        }
    }
}

extension WaiverMatchField: SchemaField {
    /// Describes a field of a waiver's `match`.
    func schema(with _: KnownNames) -> FieldSchema {
        let size = ListSize(least: 1, isUnique: true)
        return switch self {
        case .namespaces: required("Names of Namespaces; * stands for any characters.", .list(of: .patterns(.label), size))
        case .pods: optional("Names of Pods; * stands for any characters.", .list(of: .patterns(.subdomain), size))
        case .containers: optional("Names of containers; * stands for any characters.", .list(of: .patterns(.label), size))
        case .images:
            optional("Images as Pods write them; * stands for any characters but /.", .list(of: .patterns(.image), size))
        case .serviceAccounts: optional("Names of service accounts; * stands for any characters.", .list(of: .patterns(.subdomain), size))
        }
    }
}

extension ValueSchema {
    /// A minimum score with whatever points a policy gives to the rules.
    fileprivate static func minimumScore(with known: KnownNames) -> Self {
        let most = PolicyDocumentReader.scoreLimit(under: known.rulesets)
        return .integer(-most...most)
    }

    /// The value of a label.
    fileprivate static var labelValue: Self { .pattern(LabelFault.valuePattern, lengthLimit: LabelFault.nameLimit) }

    /// A name of a form.
    fileprivate static func name(_ form: NameForm) -> Self {
        .named(form, wildcard: "")
    }

    /// A pattern of names of a form.
    fileprivate static func patterns(_ form: NameForm) -> Self {
        .shared(form.patternName, .named(form, wildcard: "*"))
    }

    private static func named(_ form: NameForm, wildcard: String) -> Self {
        let edge =
            switch form {
            case .label: "a-z0-9"
            case .subdomain: "a-z0-9."
            case .image: "!-~"
            }
        let pattern = form == .image ? "^[\(edge)]+$" : "^[\(edge)\(wildcard)]([-\(edge)\(wildcard)]*[\(edge)\(wildcard)])?$"
        return .pattern(pattern, lengthLimit: form.lengthLimit)
    }
}

extension NameForm {
    /// The name of the schema of patterns of the form.
    fileprivate var patternName: String {
        switch self {
        case .label: "labelPattern"
        case .subdomain: "subdomainPattern"
        case .image: "imagePattern"
        }
    }
}
