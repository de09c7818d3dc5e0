import KubernetesAPI
import PodScoring

extension PolicyProblem: CustomStringConvertible {
    /// One line, `FILE:LINE:COLUMN: what; did you mean …?`, as compilers write it, with all its characters visible.
    package var description: String {
        let severity = severity == .warning ? "warning: " : ""
        let suggestion = suggestion.map { "; did you mean \($0)?" } ?? ""
        return VisibleText.of("\(source):\(position): \(severity)\(what)\(suggestion)")
    }
}

extension PolicyProblem.What: CustomStringConvertible {
    /// What is wrong, without place and suggestion; whatever the document's author wrote is escaped and cut to size.
    package var description: String {
        switch self {
        case .unreadable(let reason): return reason
        case .noDocument: return "no policy here; remove the file to have none"
        case .wrongType(let field, let expected, let found):
            let isUnquoted = expected == .string && (found == .boolean || found == .number)
            return "\(field) must be \(expected.withArticle), not \(found.withArticle)" + (isUnquoted ? ": put it in quotes" : "")
        case .integerOutOfRange(let field): return "\(field) does not fit into 64 bits"
        case .missingField(let field, let parent): return "\(parent) lacks \(field)"
        case .unknownField(let field, let parent): return "unknown field \(quoted(field)) in \(parent)"
        case .duplicateField(let field, let first): return "duplicate field \(quoted(field)), first at \(first)"
        case .fieldOfLaterRelease(let field): return "\(field) comes in a later release; this one cannot act upon it"
        case .unknownAPIVersion(let version): return "unknown apiVersion \(quoted(version))"
        case .unknownKind(let kind): return "unknown kind \(quoted(kind))"
        case .invalidName(let name, let fault): return "invalid name \(quoted(name)): \(fault.text(of: .label, isPattern: false))"
        case .duplicateName(let name, let kind, let first): return "a \(kind.noun) named \(quoted(name)) stands at \(first) already"
        case .noNamespaces: return "match.namespaces is empty, so the policy would match nothing"
        case .invalidNamespace(let text, let fault): return "invalid namespace \(quoted(text)): \(fault.text(of: .label, isPattern: true))"
        case .duplicateNamespace(let text, let first): return "duplicate namespace \(quoted(text)), first at \(first)"
        case .globOverSystemNamespaces(let glob, let namespaces):
            return "\(quoted(glob)) does not match \(namespaces.joined(separator: ", ")): only an exact name does"
        case .tooManyGlobs(let limit): return "more than \(limit) globs in all policies"
        case .tie(let claim, let other, let place, let example):
            return Self.tie(claim, other: other, at: place, example: example)
        case .outrankedEverywhere(let policy):
            return "\(policyName(policy)) applies in no namespace: each one that it matches goes to a policy that matches it more closely"
        case .unknownRuleset(let name): return "unknown ruleset \(quoted(name))"
        case .unknownRule(let id, let differsInCase):
            return "unknown rule \(quoted(id))" + (differsInCase ? " (capital letters matter)" : "")
        case .ruleNotInRuleset(let id, let ruleset): return "ruleset \(ruleset) has no rule \(id)"
        case .ruleNotAboutPods(let id, let ruleset): return "in ruleset \(ruleset), \(id) is not about Pods, so it would never be demanded"
        case .negativeRuleRequired(let id): return "\(id) is a negative rule: it belongs under forbid, not under require"
        case .positiveRuleForbidden(let id): return "\(id) is a positive rule: it belongs under require, not under forbid"
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
                ? "\(rule) is a positive rule: its points cannot be \(points); 0 takes it out of the score"
                : "\(rule) is a negative rule: its points cannot be \(points), only 0 or less"
        case .pointsOutOfBounds(let rule, let points, let allowed):
            return "points of \(rule) must be between \(allowed.lowerBound) and \(allowed.upperBound), not \(points)"
        case .unknownStandardLevel(let level): return "unknown level \(quoted(level)) of podSecurityStandard, allowed: baseline, restricted"
        case .standardAsksForNothing: return "level privileged forbids nothing: leave podSecurityStandard out"
        case .missingStandardVersion: return "podSecurityStandard lacks version: give it v1.N, or latest"
        case .unknownStandardVersion(let version):
            return "unknown version \(quoted(version)) of podSecurityStandard, allowed: v1.N, latest"
        case .standardNewerThanKnown(let version):
            return "podSecurityStandard \(version) is newer than \(PodSecurityVersion.newestKnown), the newest known here: "
                + "judged as latest"
        case .noLevel: return "the policy has no level: give it enforce, warn or audit"
        case .emptyLevel(let level): return "\(level) asks for nothing: give it minimumScore, require, forbid or podSecurityStandard"
        case .invalidDate(let text, let field): return "\(field) \(quoted(text)) is no day: write it as 2027-03-31"
        case .invalidPattern(let text, let field, let form, let fault):
            return "invalid pattern \(quoted(text)) in \(field): \(fault.text(of: form, isPattern: true))"
        case .duplicateEntry(let text, let field, let first): return "duplicate \(quoted(text)) in \(field), first at \(first)"
        case .ramp(let problem): return problem.description
        case .exemption(let problem): return problem.description
        case .waiver(let problem): return problem.description
        }
    }

    private static func tie(_ claim: PolicyClaim, other: PolicyClaim, at place: PolicyPlace, example: String?) -> String {
        let common =
            claim.pattern.utf8.elementsEqual(other.pattern.utf8)
            ? "both claim \(quoted(claim.pattern))"
            : "tie where \(quoted(claim.pattern)) meets \(quoted(other.pattern))"
        let example = example.map { ", as in namespace \($0)" } ?? ""
        return "\(policyName(claim.policy)) and \(policyName(other.policy)) (\(place)) \(common)\(example)"
    }
}

/// A policy as messages name it.
private func policyName(_ name: String?) -> String {
    name.map { "policy \($0)" } ?? "a policy without a name"
}

extension NameFault {
    /// What the fault is, for messages.
    fileprivate func text(of form: NameForm, isPattern: Bool) -> String {
        switch self {
        case .empty: "it is empty"
        case .tooLong(let count): "\(count) characters are more than \(form.lengthLimit)"
        case .character(let character): "\(quoted(String(character))) is none of \(form.characters)\(isPattern ? " and *" : "")"
        case .hyphenAtEdge: "it begins or ends with -"
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

/// Quotes what a document's author wrote: one line, at most 64 characters of it, none of which steers a terminal.
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
