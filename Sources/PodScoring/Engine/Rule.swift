/// One thing that a Pod's specification can do well or badly: its identity and its texts.
///
/// What it is worth and how it is looked for is a ruleset's; see ``Ruleset``.
package struct Rule: Sendable {
    /// Whether a rule rewards or punishes.
    package enum Polarity: Sendable {
        /// Earns points when it holds.
        case positive
        /// Costs points when it fails.
        case negative
    }

    /// What a rule looks at.
    package enum Scope: Sendable {
        /// Each container, with the values that it inherits from the Pod.
        case container
        /// The Pod as a whole.
        case pod
        /// The object around the Pod, such as a StatefulSet's volume claims or the subjects of an RBAC binding.
        case object
    }

    /// What its author has to know to follow a rule.
    package enum Effort: Sendable {
        /// The fix can be pasted as it is.
        case paste
        /// The fix needs a value that only the author knows; ``Rule/example`` shows it as a placeholder.
        case needsKnowledge
    }

    /// The id, spelled as kubesec spells it; also the name of the rule's file and its heading in the documentation.
    package let id: String
    /// kubesec's notation of the fields that the rule looks at.
    package let selector: String
    /// Whether it rewards or punishes.
    package let polarity: Polarity
    /// What it looks at.
    package let scope: Scope
    /// The kinds for which kubesec evaluates the rule; none for a rule that kubesec does not have.
    package let kinds: RuleKinds
    /// One sentence that says why the rule matters.
    package let reason: String
    /// What to do, short enough for a denial, such as `set securityContext.runAsNonRoot: true`; paths are relative to the finding's place.
    package let fix: String
    /// What it takes to follow it.
    package let effort: Effort
    /// A YAML snippet that follows the rule, as it stands below a Pod's or template's `spec`.
    package let example: String
    /// Links to the documentation of what the rule is about; never empty.
    package let references: [String]
    /// Ids of the rules that hold, too, once this one does.
    package let implies: [String]
    /// Whether a Pod that runs on Windows may set the rule's field; where it may not, the rule does not apply to such a Pod.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go>, `validateWindows`
    package let appliesToWindows: Bool
    /// What a scan of a manifest cannot know about the rule; `nil` when it knows everything.
    package let blindSpot: String?

    /// A rule; what is left out has the value that most rules have.
    package init(
        id: String,
        selector: String,
        polarity: Polarity,
        scope: Scope,
        kinds: RuleKinds = .podAndTemplates,
        reason: String,
        fix: String,
        effort: Effort = .paste,
        example: String,
        references: [String],
        implies: [String] = [],
        appliesToWindows: Bool = true,
        blindSpot: String? = nil
    ) {
        self.id = id
        self.selector = selector
        self.polarity = polarity
        self.scope = scope
        self.kinds = kinds
        self.reason = reason
        self.fix = fix
        self.effort = effort
        self.example = example
        self.references = references
        self.implies = implies
        self.appliesToWindows = appliesToWindows
        self.blindSpot = blindSpot
    }
}
