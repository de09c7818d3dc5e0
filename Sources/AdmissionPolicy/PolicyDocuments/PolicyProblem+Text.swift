import KubernetesAPI
import PodScoring

extension PolicyProblem: CustomStringConvertible {
    /// One line in the form of compilers, `FILE:LINE:COLUMN: what; did you mean …?`, with all characters visible.
    package var description: String { "\(place): \(text)" }

    /// The position, as `FILE:LINE:COLUMN`, with all characters visible.
    package var place: String { VisibleText.of("\(source):\(position)") }

    /// The problem on one line, without its position and with all characters visible.
    package var text: String {
        let severity = severity == .warning ? "warning: " : ""
        let suggestion = suggestion.map { "; did you mean \($0)?" } ?? ""
        return VisibleText.of("\(severity)\(what)\(suggestion)")
    }
}

extension PolicyProblem.What: CustomStringConvertible {
    /// The problem without place and suggestion; texts of the document are escaped and cut.
    package var description: String {
        switch self {
        case .unreadable(let reason): return reason
        case .noDocument: return "no policy in the file; if that is intended, remove the file"
        case .wrongType(let field, let expected, let found):
            let isUnquoted = expected == .string && (found == .boolean || found == .number)
            return "\(field) must be \(expected.withArticle), not \(found.withArticle)" + (isUnquoted ? "; put it in quotes" : "")
        case .integerOutOfRange(let field): return "\(field) does not fit in 64 bits"
        case .missingField(let field, let parent): return "\(parent) lacks \(field)"
        case .unknownField(let field, let parent): return "unknown field \(quoted(field)) in \(parent)"
        case .duplicateField(let field, let first): return "duplicate field \(quoted(field)), first at \(first)"
        case .unknownAPIVersion(let version): return "unknown apiVersion \(quoted(version))"
        case .unknownKind(let kind): return "unknown kind \(quoted(kind))"
        case .invalidName(let name, let fault): return "invalid name \(quoted(name)): \(fault.text(of: .label, isPattern: false))"
        case .duplicateName(let name, let kind, let first): return "duplicate \(kind.noun) name \(quoted(name)), first at \(first)"
        case .noNamespaces: return "match.namespaces is empty, so the policy would apply to nothing"
        case .invalidNamespace(let text, let fault): return "invalid namespace \(quoted(text)): \(fault.text(of: .label, isPattern: true))"
        case .duplicateNamespace(let text, let first): return "duplicate namespace \(quoted(text)), first at \(first)"
        case .globOverSystemNamespaces(let glob, let namespaces):
            return "\(quoted(glob)) does not match \(namespaces.joined(separator: ", ")); system namespaces need their exact names"
        case .tooManyGlobs(let limit): return "more than \(limit) globs in all policies"
        case .tie(let claim, let other, let place, let example):
            return Self.tie(claim, other: other, at: place, example: example)
        case .outrankedEverywhere(let policy):
            return "\(policyName(policy)) applies to no namespace: more specific policies match all of its namespaces"
        case .unknownRuleset(let name): return "unknown ruleset \(quoted(name))"
        case .unknownRule(let id, let differsInCase):
            return "unknown rule \(quoted(id))" + (differsInCase ? " (names are case-sensitive)" : "")
        case .ruleNotInRuleset(let id, let ruleset): return "ruleset \(ruleset) has no rule \(id)"
        case .ruleNotAboutPods(let id, let ruleset):
            return "\(id) does not apply to Pods in ruleset \(ruleset), so it would have no effect"
        case .negativeRuleRequired(let id): return "\(id) is a negative rule; move it from require to forbid"
        case .positiveRuleForbidden(let id): return "\(id) is a positive rule; move it from forbid to require"
        case .duplicateRule(let id, let first): return "duplicate rule \(id), first at \(first)"
        case .minimumAboveBest(let minimum, let best, let ruleset):
            return "minimumScore \(minimum) is above \(best), the best possible score of a Pod under \(ruleset)"
        case .minimumBelowWorst(let minimum, let worst, let ruleset):
            return "minimumScore \(minimum) is below \(worst), the worst possible score of a Pod under \(ruleset)"
        case .unknownWorkloads(let value):
            let allowed = ScorePolicy.Workloads.allCases.map(\.rawValue).joined(separator: ", ")
            return "unknown value \(quoted(value)) of workloads, allowed: \(allowed)"
        case .pointsOfOtherSign(let rule, let points, let isPositive):
            return isPositive
                ? "\(rule) is a positive rule, so its points cannot be \(points); use 0 to leave it out of the score"
                : "\(rule) is a negative rule, so its points cannot be \(points); use 0 or less"
        case .pointsOutOfBounds(let rule, let points, let allowed):
            return "points of \(rule) must be between \(allowed.lowerBound) and \(allowed.upperBound), not \(points)"
        case .unknownStandardLevel(let level): return "unknown level \(quoted(level)) of podSecurityStandard, allowed: baseline, restricted"
        case .standardForbidsNothing: return "level privileged forbids nothing; remove podSecurityStandard"
        case .missingStandardVersion: return "podSecurityStandard lacks version; use v1.N or latest"
        case .unknownStandardVersion(let version):
            return "unknown version \(quoted(version)) of podSecurityStandard, allowed: v1.N, latest"
        case .standardNewerThanKnown(let version):
            return "podSecurityStandard \(version) is newer than \(PodSecurityVersion.newestKnown), the newest known version; "
                + "evaluated as latest"
        case .noLevel: return "the policy has no level; add enforce, warn or audit"
        case .emptyLevel(let level): return "\(level) requires nothing; add minimumScore, require, forbid or podSecurityStandard"
        case .invalidDate(let text): return "invalid date \(quoted(text)); use YYYY-MM-DD"
        case .invalidPattern(let text, let field, let form, let fault):
            return "invalid pattern \(quoted(text)) in \(field): \(fault.text(of: form, isPattern: true))"
        case .duplicateEntry(let text, let field, let first): return "duplicate \(quoted(text)) in \(field), first at \(first)"
        case .invalidGuidance(let field, let fault): return "\(field) \(fault.text)"
        case .unknownNamespaceLabels(let value):
            let allowed = ScorePolicy.NamespaceLabelUse.allCases.map(\.rawValue).joined(separator: ", ")
            return "unknown value \(quoted(value)) of namespaceLabels, allowed: \(allowed)"
        case .tooManyEntries(let field, let limit): return "more than \(limit) entries in \(field)"
        case .selector(let problem): return problem.description
        case .ramp(let problem): return problem.description
        case .exemption(let problem): return problem.description
        case .waiver(let problem): return problem.description
        }
    }

