import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// The reason why a score is too low.
struct ScoreLack {
    /// The score, the best possible score and the minimum, as one line.
    let sentence: String

    /// Creates the reason; `nil` if the score passes.
    init?(of report: ScoreReport, _ decision: Decision?, in object: KubernetesObject, _ document: ScannedDocument) {
        let score = "score \(report.score) of \(report.bestPossibleScore)"
        if let decision {
            guard let way = MinimumWay(decision, of: report, in: object) else { return nil }
            let owner = ScannedDocument.namelessPolicies.contains(decision.policy) ? "" : " of policy \(decision.policy)"
            sentence = "\(score) is below the minimum \(way.minimum)\(owner); \(way.sentence)"
        } else if document.failsInKubesec {
            sentence = "\(score) fails, since kubesec's rulesets require more than 0"
        } else if report.score < 0 {
            sentence = "\(score) is below 0"
        } else {
            return nil
        }
    }
}

extension MinimumWay {
    /// The changes with their points and classes, as one clause: `shortest way to 9: RunAsNonRoot +1 [check image], SeccompAny +1`.
    var sentence: String {
        guard !changes.isEmpty else { return "no changes reach the minimum" }
        return "shortest way to \(minimum): " + changes.map { "\($0.rule) +\($0.points)\($0.fixClass.tag)" }.joined(separator: ", ")
    }
}
