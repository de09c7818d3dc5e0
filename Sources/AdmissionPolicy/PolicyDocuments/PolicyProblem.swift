package import KubernetesAPI
package import PodScoring

/// An error or a warning about a policy document, with its place.
package struct PolicyProblem: Sendable, Equatable {
    /// The kinds of problems.
    package enum What: Sendable, Equatable {
        /// The source could not be read as documents; the reason comes from the YAML or JSON reader.
        case unreadable(reason: String)
        /// The file holds no documents; emptying a file by accident must not lift its policies.
        case noDocument
        case wrongType(field: String, expected: DecodingFailure.ValueType, found: DecodingFailure.ValueType)
        case integerOutOfRange(field: String)
        case missingField(String, parent: String)
        case unknownField(String, parent: String)
        case duplicateField(String, first: Position)
        case unknownAPIVersion(String)
        case unknownKind(String)
        case invalidName(String, NameFault)
        case duplicateName(String, kind: PolicyKind, first: PolicyPlace)
        case noNamespaces
        case invalidNamespace(String, NameFault)
        /// A policy names a namespace twice. A warning.
        case duplicateNamespace(String, first: Position)
        /// A glob would match system namespaces, which globs never match. A warning.
        case globOverSystemNamespaces(String, namespaces: [String])
        case tooManyGlobs(limit: Int)
        /// Two policies are equally specific for some namespace; `example` is one, if it is worth showing.
        case tie(PolicyClaim, other: PolicyClaim, otherPlace: PolicyPlace, example: String?)
        /// More specific policies match every namespace that the policy matches. A warning.
        case outrankedEverywhere(policy: String?)
        case unknownRuleset(String)
        /// No ruleset has such a rule; `differsInCase` says whether one has it in other case.
        case unknownRule(String, differsInCase: Bool)
        /// Only other rulesets have the rule.
        case ruleNotInRuleset(String, ruleset: String)
        /// The rule applies to no kind that holds a Pod.
        case ruleNotAboutPods(String, ruleset: String)
        case negativeRuleRequired(String)
        case positiveRuleForbidden(String)
        case duplicateRule(String, first: Position)
        case minimumAboveBest(Int64, best: Int, ruleset: String)
        case minimumBelowWorst(Int64, worst: Int, ruleset: String)
        case unknownWorkloads(String)
        /// The points would change the sign of the rule.
        case pointsOfOtherSign(String, Int64, isPositive: Bool)
        case pointsOutOfBounds(String, Int64, allowed: ClosedRange<Int>)
        case unknownStandardLevel(String)
        /// The standard is `privileged`, which forbids nothing.
        case standardForbidsNothing
        case missingStandardVersion
        case unknownStandardVersion(String)
        /// The program does not know the version and uses its newest. A warning.
        case standardNewerThanKnown(PodSecurityVersion)
        case noLevel
        case emptyLevel(String)
        case invalidDate(String)
        /// A pattern that no name can match.
        case invalidPattern(String, field: String, form: NameForm, NameFault)
        /// A list has an entry twice.
        case duplicateEntry(String, field: String, first: Position)
        /// The message or the runbook cannot be shown as it is.
        case invalidGuidance(field: String, GuidanceFault)
        /// A list or an object of a selector has too many entries.
        case tooManyEntries(field: String, limit: Int)
        case selector(SelectorProblem)
        case unknownNamespaceLabels(String)
        case ramp(RampProblem)
        case exemption(ExemptionProblem)
        case waiver(WaiverProblem)
    }

    /// Whether the documents can be used despite the problem.
    package enum Severity: String, Sendable {
        case error
        case warning
    }

    /// The source's name, such as a path.
    package let source: String
    /// The place in the source.
    package let position: Position
    /// The problem.
    package let what: What
    /// The name that was probably meant.
    package let suggestion: String?

    /// A problem with its place.
    package init(source: String, position: Position, what: What, suggestion: String? = nil) {
        self.source = source
        self.position = position
        self.what = what
        self.suggestion = suggestion
    }

    /// Error or warning, by the kind of problem.
    package var severity: Severity {
        switch what {
        case .duplicateNamespace, .globOverSystemNamespaces, .outrankedEverywhere, .standardNewerThanKnown: .warning
        case .waiver(let problem): problem.severity
        case .selector(let problem): problem.severity
        case .unreadable, .noDocument, .wrongType, .integerOutOfRange, .missingField, .unknownField, .duplicateField,
            .unknownAPIVersion, .unknownKind, .invalidName, .duplicateName, .noNamespaces, .invalidNamespace,
            .tooManyGlobs, .tie, .unknownRuleset, .unknownRule, .ruleNotInRuleset, .ruleNotAboutPods, .negativeRuleRequired,
            .positiveRuleForbidden, .duplicateRule, .minimumAboveBest, .minimumBelowWorst, .unknownWorkloads, .pointsOfOtherSign,
            .pointsOutOfBounds, .unknownStandardLevel, .standardForbidsNothing, .missingStandardVersion, .unknownStandardVersion, .noLevel,
            .emptyLevel, .invalidDate, .invalidPattern, .duplicateEntry, .invalidGuidance, .ramp, .exemption, .unknownNamespaceLabels,
            .tooManyEntries:
            .error
        }
    }
}

/// The kinds of policy documents.
package enum PolicyKind: String, Sendable, CaseIterable {
    case policy = "ScorePolicy"
    case waiver = "ScoreWaiver"

    /// The word for one of the kind, for messages.
    var noun: String {
        switch self {
        case .policy: "policy"
        case .waiver: "waiver"
        }
    }
}

/// A place in one of several sources.
package struct PolicyPlace: Sendable, Equatable, CustomStringConvertible {
    /// The source's name, such as a path.
    package let source: String
    /// The place in the source.
    package let position: Position

    /// `FILE:LINE:COLUMN`.
    package var description: String { "\(source):\(position)" }
}

