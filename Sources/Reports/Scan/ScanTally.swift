import AdmissionPolicy
import KubernetesAPI
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
    /// Documents that a threshold, a policy or a standard was applied to.
    package private(set) var judged = 0
    /// The reasons for which documents were skipped.
    private var reasons = SkippedReasons()
    /// Warnings about fields.
    package private(set) var warnings = 0
    /// Documents with warnings that fail the scan.
    package private(set) var failedForWarnings = 0
    /// The counts by Namespace and rule of the documents that were counted in detail.
    package private(set) var details = ScanDetails()
    /// The Pods of the owners of an audit.
    private var pods = 0
    /// The owners of an audit.
    private var owners = 0
    /// The number of things that an audit could not read.
    private(set) var gaps = 0
    /// Results that the report leaves out, because its format has a limit.
    package var omittedResults = 0
    /// Whether the report has a piece before its end.
    package var hasPieces = false

    /// Creates a tally without documents.
    package init() {}

    /// The number of documents.
    package var documents: Int { scored + skipped + invalid }

    /// Counts a document, if asked for also by Namespace and rule.
    package mutating func count(_ document: ScannedDocument, inDetail: Bool = false) {
        if inDetail { details.count(document) }
        if document.isJudged { judged += 1 }
        if document.isGap { gaps += 1 }
        if let running = document.running {
            owners += 1
            pods += running.podCount
        }
        switch document.outcome {
        case .scored: scored += 1
        case .skipped(_, let why, _):
            skipped += 1
            reasons.count(why)
        case .invalid:
            invalid += 1
            if document.countsAsInKubesec {
                invalidInKubesec += 1
                if document.isWellFormed { invalidScoringZero += 1 }
            }
        }
        warnings += document.warnings.count
        if document.failsForWarnings { failedForWarnings += 1 }
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
        judged += other.judged
        reasons.add(other.reasons)
        warnings += other.warnings
        failedForWarnings += other.failedForWarnings
        details.add(other.details)
        owners += other.owners
        gaps += other.gaps
        pods += other.pods
        omittedResults += other.omittedResults
        hasPieces = hasPieces || other.hasPieces
    }

    /// The counts as one line: `12 documents: 10 scored (2 failed), 1 skipped (no rules for kind Service), 1 invalid`, and `, 3 warnings` if
    /// there are any.
    package var sentence: String {
        let verdicts = [failed > 0 ? "\(failed) failed" : nil, inBaseline > 0 ? "\(inBaseline) in the baseline" : nil].compactMap { $0 }
        let detail = verdicts.isEmpty ? "" : " (\(verdicts.joined(separator: ", ")))"
        let noun = documents == 1 ? "document" : "documents"
        let subject = isAudit ? Self.subject(pods: pods, owners: owners) : "\(documents) \(noun)"
        let warned = warnings == 0 ? "" : warnings == 1 ? ", 1 warning" : ", \(warnings) warnings"
        return
            "\(subject): \(scored) scored\(detail), \(skipped) skipped\(reasons.inParentheses), \(invalid) \(isAudit ? "not read" : "invalid")\(warned)"
    }

    /// Whether the documents are owners and gaps of an audit.
    var isAudit: Bool { owners + gaps > 0 }

    private static func subject(pods: Int, owners: Int) -> String {
        "\(pods) \(pods == 1 ? "Pod" : "Pods") of \(owners) \(owners == 1 ? "owner" : "owners")"
    }
}

/// The number of skipped documents for each reason.
private struct SkippedReasons: Sendable, Equatable {
    /// The most reasons that are kept; a scan of many kinds has more than anybody reads.
    private static let limit = 64
    /// The most reasons that are named.
    private static let namedLimit = 4

    private var counts: [String: Int] = [:]
    /// Documents whose reason is not kept.
    private var others = 0

    /// Counts a document by the part of its reason before a colon, which is the same for all documents alike.
    mutating func count(_ why: String) {
        note(why.utf8.firstIndex(of: UInt8(ascii: ":")).map { String(why[..<$0]) } ?? why, 1)
    }

    /// Adds the counts of other documents.
    mutating func add(_ other: Self) {
        for (reason, count) in other.counts.sorted(by: { $0.key < $1.key }) { note(reason, count) }
        others += other.others
    }

    private mutating func note(_ reason: String, _ count: Int) {
        if counts[reason] == nil, counts.count >= Self.limit {
            others += count
        } else {
            counts[reason, default: 0] += count
        }
    }

    /// The reasons, the most frequent first, as ` (3 no rules for kind Service; 1 Helm template)`; empty without any.
    var inParentheses: String {
        let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if others == 0, let only = ordered.first, ordered.count == 1 { return " (\(VisibleText.of(only.key)))" }
        let rest = others + ordered.dropFirst(Self.namedLimit).reduce(0) { $0 + $1.value }
        var named = ordered.prefix(Self.namedLimit).map { "\($0.value) \(VisibleText.of($0.key))" }
        if rest > 0 { named.append("\(rest) for other reasons") }
        return named.isEmpty ? "" : " (\(named.joined(separator: "; ")))"
    }
}

extension ScannedDocument {
    /// Whether the object was scored, decided by a policy or checked against a standard.
    var isJudged: Bool {
        if case .scored = outcome { return true }
        return outcome.decision != nil || standard != nil
    }

    /// Whether the object fails: it is denied, scores too low, or violates the Pod Security Standard.
    package var fails: Bool {
        violatesStandard || (countsAsInKubesec ? failsInKubesec : isDenied)
    }

    /// Whether the object fails and is not in the baseline, so that it fails the scan.
    var failsScan: Bool { fails && !isInBaseline }

    /// Whether the object violates the requested Pod Security Standard.
    package var violatesStandard: Bool {
        standard?.violations.isEmpty == false
    }

    /// Whether the object violates a policy, a threshold or a standard, whatever its score.
    var failsByDemand: Bool { violatesStandard || outcome.decision?.outcome == .deny }

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
