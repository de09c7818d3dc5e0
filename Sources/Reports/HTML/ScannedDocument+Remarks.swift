import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// A sentence about an object as a whole, with the class of its colour.
struct Remark {
    /// The class.
    let tone: HTML
    /// The sentence.
    let text: String

    /// A sentence in a colour.
    init(_ tone: HTML, _ text: String) {
        self.tone = tone
        self.text = text
    }
}

extension ScannedDocument {
    /// The decision, its exceptions and what else there is to say about the object as a whole.
    var remarks: [Remark] {
        var remarks = running.map { [Remark("", $0.sentence)] } ?? []
        if case .skipped(_, let why, _) = outcome { remarks.append(Remark("", "skipped: \(why)")) }
        if case .scored(_, let report, _) = outcome { remarks.append(Remark("faint", "ruleset \(report.ruleset.label)")) }
        if let decision = outcome.decision {
            remarks += verdict(decision)
            remarks += DecisionText.exceptions(in: decision).map { Remark("caution", $0) }
            if let day = decision.deniedFrom { remarks.append(Remark("caution", "denied from \(day)")) }
            if decision.outcome == .deny {
                remarks += (decision.guidance?.lines ?? []).map { Remark("", $0) }
            } else {
                remarks += decision.response.warnings.map { Remark("caution", "Warning: \($0)") }
            }
        }
        if let standard {
            let isMet = standard.violations.isEmpty
            remarks.append(Remark(isMet ? "good" : "bad", "\(isMet ? "complies with" : "violates") \(standard.standard)"))
        }
        return remarks + comparison
    }

    private func verdict(_ decision: Decision) -> [Remark] {
        let isNameless = Self.namelessPolicies.contains(decision.policy)
        if decision.outcome == .deny {
            let verdict = isNameless ? "failed" : "denied by policy \(decision.policy)"
            return [Remark("bad", "\(verdict): \(DecisionText.violatedDemands(of: decision).joined(separator: "; "))")]
        }
        guard !isNameless else { return violatesStandard ? [] : [Remark("good", "passed")] }
        switch decision.outcome {
        case .exempt: return [Remark("", "exempt from policy \(decision.policy)")]
        case .audit: return [Remark("", "allowed by policy \(decision.policy), which records the violations")]
        case .warn: return [Remark("caution", "allowed with warnings by policy \(decision.policy)")]
        case .allow, .unchanged, .deny: return [Remark("good", "allowed by policy \(decision.policy)")]
        }
    }

    /// How a failing object compares with the baseline.
    private var comparison: [Remark] {
        switch baseline {
        case nil: []
        case .known: [Remark("faint", "not counted as failed: in the baseline")]
        case .new: [Remark("bad", "not in the baseline")]
        case .worse(let reasons): [Remark("bad", "worse than the baseline: \(reasons.joined(separator: ", "))")]
        }
    }
}
