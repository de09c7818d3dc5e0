import KubernetesAPI
import PodScoring

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
