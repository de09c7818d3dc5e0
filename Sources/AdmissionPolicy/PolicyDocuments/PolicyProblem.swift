package import KubernetesAPI
package import PodScoring

/// Something in a policy document that its author has to know, with the place where it stands.
package struct PolicyProblem: Sendable, Equatable {
    /// What the author has to know.
    package enum What: Sendable, Equatable {
        /// The source could not be read as documents; the reason comes from who tried.
        case unreadable(reason: String)
        /// Documents there are none: a file that was emptied must not lift what it demanded.
        case noDocument
        case wrongType(field: String, expected: DecodingFailure.ValueType, found: DecodingFailure.ValueType)
        case integerOutOfRange(field: String)
        case missingField(String, parent: String)
        case unknownField(String, parent: String)
        case duplicateField(String, first: Position)
        /// A field of the contract that this release does not act upon, and so must not accept.
        case fieldOfLaterRelease(String)
        case unknownAPIVersion(String)
        case unknownKind(String)
        case invalidName(String, NameFault)
        case duplicateName(String, kind: PolicyKind, first: PolicyPlace)
        case noNamespaces
        case invalidNamespace(String, NameFault)
        /// A policy names a namespace twice. A warning.
        case duplicateNamespace(String, first: Position)
        /// A glob that would match namespaces which globs never match. A warning.
        case globOverSystemNamespaces(String, namespaces: [String])
        case tooManyGlobs(limit: Int)
        /// Neither of two policies goes first for a name; `example` is one, where there is one worth showing.
        case tie(PolicyClaim, other: PolicyClaim, otherPlace: PolicyPlace, example: String?)
        /// Policies that match more closely take every name that the policy matches. A warning.
        case outrankedEverywhere(policy: String?)
        case unknownRuleset(String)
        /// No ruleset has such a rule; `differsInCase` says that one has it in other letters.
        case unknownRule(String, differsInCase: Bool)
        /// Only other rulesets have the rule.
        case ruleNotInRuleset(String, ruleset: String)
        /// The rule is evaluated for no kind that holds a Pod.
        case ruleNotAboutPods(String, ruleset: String)
        case negativeRuleRequired(String)
        case positiveRuleForbidden(String)
        case duplicateRule(String, first: Position)
        case minimumAboveBest(Int64, best: Int, ruleset: String)
        case minimumBelowWorst(Int64, worst: Int, ruleset: String)
        case unknownWorkloads(String)
        /// The points would turn a rule that rewards into one that punishes, or the other way round.
        case pointsOfOtherSign(String, Int64, isPositive: Bool)
        case pointsOutOfBounds(String, Int64, allowed: ClosedRange<Int>)
        case unknownStandardLevel(String)
        /// The standard is `privileged`, which forbids nothing.
        case standardAsksForNothing
        case missingStandardVersion
        case unknownStandardVersion(String)
        /// The program does not know the version and judges by its newest. A warning.
        case standardNewerThanKnown(PodSecurityVersion)
        case noLevel
        case emptyLevel(String)
        case invalidDate(String, field: String)
        /// A name that is no pattern, or a pattern that no name can match.
        case invalidPattern(String, field: String, form: NameForm, NameFault)
        /// A list names something twice.
        case duplicateEntry(String, field: String, first: Position)
        case ramp(RampProblem)
        case exemption(ExemptionProblem)
        case waiver(WaiverProblem)
    }

    /// Whether the documents can be put in force all the same.
    package enum Severity: String, Sendable {
        case error
        case warning
    }

    /// The source's name, as the shell gave it.
    package let source: String
    /// Where it stands.
    package let position: Position
    /// What it is.
    package let what: What
    /// What the author may have meant.
    package let suggestion: String?

    /// Where it stands.
    package init(source: String, position: Position, what: What, suggestion: String? = nil) {
        self.source = source
        self.position = position
        self.what = what
        self.suggestion = suggestion
    }

    /// Follows from what it is.
    package var severity: Severity {
        switch what {
        case .duplicateNamespace, .globOverSystemNamespaces, .outrankedEverywhere, .standardNewerThanKnown: .warning
        case .waiver(let problem): problem.severity
        case .unreadable, .noDocument, .wrongType, .integerOutOfRange, .missingField, .unknownField, .duplicateField,
            .fieldOfLaterRelease, .unknownAPIVersion, .unknownKind, .invalidName, .duplicateName, .noNamespaces, .invalidNamespace,
            .tooManyGlobs, .tie, .unknownRuleset, .unknownRule, .ruleNotInRuleset, .ruleNotAboutPods, .negativeRuleRequired,
            .positiveRuleForbidden, .duplicateRule, .minimumAboveBest, .minimumBelowWorst, .unknownWorkloads, .pointsOfOtherSign,
            .pointsOutOfBounds, .unknownStandardLevel, .standardAsksForNothing, .missingStandardVersion, .unknownStandardVersion, .noLevel,
            .emptyLevel, .invalidDate, .invalidPattern, .duplicateEntry, .ramp, .exemption:
            .error
        }
    }
}

/// What a document holds.
package enum PolicyKind: String, Sendable, CaseIterable {
    case policy = "ScorePolicy"
    case waiver = "ScoreWaiver"

    /// The kind as messages call one of it.
    var noun: String {
        switch self {
        case .policy: "policy"
        case .waiver: "waiver"
        }
    }
}

/// A place in one of several sources.
package struct PolicyPlace: Sendable, Equatable, CustomStringConvertible {
    /// The source's name, as the shell gave it.
    package let source: String
    /// Where it stands.
    package let position: Position

    /// `FILE:LINE:COLUMN`.
    package var description: String { "\(source):\(position)" }
}

/// A policy's claim on the namespaces that one of its patterns matches.
package struct PolicyClaim: Sendable, Equatable {
    /// The policy's name; `nil` when it has none that can be read.
    package let policy: String?
    /// The pattern as written.
    package let pattern: String
}