/// A policy with one of its patterns.
package struct PolicyClaim: Sendable, Equatable {
    /// The policy's name; `nil` without a valid one.
    package let policy: String?
    /// The pattern as written.
    package let pattern: String
}

/// A problem of an entry of `exempt`.
package enum ExemptionProblem: Sendable, Equatable, CustomStringConvertible {
    /// The entry would exempt everyone, or everyone who can create a Deployment.
    case coversEveryone(String, field: String)
    /// A pattern would hide how many are exempt.
    case glob(String, field: String)
    /// Nothing can have the name.
    case invalidName(String, field: String)
    case notAServiceAccount(String)

    /// The problem without its place.
    package var description: String {
        switch self {
        case .coversEveryone(let entry, let field):
            "\(quoted(entry)) in exempt.\(field) would exempt everyone who can create a Deployment; list only those whom you trust"
        case .glob(let entry, let field): "\(quoted(entry)) in exempt.\(field) is a pattern; list each name"
        case .invalidName(let entry, let field):
            "invalid name \(quoted(entry)) in exempt.\(field): "
                + (field == ExemptField.runtimeClasses.rawValue
                    ? "must be a lowercase DNS name" : "must not be empty or contain blanks or control characters")
        case .notAServiceAccount(let entry): "invalid service account \(quoted(entry)) in exempt.serviceAccounts; use namespace:name"
        }
    }
}

/// A problem of the ramp of a level.
package enum RampProblem: Sendable, Equatable, CustomStringConvertible {
    /// A level other than `enforce` has a ramp.
    case outsideEnforce(level: String)
    case tooManySteps(limit: Int)
    /// A step does not come after the one before it.
    case dateNotLater(CivilDate, previous: CivilDate)
    /// A step has a lower minimum than the one before it.
    case minimumFalls(Int, previous: Int)

    /// The problem without its place.
    package var description: String {
        switch self {
        case .outsideEnforce(let level): "from is allowed only under enforce, not under \(level)"
        case .tooManySteps(let limit): "more than \(limit) steps in from"
        case .dateNotLater(let date, let previous): "date \(date) is not after \(previous), the date of the step before it"
        case .minimumFalls(let minimum, let previous):
            "minimumScore \(minimum) is below \(previous), the minimum before it; a ramp must not fall"
        }
    }
}

/// An error or a warning about a waiver.
package enum WaiverProblem: Sendable, Equatable, CustomStringConvertible {
    /// A list of the waiver's match is empty.
    case matchesNothing(field: String)
    case waivesNothing
    /// The rule applies to no kind that holds a Pod.
    case ruleNotAboutPods(String)
    /// The owner or the reason is blank.
    case blank(field: String)
    /// The waiver covers rules about the host or privileges, for images that anyone can push. A warning.
    case namesNoRepository(rules: [String])
    /// No policy can have a minimum so far from zero.
    case minimumOutOfBounds(Int64, limit: Int)
    /// The waiver lowers the minimum for images that anyone can push.
    case minimumNamesNoRepository
    /// No policy for its namespaces has a higher minimum; `highest` is `nil` if none has any. A warning.
    case minimumLowersNothing(Int, highest: Int?)
    /// The last day is past. A warning.
    case hasExpired(on: CivilDate)
    /// The last day is near. A warning; on the last day 0 days are left.
    case expiresSoon(on: CivilDate, daysLeft: Int)

    /// The warning that a waiver has expired or soon will; `nil` without one.
    package init?(ofEnd date: CivilDate, on today: CivilDate) {
        let days = date.days(since: today)
        guard days <= ScoreWaiver.noticeDays else { return nil }
        self = days < 0 ? .hasExpired(on: date) : .expiresSoon(on: date, daysLeft: days)
    }

    /// Whether the waiver can be used despite the problem.
    var severity: PolicyProblem.Severity {
        switch self {
        case .matchesNothing, .waivesNothing, .ruleNotAboutPods, .blank, .minimumOutOfBounds, .minimumNamesNoRepository: .error
        case .namesNoRepository, .minimumLowersNothing, .hasExpired, .expiresSoon: .warning
        }
    }

    /// The problem without its place.
    package var description: String {
        switch self {
        case .matchesNothing(let field): return "match.\(field) is empty, so the waiver would apply to nothing"
        case .waivesNothing: return "rules is empty; list a rule or a check"
        case .ruleNotAboutPods(let rule): return "\(rule) does not apply to Pods, so it cannot be waived"
        case .blank(let field): return "\(field) is blank"
        case .namesNoRepository(let rules):
            return
                "the waiver of \(rules.joined(separator: ", ")) names no image repository, and anyone who creates a Pod chooses its names and "
                + "its service account; list repositories in match.images, best with digests"
        case .minimumOutOfBounds(let minimum, let limit):
            return "minimumScore \(minimum) is not from -\(limit) to \(limit), so no policy can have it"
        case .minimumNamesNoRepository:
            return
                "minimumScore needs match.images with names of repositories, best with digests: anyone who creates a Pod chooses its names "
                + "and its service account"
        case .minimumLowersNothing(let minimum, let highest):
            let reason = highest.map { "the highest minimum of the policies for its Namespaces is \($0)" }
            return "minimumScore \(minimum) lowers nothing: \(reason ?? "no policy for its Namespaces has a minimum")"
        case .hasExpired(let date): return "the waiver expired on \(date) and has no effect"
        case .expiresSoon(let date, let days):
            let left = days == 0 ? "today" : "in \(days) \(days == 1 ? "day" : "days")"
            return "the waiver expires on \(date), \(left)"
        }
    }
}
