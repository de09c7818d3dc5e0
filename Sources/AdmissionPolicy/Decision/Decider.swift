package import KubernetesAPI
package import PodScoring

/// Decides admission requests by policies.
///
/// A decision depends only on the arguments, so the same request gets the same answer, byte for byte.
package struct Decider: Sendable {
    /// The strongest effect that the whole server may have.
    package let mode: EnforcementMode
    /// The day, in UTC, for ramps and waivers.
    package let today: CivilDate
    /// Whether Pods come from the API server, or from a manifest that it has not completed yet.
    private let podContext: ScoringSubject.Context
    /// Whether a workload is judged as strictly as the Pods that it will make, whatever the policy says about workloads.
    private let judgesTemplatesAsPods: Bool
    /// The Unicode scalars of warnings that are left for problems of the Namespace's labels.
    var reservedLength = 0

    /// A decider whose decisions are never stronger than the mode.
    package init(
        mode: EnforcementMode,
        today: CivilDate,
        podContext: ScoringSubject.Context = .admittedPod,
        judgesTemplatesAsPods: Bool = false
    ) {
        self.judgesTemplatesAsPods = judgesTemplatesAsPods
        self.mode = mode
        self.today = today
        self.podContext = podContext
    }

    /// Decides a request by the policy that applies in its Namespace and by the waivers there.
    ///
    /// A `pinned` policy, such as that of the webhook's path, replaces the Namespace's.
    package func decide(_ request: AdmissionRequest, by policies: PolicySet, pinned: ScorePolicy? = nil) -> Decision {
        let policy = pinned ?? policies.policy(for: request.namespace)
        return decide(request, by: policy, waivers: policies.waivers(in: request.namespace))
    }

    /// Decides a request by one policy and the waivers of its Namespace.
    ///
    /// Linear in the containers of the object; in an update also in those of the old one.
    package func decide(_ request: AdmissionRequest, by policy: ScorePolicy, waivers: [ScoreWaiver] = []) -> Decision {
        let evaluator = RequestEvaluator(
            mode: mode,
            today: today,
            podContext: podContext,
            judgesTemplatesAsPods: judgesTemplatesAsPods
        )
        return switch evaluator.evaluate(request, by: policy, waivers: waivers) {
        case .ignored: Decision(.allow, on: request, by: policy).answering()
        case .unchanged: Decision(.unchanged, on: request, by: policy).answering()
        case .exempt(let exemption): Decision(.exempt, on: request, by: policy, exemption: exemption).answering()
        case .evaluated(let verdict): answer(verdict, request, policy)
        case .undecodable(let cap): undecodable(cap: cap, request, policy)
        }
    }

    /// Answers by the verdict of the levels; a denial has no warnings, since its message says everything.
    private func answer(_ verdict: PolicyVerdict, _ request: AdmissionRequest, _ policy: ScorePolicy) -> Decision {
        var denial: AdmissionResponse.Status?
        var warnings: [String] = []
        switch verdict.effect {
        case .deny:
            denial = verdict.decisive.map { level in
                Self.denial(AnswerText(request: request, policy: policy, evaluation: verdict.evaluation, level: level, on: today))
            }
        case .warn: warnings = self.warnings(verdict, request, policy)
        case .audit, nil: break
        }
        return Decision(verdict, on: request, by: policy).answering(denial: denial, warnings: warnings, recorded: verdict.recorded)
    }

    /// The warnings about a later denial, then those of today.
    private func warnings(_ verdict: PolicyVerdict, _ request: AdmissionRequest, _ policy: ScorePolicy) -> [String] {
        var texts: [AnswerText] = []
        if let later = verdict.later {
            let used = verdict.waivers.map(\.name)
            let expired = later.expiredWaivers.filter { used.contains($0.name) }
            let foreseen = AnswerText.Foreseen(day: later.day, expiredWaivers: expired)
            texts.append(
                AnswerText(
                    request: request,
                    policy: policy,
                    evaluation: later.evaluation,
                    level: later.level,
                    on: later.day,
                    foreseen: foreseen
                )
            )
        }
        if verdict.warnsToday, let level = verdict.decisive {
            texts.append(AnswerText(request: request, policy: policy, evaluation: verdict.evaluation, level: level, on: today))
        }
        return WarningLines.list(texts, guidance: policy.guidance, reserved: reservedLength)
    }

    /// Denies a request that cannot be evaluated if the policy has `enforce`; otherwise warns that nothing was checked.
    private func undecodable(cap: Effect, _ request: AdmissionRequest, _ policy: ScorePolicy) -> Decision {
        let strongest = min(policy.strongestEffect, cap)
        let effect = min(strongest, Effect(mode))
        let wouldDeny = strongest == .deny && effect != .deny
        let outcome = Decision.Outcome(effect)
        let decision = Decision(outcome, on: request, by: policy, violations: [.undecodable], wouldDeny: wouldDeny)
        let message = UndecodableText.message(request, policy: policy)
        if effect == .deny {
            let message = message + (policy.guidance.map(DenialMessage.ending) ?? "")
            // kubectl shows only the causes of an invalid object, so the cause has the whole message.
            let cause = AdmissionResponse.Status.Cause(reason: Violation.undecodable.id, message: message, field: "")
            return decision.answering(
                denial: AdmissionResponse.Status(code: 422, reason: "Invalid", message: message, causes: [cause])
            )
        }
        guard mode != .audit else { return decision.answering() }
        let line = wouldDeny ? "would be denied: \(message)" : message
        return decision.answering(warnings: WarningLines.bounded([line], guidance: policy.guidance, reserved: reservedLength))
    }

    private static func denial(_ text: AnswerText) -> AdmissionResponse.Status {
        AdmissionResponse.Status(
            code: 403,
            reason: "Forbidden",
            message: DenialMessage.text(text),
            causes: DenialCauses.list(text)
        )
    }
}