    private static func tie(_ claim: PolicyClaim, other: PolicyClaim, at place: PolicyPlace, example: String?) -> String {
        let common =
            claim.pattern.hasSameBytes(as: other.pattern)
            ? "both list \(quoted(claim.pattern))"
            : "are equally specific: \(quoted(claim.pattern)) and \(quoted(other.pattern)) "
                + (example.map { "both match namespace \($0)" } ?? "match some of the same namespaces")
        return "\(policyName(claim.policy)) and \(policyName(other.policy)) (\(place)) \(common)"
    }
}

/// A policy as messages name it.
func policyName(_ name: String?) -> String {
    name.map { "policy \($0)" } ?? "a policy without a name"
}

extension NameFault {
    /// The fault as messages say it, behind the name.
    fileprivate func text(of form: NameForm, isPattern: Bool) -> String {
        switch self {
        case .empty: "must not be empty"
        case .tooLong(let count): "has \(count) characters; the limit is \(form.lengthLimit)"
        case .character: "may contain only \(form.characters(isPattern: isPattern))"
        case .hyphenAtEdge: "must not begin or end with -"
        }
    }
}

extension GuidanceFault {
    /// The fault as messages say it, behind the field.
    fileprivate var text: String {
        switch self {
        case .blank: "is blank; write it or remove the field"
        case .tooLong(let byteCount): "has \(byteCount) bytes; the limit is \(PolicyGuidance.textByteLimit)"
        case .hiddenCharacter(let scalar):
            "has the invisible character \(VisibleText.number(of: scalar)); write one line of visible text"
        case .notHTTPS: "must be an https URL, such as https://wiki.example/pods"
        case .character(let scalar): "has the character \(quoted(String(scalar))), which a URL cannot have; percent-encode it"
        case .userInformation: "has a user or a password before the host; everyone who is denied would see it"
        case .invalidHost: "has no valid host"
        }
    }
}

extension DecodingFailure.ValueType {
    /// The type with its indefinite article.
    fileprivate var withArticle: String {
        switch self {
        case .null: "null"
        case .boolean, .number, .string, .quantity: "a \(rawValue)"
        case .integer, .array, .object: "an \(rawValue)"
        }
    }
}

/// Quotes a text of a document: one line of at most 64 characters, none of which controls a terminal.
func quoted(_ text: String) -> String {
    let limit = 64
    var result = "\""
    for scalar in text.unicodeScalars.prefix(limit) {
        switch scalar {
        case "\"", "\\": result += "\\\(scalar)"
        case _ where VisibleText.isHidden(scalar): result += VisibleText.number(of: scalar)
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + (text.unicodeScalars.count > limit ? "…\"" : "\"")
}
