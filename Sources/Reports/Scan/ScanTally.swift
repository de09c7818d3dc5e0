import AdmissionPolicy
import PodScoring

/// What the documents of a scan come to, counted one by one or by parts.
package struct ScanTally: Sendable, Equatable {
    /// Documents with a score.
    package private(set) var scored = 0
    /// Documents, with a score or without, that are not good enough and that no baseline excuses.
    package private(set) var refused = 0
    /// Documents that are not good enough, nor worse than the baseline says.
    package private(set) var excused = 0
    /// Well-formed documents that no rule looks at.
    package private(set) var notScorable = 0
    /// Documents that cannot be read, and files and directories that cannot be opened.
    package private(set) var broken = 0
    /// Documents among the broken ones that count as in kubesec and can be parsed, so that there they score 0.
    package private(set) var brokenAsScoringZero = 0
    /// Documents among the broken ones that count as in kubesec.
    package private(set) var brokenInKubesec = 0
    /// Documents that kubesec fails, for their score or for their kind.
    package private(set) var failedInKubesec = 0
    /// Whether the report has a piece, so that its end may have to follow something.
    package var hasPieces = false

    /// Nothing counted yet.
    package init() {}

    /// The number of documents.
    package var documents: Int { scored + notScorable + broken }

    /// Counts a document.
    package mutating func count(_ document: ScannedDocument) {
        switch document.outcome {
        case .scored: scored += 1
        case .notScorable: notScorable += 1
        case .broken:
            broken += 1
            if document.countsAsInKubesec {
                brokenInKubesec += 1
                if document.isWellFormed { brokenAsScoringZero += 1 }
            }
        }
        guard document.isRefused else { return }
        if document.isExcused {
            excused += 1
        } else {
            refused += 1
            if document.failsInKubesec { failedInKubesec += 1 }
        }
    }

    /// Counts what another tally has counted.
    package mutating func add(_ other: Self) {
        scored += other.scored
        refused += other.refused
        excused += other.excused
        notScorable += other.notScorable
        broken += other.broken
        brokenAsScoringZero += other.brokenAsScoringZero
        brokenInKubesec += other.brokenInKubesec
        failedInKubesec += other.failedInKubesec
        hasPieces = hasPieces || other.hasPieces
    }

    /// The documents by what became of them, as one line: `12 documents: 10 scored (2 refused), 1 not scorable, 1 broken`.
    package var sentence: String {
        let verdicts = [refused > 0 ? "\(refused) refused" : nil, excused > 0 ? "\(excused) in the baseline" : nil].compactMap { $0 }
        let detail = verdicts.isEmpty ? "" : " (\(verdicts.joined(separator: ", ")))"
        let noun = documents == 1 ? "document" : "documents"
        return "\(documents) \(noun): \(scored) scored\(detail), \(notScorable) not scorable, \(broken) broken"
    }
}

extension ScannedDocument {
    /// Whether the object is not good enough: denied, below the score that passes, or against the Pod Security Standard.
    package var isRefused: Bool {
        breaksStandard || (countsAsInKubesec ? failsInKubesec : isDenied)
    }

    /// Whether the object does not meet the Pod Security Standard that was asked for.
    package var breaksStandard: Bool {
        standard?.violations.isEmpty == false
    }

    /// Whether the policy denies the object, or it scores below 0 where there is no policy.
    private var isDenied: Bool {
        if let decision = outcome.decision { return decision.outcome == .deny }
        guard case .scored(_, let report, _) = outcome else { return false }
        return report.score < 0
    }

    /// Whether kubesec fails the object: one that scores 0 or less, or is of no kind that it knows; broken ones are counted apart.
    package var failsInKubesec: Bool {
        guard countsAsInKubesec else { return false }
        return switch outcome {
        case .scored(_, let report, _): report.score <= 0
        case .notScorable: true
        case .broken: false
        }
    }
}
