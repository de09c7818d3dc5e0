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

    /// The part of an object that a rule checks.
    package enum Scope: Sendable {
        /// Each container, with the values that it inherits from the Pod.
        case container
        /// The Pod as a whole.
        case pod
        /// The object around the Pod, such as a StatefulSet's volume claims or the subjects of an RBAC binding.
        case object
    }

    /// The id, spelled as kubesec spells it; also the name of the rule's file and its heading in the documentation.
    package let id: String
    /// The fields that the rule reads, in kubesec's notation.
    package let selector: String
    /// Whether the rule adds or deducts points.
    package let polarity: Polarity
    /// The part of an object that the rule checks.
    package let scope: Scope
    /// The kinds for which kubesec evaluates the rule; empty for a rule that kubesec does not have.
    package let kinds: RuleKinds
    /// Why the rule matters, as one sentence.
    package let reason: String
    /// The fix, short enough for a denial, such as `set securityContext.runAsNonRoot: true`; paths are relative to the finding's place.
    package let fix: String
    /// The class of the fix at all places but those of ``fixClassException``.
    package let fixClass: FixClass
    /// The places at which the fix has another class; `nil` if there are none.
    package let fixClassException: FixClassException?
    /// The features of nodes that the fix needs; empty for every other class than ``FixClass/node``.
    package let nodeFeatures: NodeFeatures
    /// Further changes that the Pod needs to work with the fix, each as a sentence or two.
    package let adjustments: [String]
    /// A YAML snippet that complies with the rule, to be placed below the `spec` of a Pod or template.
    package let example: String
    /// Links to documentation; never empty.
    package let references: [String]
    /// The ids of the rules that also hold if this one does.
    package let implies: [String]
    /// Whether the rule applies to Windows Pods: it does not if Windows forbids its field.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go>, `validateWindows`
    package let appliesToWindows: Bool
    /// The facts about the rule that a manifest does not show; `nil` if it shows everything.
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
        fixClass: FixClass,
        except fixClassException: FixClassException? = nil,
        needs nodeFeatures: NodeFeatures = [],
        adjustments: [String] = [],
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
        self.fixClass = fixClass
        self.fixClassException = fixClassException
        self.nodeFeatures = nodeFeatures
        self.adjustments = adjustments
        self.example = example
        self.references = references
        self.implies = implies
        self.appliesToWindows = appliesToWindows
        self.blindSpot = blindSpot
    }
}

extension Rule {
    /// Returns the class of the fix at some findings in an object: the last one in the order of preference if they differ.
    package func fixClass(of findings: [Finding], in subject: ScoringSubject) -> FixClass {
        fixClassException.fixClass(of: findings, in: subject, otherwise: fixClass)
    }
}
