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

/// What is wrong with an entry of `exempt`.
package enum ExemptionProblem: Sendable, Equatable, CustomStringConvertible {
    /// Anyone who can create a Deployment would be exempt, or anyone at all.
    case coversEveryone(String, field: String)
    /// Patterns would hide how many are exempt.
    case glob(String, field: String)
    /// Nobody can be called so.
    case unnamable(String, field: String)
    case notAServiceAccount(String)

    /// What is wrong, without its place.
    package var description: String {
        switch self {
        case .coversEveryone(let entry, let field):
            "\(quoted(entry)) in exempt.\(field) would exempt everyone who can create a Deployment: name whom you trust"
        case .glob(let entry, let field): "\(quoted(entry)) in exempt.\(field) is a pattern: name each one"
        case .unnamable(let entry, let field):
            "\(quoted(entry)) in exempt.\(field) is no name: it is empty or holds blanks or control characters"
        case .notAServiceAccount(let entry): "\(quoted(entry)) in exempt.serviceAccounts is not written as namespace:name"
        }
    }
}

/// What is wrong with the ramp of a level.
package enum RampProblem: Sendable, Equatable, CustomStringConvertible {
    /// A level that has no ramp is given one.
    case outsideEnforce(level: String)
    case tooManySteps(limit: Int)
    /// A step does not come after the one before it.
    case dateNotLater(CivilDate, previous: CivilDate)
    /// A step asks for less than what stands before it.
    case minimumFalls(Int, previous: Int)

    /// What is wrong, without its place.
    package var description: String {
        switch self {
        case .outsideEnforce(let level): "\(level) has no ramp: from belongs under enforce alone"
        case .tooManySteps(let limit): "more than \(limit) steps in from"
        case .dateNotLater(let date, let previous): "\(date) does not come after \(previous), the date of the step before it"
        case .minimumFalls(let minimum, let previous):
            "minimumScore \(minimum) is below \(previous), the minimum before it: a ramp only rises"
        }
    }
}

/// What is wrong with a waiver, or worth knowing about it.
package enum WaiverProblem: Sendable, Equatable, CustomStringConvertible {
    /// A list of the waiver's match is empty.
    case matchesNothing(field: String)
    case waivesNothing
    /// The rule looks at no kind that holds a Pod.
    case ruleNotAboutPods(String)
    /// Somebody has to answer for the waiver, and to say why.
    case blank(field: String)
    /// Rules about the host or about privileges do not count for images that anyone may push. A warning.
    case namesNoRepository(rules: [String])
    /// A warning.
    case hasExpired(on: CivilDate)
    /// A warning; 0 days are left on the last one.
    case expiresSoon(on: CivilDate, daysLeft: Int)

    /// Whether the waiver can be put in force all the same.
    var severity: PolicyProblem.Severity {
        switch self {
        case .matchesNothing, .waivesNothing, .ruleNotAboutPods, .blank: .error
        case .namesNoRepository, .hasExpired, .expiresSoon: .warning
        }
    }

    /// What is wrong, without its place.
    package var description: String {
        switch self {
        case .matchesNothing(let field): return "match.\(field) is empty, so the waiver would apply to nothing"
        case .waivesNothing: return "rules is empty, so the waiver would waive nothing"
        case .ruleNotAboutPods(let rule): return "\(rule) is not about Pods, so there is nothing to waive"
        case .blank(let field): return "\(field) is blank"
        case .namesNoRepository(let rules):
            return
                "\(rules.joined(separator: ", ")) waived, and match.images names no repository: anyone who creates a Pod chooses its names and its "
                + "service account; name repositories, best with digests"
        case .hasExpired(let date): return "the waiver ended on \(date): it is as if it were absent"
        case .expiresSoon(let date, let days):
            let left = days == 0 ? "today" : "in \(days) \(days == 1 ? "day" : "days")"
            return "the waiver ends on \(date), \(left)"
        }
    }
}
