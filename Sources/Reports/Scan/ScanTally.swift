import AdmissionPolicy
import PodScoring

/// The number of documents of a scan by result.
package struct ScanTally: Sendable, Equatable {
    /// Documents with a score.
    package private(set) var scored = 0
    /// Documents, with or without a score, that fail the scan.
    package private(set) var failed = 0
    /// Documents that would fail, but are not worse than in the baseline.
    package private(set) var inBaseline = 0
    /// Valid documents to which no rule applies.
    package private(set) var skipped = 0
    /// Invalid documents, and files and directories that cannot be read.
    package private(set) var invalid = 0
    /// Invalid documents that count as in kubesec and can be parsed; kubesec gives them a score of 0.
    package private(set) var invalidScoringZero = 0
    /// Invalid documents that count as in kubesec.
    package private(set) var invalidInKubesec = 0
    /// Documents that fail in kubesec because of their score or their kind.
    package private(set) var failedInKubesec = 0
    /// Whether the report has a piece before its end.
    package var hasPieces = false

    /// Creates a tally without documents.
    package init() {}

    /// The number of documents.
    package var documents: Int { scored + skipped + invalid }

    /// Counts a document.
    package mutating func count(_ document: ScannedDocument) {
        switch document.outcome {
        case .scored: scored += 1
        case .skipped: skipped += 1
        case .invalid:
            invalid += 1
            if document.countsAsInKubesec {
                invalidInKubesec += 1
                if document.isWellFormed { invalidScoringZero += 1 }
            }
        }
        guard document.fails else { return }
        if document.isInBaseline {
            inBaseline += 1
        } else {
            failed += 1
            if document.failsInKubesec { failedInKubesec += 1 }
        }
    }

    /// Adds the counts of another tally.
    package mutating func add(_ other: Self) {
        scored += other.scored
        failed += other.failed
        inBaseline += other.inBaseline
        skipped += other.skipped
        invalid += other.invalid
        invalidScoringZero += other.invalidScoringZero
        invalidInKubesec += other.invalidInKubesec
        failedInKubesec += other.failedInKubesec
        hasPieces = hasPieces || other.hasPieces
    }

    /// The counts as one line: `12 documents: 10 scored (2 failed), 1 skipped, 1 invalid`.
    package var sentence: String {
        let verdicts = [failed > 0 ? "\(failed) failed" : nil, inBaseline > 0 ? "\(inBaseline) in the baseline" : nil].compactMap { $0 }
        let detail = verdicts.isEmpty ? "" : " (\(verdicts.joined(separator: ", ")))"
        let noun = documents == 1 ? "document" : "documents"
        return "\(documents) \(noun): \(scored) scored\(detail), \(skipped) skipped, \(invalid) invalid"
    }
}

extension ScannedDocument {
    /// Whether the object fails: it is denied, scores too low, or violates the Pod Security Standard.
    package var fails: Bool {
        violatesStandard || (countsAsInKubesec ? failsInKubesec : isDenied)
    }

    /// Whether the object violates the requested Pod Security Standard.
    package var violatesStandard: Bool {
        standard?.violations.isEmpty == false
    }

    /// Whether the policy denies the object or, without a policy, the score is below 0.
    private var isDenied: Bool {
        if let decision = outcome.decision { return decision.outcome == .deny }
        guard case .scored(_, let report, _) = outcome else { return false }
        return report.score < 0
    }

    /// Whether the object fails in kubesec: its score is 0 or less, or kubesec has no rules for its kind.
    ///
    /// Invalid documents are counted separately.
    package var failsInKubesec: Bool {
        guard countsAsInKubesec else { return false }
        return switch outcome {
        case .scored(_, let report, _): report.score <= 0
        case .skipped: true
        case .invalid: false
        }
    }
}
