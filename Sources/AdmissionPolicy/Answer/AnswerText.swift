import KubernetesAPI
import PodScoring

/// The texts of an answer from what one level found; those that several places need are made once.
///
/// A class because it is handed from hand to hand, and never changes.
final class AnswerText {
    /// Whether the request is about a Pod itself, not about a workload that makes Pods.
    let isAboutPod: Bool
    /// What the level found that decides.
    let level: LevelVerdict
    /// Says of what the ruleset found in the object where it is and what to do.
    let failures: FailureText
    /// When it will be so, where it is not so today.
    let foreseen: Foreseen?
    /// The minimum that the score falls short of; `nil` when it does not.
    let missedMinimum: Int?
    /// The way to the minimum that was missed; `nil` when none was.
    let way: ShortestWay?
    /// The sentence that says what is wrong, with the object and the policy: `Pod payments/mixed scores 4 of 21, below the minimum 9 …`.
    let sentence: String

    /// A day that changes the answer.
    struct Foreseen {
        /// The first day of the other answer.
        let day: CivilDate
        /// The waivers that will have expired by then.
        let expiredWaivers: [ScoreWaiver]
    }

    /// Makes the texts for the object of a request, as a level of a policy found it.
    init(
        request: borrowing AdmissionRequest,
        policy: ScorePolicy,
        evaluation: PodEvaluation,
        level: LevelVerdict,
        foreseen: Foreseen? = nil
    ) {
        self.foreseen = foreseen
        isAboutPod = request.kind.kind == "Pod"
        self.level = level
        failures = FailureText(evaluation: evaluation)
        missedMinimum = Self.missedMinimum(level)
        way = Self.way(to: missedMinimum, evaluation, level)
        sentence = Self.sentence(on: request, by: policy, evaluation, level)
    }

    /// What the ruleset says about the object.
    var evaluation: PodEvaluation { failures.evaluation }

    /// The required and forbidden rules and the checks of the standard, each with the clause that it begins or continues.
    var reasons: [BoundedList.Item] {
        var items: [BoundedList.Item] = []
        var previous = ""
        for violation in level.violations {
            guard let clause = violation.clause, let (full, short) = failures.texts(of: violation) else { continue }
            let separator = clause == previous ? ", " : "; \(clause): "
            items.append(BoundedList.Item(separator: separator, full: full, short: short))
            previous = clause
        }
        return items
    }

    private static func missedMinimum(_ level: LevelVerdict) -> Int? {
        for case .minimumScore(_, let minimum) in level.violations { return minimum }
        return nil
    }

    private static func way(to minimum: Int?, _ evaluation: PodEvaluation, _ level: LevelVerdict) -> ShortestWay? {
        guard let minimum, let report = evaluation.report else { return nil }
        let mandatory = level.violations.compactMap(\.rule)
        return ShortestWay(from: report, to: minimum, mandatory: mandatory, controls: evaluation.controls)
    }

    private static func sentence(
        on request: AdmissionRequest,
        by policy: ScorePolicy,
        _ evaluation: PodEvaluation,
        _ level: LevelVerdict
    ) -> String {
        var text = MessageText(reservingCapacity: 192)
        ObjectTitle.append(request, to: &text)
        switch evaluation.scope {
        case .newEphemeralContainers: text += " gets an ephemeral container that violates policy "
        case .resize: text += " loses requests or limits that policy "
        case .wholePod: appendVerb(evaluation, level, to: &text)
        }
        text += DisplayText.oneLine(policy.name, byteLimit: 100)
        switch evaluation.scope {
        case .newEphemeralContainers: break
        case .resize: text += " requires"
        case .wholePod: if missedMinimum(level) == nil { appendScore(evaluation, to: &text) }
        }
        return text.string
    }

