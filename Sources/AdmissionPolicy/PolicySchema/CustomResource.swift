import PodScoring

/// How a kind of policy documents is known to an API server.
struct CustomResource {
    /// A column of `kubectl get`.
    struct Column {
        /// The heading.
        let name: String
        /// The type of the values: `string`, `integer` or `date`.
        let type: String
        /// Where the value is.
        let path: String
        /// The description of the column.
        let summary: String
        /// Whether the column is only in `kubectl get --output wide`.
        var isWide = false
    }

    /// The API group of both kinds.
    static let group = "podscore.dev"
    /// The version of both kinds.
    static let version = "v1alpha1"
    /// With this name `kubectl get` lists the objects of both kinds.
    static let category = "podscore"

    /// The kind of the documents.
    let kind: PolicyKind

    /// The name in paths and for kubectl.
    var plural: String {
        switch kind {
        case .policy: "scorepolicies"
        case .waiver: "scorewaivers"
        }
    }

    /// The name of one object for kubectl.
    var singular: String {
        switch kind {
        case .policy: "scorepolicy"
        case .waiver: "scorewaiver"
        }
    }

    /// The short name for kubectl.
    var shortName: String {
        switch kind {
        case .policy: "spol"
        case .waiver: "swai"
        }
    }

    /// The description of the kind, for `kubectl explain`.
    var summary: String {
        switch kind {
        case .policy: "A policy of Podscore: what Pods must meet in some Namespaces, and what happens otherwise."
        case .waiver: "An exception of Podscore: rules and checks that do not count for some Pods until a day."
        }
    }

    /// The columns for the status, which are empty if no controller writes it.
    private static let statusColumns = [
        Column(
            name: "Namespaces",
            type: "integer",
            path: ".status.matchedNamespaces",
            summary: "The number of Namespaces to which the object applies."
        ),
        Column(
            name: "Ready",
            type: "string",
            path: #".status.conditions[?(@.type=="Ready")].status"#,
            summary: "Whether the object is in force."
        ),
        Column(
            name: "State",
            type: "string",
            path: #".status.conditions[?(@.type=="Ready")].reason"#,
            summary: "Why the object is in force or not, such as InForce or Conflict.",
            isWide: true
        ),
    ]

    /// The columns of `kubectl get`, after the name.
    var columns: [Column] {
        let age = Column(name: "Age", type: "date", path: ".metadata.creationTimestamp", summary: "The time since the object was created.")
        switch kind {
        case .policy:
            let minimums = [
                ("Enforce", "that is enforced"), ("Warn", "below which users are warned"), ("Audit", "below which Pods are recorded"),
            ]
            return [Column(name: "Ruleset", type: "string", path: ".spec.ruleset", summary: "The ruleset; empty means the default.")]
                + minimums.map { name, effect in
                    Column(
                        name: name,
                        type: "integer",
                        path: ".spec.\(name.lowercased()).minimumScore",
                        summary: "The minimum score \(effect); empty without one."
                    )
                }
                + [
                    Column(
                        name: "Required",
                        type: "string",
                        path: ".spec.enforce.require",
                        summary: "The rules that enforce requires.",
                        isWide: true
                    ),
                    Column(
                        name: "Forbidden",
                        type: "string",
                        path: ".spec.enforce.forbid",
                        summary: "The rules that enforce forbids.",
                        isWide: true
                    ),
                    Column(
                        name: "Standard",
                        type: "string",
                        path: ".spec.enforce.podSecurityStandard.level",
                        summary: "The Pod Security Standard that is enforced.",
                        isWide: true
                    ),
                ] + Self.statusColumns + [age]
        case .waiver:
            return [
                Column(name: "Expires", type: "string", path: ".spec.expires", summary: "The last day."),
                Column(name: "Owner", type: "string", path: ".spec.owner", summary: "The person or team that is responsible."),
                Column(name: "Rules", type: "string", path: ".spec.rules", summary: "The rules and checks that do not count."),
                Column(
                    name: "Minimum",
                    type: "integer",
                    path: ".spec.minimumScore",
                    summary: "The lowered minimum score; empty without one."
                ),
                Column(name: "Reason", type: "string", path: ".spec.reason", summary: "Why the exception is needed.", isWide: true),
            ] + Self.statusColumns + [age]
        }
    }
}
