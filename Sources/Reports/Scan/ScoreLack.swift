import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// What a score lacks to pass.
struct ScoreLack {
    /// The score, its best possible value, and what would have passed, as one line.
    let sentence: String

    /// `nil` for a score that passes.
    init?(of report: ScoreReport, _ decision: Decision?, in object: KubernetesObject, _ document: ScannedDocument) {
        let score = "scores \(report.score) of \(report.bestPossibleScore)"
        if let decision {
            guard let way = MinimumWay(decision, of: report, in: object) else { return nil }
            sentence = "\(score), below the minimum \(way.minimum) of policy \(decision.policy); \(way.sentence)"
        } else if document.failsInKubesec {
            sentence = "\(score); kubesec fails what scores 0 or less"
        } else if report.score < 0 {
            sentence = "\(score), below 0"
        } else {
            return nil
        }
    }
}

extension MinimumWay {
    /// The changes with what they bring, as one clause: `shortest way to 9: RunAsNonRoot +1, CapDropAll +2`.
    var sentence: String {
        guard !changes.isEmpty else { return "no changes reach it" }
        return "shortest way to \(minimum): " + changes.map { "\($0.rule) +\($0.points)" }.joined(separator: ", ")
    }
}
