import KubernetesAPI
import PodScoring

extension Decider {
    /// Allows a request that no level looks at.
    func unscored(
        _ outcome: Decision.Outcome,
        _ request: AdmissionRequest,
        by policy: ScorePolicy,
        exemption: Exemption? = nil
    ) -> Decision {
        Decision(
            outcome: outcome,
            policy: policy.name,
            ruleset: policy.ruleset.label,
            score: nil,
            bestPossibleScore: nil,
            minimumScore: nil,
            violations: [],
            wouldDeny: false,
            exemption: exemption,
            response: Self.draft(of: request)
        ).answering()
    }

    /// Answers a request that the levels have judged; a denial carries no warnings, since its message says all of it.
    func judged(_ judgement: Judgement, _ request: AdmissionRequest, by policy: ScorePolicy) -> Decision {
        let report = judgement.assessment.report
        let decision = Decision(
            outcome: judgement.effect?.outcome ?? .allow,
            policy: policy.name,
            ruleset: policy.ruleset.label,
            score: report?.score,
            bestPossibleScore: report?.bestPossibleScore,
            minimumScore: judgement.minimumScore,
            violations: judgement.violations,
            failures: judgement.failures,
            controls: policy.controls.isEmpty ? nil : judgement.controls,
            wouldDeny: judgement.wouldDeny,
            report: judgement.isWaived ? report : nil,
            waivers: judgement.assessment.usedWaivers,
            deniedFrom: judgement.later?.day,
            response: Self.draft(of: request)
        )
        switch judgement.effect {
        case .deny:
            guard let text = text(of: judgement, on: request, by: policy) else { return decision.answering() }
            return decision.answering(denial: Self.denial(text), recorded: judgement.recorded)
        case .warn:
            return decision.answering(warnings: warnings(judgement, on: request, by: policy), recorded: judgement.recorded)
        case .audit, nil:
            return decision.answering(recorded: judgement.recorded)
        }
    }

    /// What the level that decides has to say today; `nil` when none found anything.
    private func text(of judgement: Judgement, on request: AdmissionRequest, by policy: ScorePolicy) -> AnswerText? {
        judgement.decisive.map {
            AnswerText(request: request, policy: policy, assessment: judgement.assessment, decisive: $0)
        }
    }

    /// What will be denied from a day on, then what is to be warned about today.
    private func warnings(_ judgement: Judgement, on request: AdmissionRequest, by policy: ScorePolicy) -> [String] {
        let today = judgement.warnsToday ? text(of: judgement, on: request, by: policy) : nil
        guard let later = judgement.later else { return WarningLines.list([today].compactMap { $0 }) }
        let used = judgement.assessment.usedWaivers.map(\.name)
        let foreseen = AnswerText(
            request: request,
            policy: policy,
            assessment: later.assessment,
            decisive: later.found,
            foreseen: AnswerText.Foreseen(day: later.day, endedWaivers: later.endedWaivers.filter { used.contains($0.name) })
        )
        return WarningLines.list([foreseen, today].compactMap { $0 })
    }

    /// Denies what cannot be judged where the policy denies at all; elsewhere warns, for nothing of it was checked.
    func undecodable(cap: Effect, _ request: AdmissionRequest, by policy: ScorePolicy) -> Decision {
        let strongest = min(policy.strongestEffect, cap)
        let effect = min(strongest, Effect(mode))
        let wouldDeny = strongest == .deny && effect != .deny
        let decision = Decision(
            outcome: effect.outcome,
            policy: policy.name,
            ruleset: policy.ruleset.label,
            score: nil,
            bestPossibleScore: nil,
            minimumScore: nil,
            violations: [.undecodable],
            wouldDeny: wouldDeny,
            response: Self.draft(of: request)
        )
        let message = UndecodableText.message(request, policy: policy)
        if effect == .deny {
            let cause = AdmissionResponse.Status.Cause(reason: Decision.Violation.undecodable.id, message: message, field: "")
            return decision.answering(
                denial: AdmissionResponse.Status(code: 422, reason: "Invalid", message: message, causes: [cause])
            )
        }
        guard mode != .audit else { return decision.answering() }
        return decision.answering(warnings: WarningLines.bounded([wouldDeny ? "would be denied: \(message)" : message]))
    }

    private static func denial(_ text: AnswerText) -> AdmissionResponse.Status {
        AdmissionResponse.Status(
            code: 403,
            reason: "Forbidden",
            message: DenialMessage.text(text),
            causes: DenialCauses.list(text)
        )
    }

    /// The answer before anything is said in it.
    private static func draft(of request: AdmissionRequest) -> AdmissionResponse {
        AdmissionResponse(uid: request.uid, denial: nil, warnings: [], auditAnnotations: [])
    }
}
