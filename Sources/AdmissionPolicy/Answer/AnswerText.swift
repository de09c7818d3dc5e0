import KubernetesAPI
import PodScoring

/// The texts about the verdict of one level, for a denial or for warnings.
///
/// Texts that several places need are written once. It is a class because it is passed around, and it never changes.
final class AnswerText {
    /// Whether the request is about a Pod itself, not about a workload that creates Pods.
    let isAboutPod: Bool
    /// The verdict of the level.
    let level: LevelVerdict
    /// Names the violated rules and checks, with containers and fixes.
    let failures: FailureText
    /// The later day on which the request would be denied; `nil` if the texts are about today.
    let foreseen: Foreseen?
    /// The minimum that the score is below; `nil` if it is not.
    let missedMinimum: Int?
    /// The changes to reach ``missedMinimum``; `nil` without one.
    let way: ShortestWay?
    /// The policy's sentence and link for denied users; `nil` if it has none.
    let guidance: PolicyGuidance?
    /// The first sentence, with the object and the policy: `Pod payments/mixed scores 4 of 21, below the minimum 9 …`.
    let sentence: String

    /// A later day on which the request would be denied.
    struct Foreseen {
        /// The first such day.
        let day: CivilDate
        /// The waivers that will have expired by then.
        let expiredWaivers: [ScoreWaiver]
    }

    /// Makes the texts for the object of a request and the verdict of a level on a day.
    init(
        request: borrowing AdmissionRequest,
        policy: ScorePolicy,
        evaluation: PodEvaluation,
        level: LevelVerdict,
        on day: CivilDate,
        foreseen: Foreseen? = nil
    ) {
        self.foreseen = foreseen
        guidance = policy.guidance
        isAboutPod = request.kind.kind == "Pod"
        self.level = level
        failures = FailureText(evaluation: evaluation)
        missedMinimum = Self.missedMinimum(level)
        way = Self.way(to: missedMinimum, evaluation, level, nodes: policy.nodes)
        sentence = Self.sentence(on: request, by: policy, evaluation, level, day: day)
    }

    /// The evaluation that the texts are about.
    var evaluation: PodEvaluation { failures.evaluation }

    /// The violated rules and checks, each with the separator and, if it is the first of its clause, the clause's name.
    var reasons: BoundedList {
        var list = BoundedList(reservingCapacity: 512)
        var previous = ""
        for violation in level.violations {
            guard let clause = violation.clause else { continue }
            if clause == previous {
                list.text += ", "
            } else {
                list.text += "; "
                list.text += clause
                list.text += ": "
            }
            previous = clause
            if let failure = failures.failure(of: violation) {
                failures.append(failure, asEntryOf: &list)
            } else {
                list.text += violation.id
                list.endEntry()
            }
        }
        return list
    }

    private static func missedMinimum(_ level: LevelVerdict) -> Int? {
        for case .minimumScore(_, let minimum) in level.violations { return minimum }
        return nil
    }

    private static func way(
        to minimum: Int?,
        _ evaluation: PodEvaluation,
        _ level: LevelVerdict,
        nodes: NodeFeatures
    ) -> ShortestWay? {
        guard let minimum, let report = evaluation.report else { return nil }
        let mandatory = level.violations.compactMap(\.rule)
        return ShortestWay(
            from: report,
            of: evaluation.subject,
            to: minimum,
            mandatory: mandatory,
            controls: evaluation.controls,
            nodes: nodes
        )
    }

    private static func sentence(
        on request: AdmissionRequest,
        by policy: ScorePolicy,
        _ evaluation: PodEvaluation,
        _ level: LevelVerdict,
        day: CivilDate
    ) -> String {
        var text = MessageText(reservingCapacity: 192)
        ObjectTitle.append(request, nameByteLimit: ObjectTitle.nameByteLimit(under: policy), to: &text)
        switch evaluation.scope {
        case .newEphemeralContainers: text += " gets an ephemeral container that violates policy "
        case .resize: text += " loses requests or limits that policy "
        case .wholePod: appendVerb(evaluation, level, to: &text)
        }
        text += DisplayText.oneLine(policy.name, byteLimit: 100)
        switch evaluation.scope {
        case .newEphemeralContainers: break
        case .resize: text += " requires"
        case .wholePod:
            if missedMinimum(level) == nil {
                appendScore(evaluation, to: &text)
            } else if let waiver = level.loweringWaiver(in: evaluation) {
                text += ", lowered by waiver "
                text += waiver
            } else if policy.isSetByNamespace(level.effect.minimumLabel, on: day) {
                text += ", set by Namespace label "
                text += level.effect.minimumLabel.rawValue
            }
        }
        return text.string
    }

