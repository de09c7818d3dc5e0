import KubernetesAPI
import PodScoring

/// Makes the texts of an answer from what one level found.
struct AnswerText {
    /// The request, for the name of its object.
    let request: AdmissionRequest
    /// The policy that decides.
    let policy: ScorePolicy
    /// What its ruleset says about the object.
    let assessment: Assessment
    /// What the level found that decides.
    let decisive: Judgement.Found
    /// When it will be so, where it is not so today.
    var foreseen: Foreseen?

    /// A day that changes the answer.
    struct Foreseen {
        /// The first day of the other answer.
        let day: CivilDate
        /// The waivers that will have ended by then.
        let endedWaivers: [ScoreWaiver]
    }

    private var violations: [Decision.Violation] { decisive.violations }

    /// The sentence that says what is wrong, with the object and the policy: `Pod payments/mixed scores 4 of 21, below the minimum 9 …`.
    var sentence: String {
        let object = ObjectTitle.text(of: request)
        let policy = "policy " + DisplayText.oneLine(policy.name, byteLimit: 100)
        switch assessment.scope {
        case .newEphemeralContainers: return "\(object) gets an ephemeral container that breaks \(policy)"
        case .resize: return "\(object) loses requests or limits that \(policy) requires"
        case .wholePod: return "\(object) \(score(below: policy))"
        }
    }

    /// What is said of the score: of how many points, and of which minimum it falls short.
    private func score(below policy: String) -> String {
        guard let report = assessment.report else { return "lacks a mandatory control of \(policy)" }
        let score = "scores \(report.score) of \(report.bestPossibleScore)"
        guard let missed = missedMinimum else { return "\(score), but lacks a mandatory control of \(policy)" }
        guard let written = decisive.level.minimumScore, written != missed else {
            return "\(score), below the minimum \(missed) of \(policy)"
        }
        return "\(score), below the minimum \(missed) (\(written) scaled to Windows) of \(policy)"
    }

    /// The minimum that the score falls short of; `nil` when it does not.
    var missedMinimum: Int? {
        for case .minimumScore(_, let minimum) in violations { return minimum }
        return nil
    }

    /// The required and forbidden rules and the checks of the standard, each with the clause that it begins or continues.
    var reasons: [FittedList.Item] {
        let failures = FailureText(assessment: assessment)
        var items: [FittedList.Item] = []
        var previous = ""
        for violation in violations {
            guard let clause = violation.clause, let (full, short) = failures.texts(of: violation) else { continue }
            let separator = clause == previous ? ", " : "; \(clause): "
            items.append(FittedList.Item(separator: separator, full: full, short: short))
            previous = clause
        }
        return items
    }

    /// The way to the minimum that was missed; `nil` when none was.
    var way: ShortestWay? {
        guard let report = assessment.report, let missedMinimum else { return nil }
        return ShortestWay(from: report, to: missedMinimum, mandatory: violations.compactMap(\.rule))
    }
}

extension Decision.Violation {
    /// The word or the standard under which messages list it; `nil` for what the sentence says itself.
    var clause: String? {
        switch self {
        case .required: "required"
        case .forbidden: "forbidden"
        case .podSecurityStandard(let standard, _): standard.description
        case .minimumScore, .undecodable: nil
        }
    }

    /// The id of the rule that has to be mended; `nil` when it is about none.
    package var rule: String? {
        switch self {
        case .required(let rule), .forbidden(let rule): rule
        case .podSecurityStandard, .minimumScore, .undecodable: nil
        }
    }
}
