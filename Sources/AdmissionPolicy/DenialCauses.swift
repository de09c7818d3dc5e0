import KubernetesAPI
import PodScoring

/// Lists what led to a denial for machines: one cause for each place, with the path of the field.
enum DenialCauses {
    /// The most causes that are listed one by one; a last one then counts the rest.
    static let limit = 32

    /// The score first, so that a client that shows causes only still says it; then the reasons in the message's order.
    ///
    /// Where there are too many, each reason gets its share, so that one that fails everywhere does not hide the others.
    static func list(_ answer: AnswerText) -> [AdmissionResponse.Status.Cause] {
        let listed = score(answer).map { [$0] } ?? []
        let reasons = answer.decisive.violations.compactMap { Reason($0, in: answer.assessment) }
        let total = reasons.reduce(0) { $0 + $1.count }
        let room = limit - listed.count
        let share = total > room ? max(1, room / max(1, reasons.count)) : total
        let kept = reasons.flatMap { $0.causes(atMost: share) }.prefix(room)
        guard kept.count < total else { return listed + kept }
        return listed + kept + [AdmissionResponse.Status.Cause(reason: "more", message: "and \(total - kept.count) more", field: "")]
    }

    /// A rule that is required or forbidden, with all places to blame.
    private struct Reason {
        let id: String
        let word: String
        let fix: String?
        let findings: [Finding]
        let specificationPath: String

        /// `nil` for a violation that is about no rule.
        init?(_ violation: Decision.Violation, in assessment: Assessment) {
            switch violation {
            case .required: word = "required"
            case .forbidden: word = "forbidden"
            case .minimumScore, .undecodable: return nil
            }
            let failure = assessment.failure(ofRule: violation.id)
            id = violation.id
            fix = failure.map { assessment.rule(of: $0).fix }
            findings = failure?.findings ?? []
            specificationPath = assessment.subject.kind.specificationPath
        }

        /// The number of causes: one for each finding, and at least one.
        var count: Int { max(1, findings.count) }

        func causes(atMost limit: Int) -> [AdmissionResponse.Status.Cause] {
            guard !findings.isEmpty else { return [cause(fix: fix, path: "")] }
            return findings.prefix(limit).map { cause(fix: $0.fix ?? fix, path: $0.path(below: specificationPath)) }
        }

        private func cause(fix: String?, path: String) -> AdmissionResponse.Status.Cause {
            AdmissionResponse.Status.Cause(
                reason: id,
                message: fix.map { "\(word): \($0)" } ?? word,
                field: DisplayText.oneLine(path, byteLimit: 256)
            )
        }
    }

    private static func score(_ answer: AnswerText) -> AdmissionResponse.Status.Cause? {
        guard answer.assessment.report != nil else { return nil }
        let reason = answer.missedMinimum == nil ? "score" : "minimumScore"
        return AdmissionResponse.Status.Cause(reason: reason, message: answer.sentence, field: "")
    }
}
