/// The identity and the texts of a rule, which checks one property of a Pod or of the object around it.
///
/// A ``Ruleset`` gives a rule its points and its check.
package struct Rule: Sendable {
    /// Whether a rule adds or deducts points.
    package enum Polarity: Sendable {
        /// Adds points if it holds.
        case positive
        /// Deducts points if it fails.
        case negative
    }

    /// What a rule checks.
    package enum Scope: Sendable {
        /// Each container, with the values that it inherits from the Pod.
        case container
        /// The Pod as a whole.
        case pod
        /// The object around the Pod, such as a StatefulSet's volume claims or the subjects of an RBAC binding.
        case object
    }

    /// What an author must know to apply the fix of a rule.
    package enum Effort: Sendable {
        /// The fix can be pasted unchanged.
        case paste
        /// The fix needs knowledge of the program, or a value that ``Rule/example`` shows as a placeholder.
        case needsKnowledge
    }

    /// The id, spelled as kubesec spells it; also the name of the rule's file and its heading in the documentation.
    package let id: String
    /// The fields that the rule reads, in kubesec's notation.
    package let selector: String
    /// Whether the rule adds or deducts points.
    package let polarity: Polarity
    /// What the rule checks.
    package let scope: Scope
    /// The kinds for which kubesec evaluates the rule; empty for a rule that kubesec does not have.
    package let kinds: RuleKinds
    /// Why the rule matters, as one sentence.
    package let reason: String
    /// What to do, short enough for a denial, such as `set securityContext.runAsNonRoot: true`; paths are relative to the finding's place.
    package let fix: String
    /// What an author must know to apply the fix.
    package let effort: Effort
    /// A YAML snippet that complies with the rule, to be placed below the `spec` of a Pod or template.
    package let example: String
    /// Links to documentation; never empty.
    package let references: [String]
    /// The ids of the rules that also hold if this one does.
    package let implies: [String]
    /// Whether the rule applies to Windows Pods: it does not if Windows forbids its field.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go>, `validateWindows`
    package let appliesToWindows: Bool
    /// What a manifest does not show about the rule; `nil` if it shows everything.
    package let blindSpot: String?

    /// Creates a rule; the default values are those of most rules.
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