    /// Appends the words before the policy's name: the score and the minimum above it, or that the object violates the policy.
    private static func appendVerb(_ evaluation: PodEvaluation, _ level: LevelVerdict, to text: inout MessageText) {
        guard let report = evaluation.report, let missed = missedMinimum(level) else {
            text += " violates policy "
            return
        }
        text += " scores "
        text.append(report.score)
        text += " of "
        text.append(report.bestPossibleScore)
        text += ", below the minimum "
        text.append(missed)
        if let written = level.writtenMinimum, written != missed, level.loweringWaiver(in: evaluation) == nil {
            text += " (\(written), scaled for Windows)"
        }
        text += " of policy "
    }

    /// Appends the score if it is not below the minimum: ` (score 12 of 21)`.
    private static func appendScore(_ evaluation: PodEvaluation, to text: inout MessageText) {
        guard let report = evaluation.report else { return }
        text += " (score "
        text.append(report.score)
        text += " of "
        text.append(report.bestPossibleScore)
        text += ")"
    }
}

extension Violation {
    /// The word or the standard under which messages list it; `nil` if the first sentence already says it.
    package var clause: String? {
        switch self {
        case .required: "required"
        case .forbidden: "forbidden"
        case .podSecurityStandard(let standard, _): standard.description
        case .minimumScore, .undecodable: nil
        }
    }
}

/// Writes the text of a violation: the rule or check, the containers and the fix.
struct FailureText {
    /// A failed rule or check with its places and its fix.
    struct Failure {
        /// The id of the rule or check.
        let id: String
        /// The fix of findings without their own.
        let fix: String
        /// The class of the fix at all places together.
        let fixClass: FixClass
        /// The places.
        let findings: [Finding]
    }

    /// The evaluation with the failures and their Pod.
    let evaluation: PodEvaluation

    /// The length in bytes beyond which no message or warning uses the text.
    private static let byteLimit = DenialMessage.byteLimit

    private let fixes: FixText

    /// The texts for the failures of an evaluation.
    init(evaluation: PodEvaluation) {
        self.evaluation = evaluation
        fixes = FixText(evaluation.subject)
    }

    /// The rule or check that a violation is about; `nil` if it is about none, or if nothing is known of it.
    func failure(of violation: Violation) -> Failure? {
        switch evaluation.failure(of: violation) {
        case .rule(let failed): failure(failed, as: failed.fixClass(in: evaluation.subject))
        case .check(let found):
            Failure(id: found.check.id, fix: found.check.fix, fixClass: found.fixClass(in: evaluation.subject), findings: found.findings)
        case nil: nil
        }
    }

    /// A failed rule with the class of its fix.
    func failure(_ failed: FailedRule, as fixClass: FixClass) -> Failure {
        // By index, since passing an entry copies all texts of its rule.
        Failure(
            id: failed.ruleset.entries[failed.index].rule.id,
            fix: failed.ruleset.entries[failed.index].rule.fix,
            fixClass: fixClass,
            findings: failed.findings
        )
    }

    /// Appends the id and the class of the fix, then the places and the fix:
    /// `RunAsNonRoot [check image] (container "bad": set securityContext.runAsNonRoot: true)`.
    ///
    /// At most `placeLimit` places are named; the rest is counted.
    func append(_ failure: Failure, placeLimit: Int, to text: inout MessageText) {
        let byteLimit = text.byteCount + Self.byteLimit
        appendName(failure, to: &text)
        appendFix(failure, placeLimit: placeLimit, byteLimit: byteLimit, to: &text)
    }

    /// Appends the same as an entry whose short form has neither places nor the fix.
    func append(_ failure: Failure, asEntryOf list: inout BoundedList) {
        let byteLimit = list.text.byteCount + Self.byteLimit
        appendName(failure, to: &list.text)
        let shortEnd = list.text.byteCount
        appendFix(failure, placeLimit: 3, byteLimit: byteLimit, to: &list.text)
        list.endEntry(shortEnd: shortEnd)
    }

    private func appendName(_ failure: Failure, to text: inout MessageText) {
        text += failure.id
        text += failure.fixClass.tag
    }

    private func appendFix(_ failure: Failure, placeLimit: Int, byteLimit: Int, to text: inout MessageText) {
        text += " ("
        fixes.append(failure.fix, findings: failure.findings, placeLimit: placeLimit, byteLimit: byteLimit, to: &text)
        text += ")"
    }
}