    /// Appends the words before the policy's name: the minimum that the score misses, or that the object violates the policy.
    private static func appendVerb(_ evaluation: PodEvaluation, _ level: LevelVerdict, to text: inout MessageText) {
        guard let report = evaluation.report, let missed = missedMinimum(level) else {
            text += " violates policy "
            return
        }
        text += " scores "
        text += String(report.score)
        text += " of "
        text += String(report.bestPossibleScore)
        text += ", below the minimum "
        text += String(missed)
        if let written = level.writtenMinimum, written != missed { text += " (\(written), scaled for Windows)" }
        text += " of policy "
    }

    /// Appends the score where it is not what violates the policy: ` (score 12 of 21)`.
    private static func appendScore(_ evaluation: PodEvaluation, to text: inout MessageText) {
        guard let report = evaluation.report else { return }
        text += " (score "
        text += String(report.score)
        text += " of "
        text += String(report.bestPossibleScore)
        text += ")"
    }
}

extension Violation {
    /// The word or the standard under which messages list it; `nil` for what the sentence says itself.
    package var clause: String? {
        switch self {
        case .required: "required"
        case .forbidden: "forbidden"
        case .podSecurityStandard(let standard, _): standard.description
        case .minimumScore, .undecodable: nil
        }
    }
}

/// Says where a rule fails and what to write there.
struct FailureText {
    /// The evaluation whose failures are told, and in whose Pod their places are.
    let evaluation: PodEvaluation

    /// The length from which on no message or warning takes the whole text, in bytes.
    private static let byteLimit = DenialMessage.byteLimit

    private let fixes: FixText

    /// Tells the failures of an evaluation.
    init(evaluation: PodEvaluation) {
        self.evaluation = evaluation
        fixes = FixText(evaluation.subject)
    }

    /// A violation in full and in short; `nil` for what is about neither a rule nor a check.
    func texts(of violation: Violation, placeLimit: Int = 3) -> (full: String, short: String)? {
        switch violation {
        case .required(let rule), .forbidden(let rule):
            guard let failure = evaluation.controls.failure(ofRule: rule) else { return (rule, rule) }
            return (text(of: failure, placeLimit: placeLimit), rule)
        case .podSecurityStandard(let standard, let name):
            guard let found = evaluation.violation(of: standard, check: name) else { return (name, name) }
            var text = MessageText()
            append(id: found.check.id, fix: found.check.fix, findings: found.findings, placeLimit: placeLimit, to: &text)
            return (text.string, found.check.id)
        case .minimumScore, .undecodable:
            return nil
        }
    }

    /// The number of places that a violation's text can name.
    func placeCount(of violation: Violation) -> Int {
        switch violation {
        case .required(let rule), .forbidden(let rule): evaluation.controls.failure(ofRule: rule)?.findings.count ?? 0
        case .podSecurityStandard(let standard, let name): evaluation.violation(of: standard, check: name)?.findings.count ?? 0
        case .minimumScore, .undecodable: 0
        }
    }

    /// The rule's id, then the places and the fix: `RunAsNonRoot (container "bad": set securityContext.runAsNonRoot: true)`.
    ///
    /// At most `placeLimit` places are named before the rest is counted.
    func text(of failure: FailedRule, placeLimit: Int = 3) -> String {
        var text = MessageText()
        append(failure, placeLimit: placeLimit, to: &text)
        return text.string
    }

    /// Appends the same to a text.
    func append(_ failure: FailedRule, placeLimit: Int, to text: inout MessageText) {
        // By index, since passing an entry copies all texts of its rule.
        append(
            id: failure.ruleset.entries[failure.index].rule.id,
            fix: failure.ruleset.entries[failure.index].rule.fix,
            findings: failure.findings,
            placeLimit: placeLimit,
            to: &text
        )
    }

    private func append(id: String, fix: String, findings: [Finding], placeLimit: Int, to text: inout MessageText) {
        text += id
        text += " ("
        fixes.append(fix, findings: findings, placeLimit: placeLimit, byteLimit: Self.byteLimit, to: &text)
        text += ")"
    }
}
