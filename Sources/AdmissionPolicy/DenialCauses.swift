import KubernetesAPI
import PodScoring

/// Lists what led to a denial for machines: one cause for each place, with the path of the field.
enum DenialCauses {
    /// The most causes that are listed one by one; a last one then counts the rest.
    static let limit = 32

    /// The score first, so that a client that shows causes only still says it; then the reasons in the message's order.
    static func list(_ answer: AnswerText) -> [AdmissionResponse.Status.Cause] {
        var causes: [AdmissionResponse.Status.Cause] = []
        var rest = 0
        if let score = score(answer) { causes.append(score) }
        for violation in answer.decisive.violations {
            for cause in reasons(violation, in: answer.assessment) {
                if causes.count < limit { causes.append(cause) } else { rest += 1 }
            }
        }
        if rest > 0 { causes.append(AdmissionResponse.Status.Cause(reason: "more", message: "and \(rest) more", field: "")) }
        return causes
    }

    /// One cause for each finding of the rule, and at least one.
    private static func reasons(
        _ violation: Decision.Violation,
        in assessment: Assessment
    ) -> [AdmissionResponse.Status.Cause] {
        let word: String
        switch violation {
        case .required: word = "required"
        case .forbidden: word = "forbidden"
        case .minimumScore, .undecodable: return []
        }
        guard let failure = assessment.failure(ofRule: violation.id) else {
            return [AdmissionResponse.Status.Cause(reason: violation.id, message: word, field: "")]
        }
        let message = "\(word): \(assessment.rule(of: failure).fix)"
        let paths = failure.findings.map { $0.path(below: assessment.specificationPath) }
        return (paths.isEmpty ? [""] : paths).map { path in
            AdmissionResponse.Status.Cause(reason: violation.id, message: message, field: DisplayText.oneLine(path, byteLimit: 256))
        }
    }

    private static func score(_ answer: AnswerText) -> AdmissionResponse.Status.Cause? {
        guard answer.assessment.report != nil else { return nil }
        let reason = answer.missedMinimum == nil ? "score" : "minimumScore"
        return AdmissionResponse.Status.Cause(reason: reason, message: answer.sentence, field: "")
    }
}
