import AdmissionPolicy
import PodScoring
import Reports

/// What all documents of a scan come to.
struct ScanVerdict {
    /// The status with which the command ends.
    let status: Int32

    /// Takes the worst of the documents.
    ///
    /// Broken input beats what is refused. Among the documents that count as in kubesec it is an error, with its status 1, only where the text
    /// can't be parsed; an object that is not valid scores 0, which is refused with 2.
    ///
    /// `asKubesec` is whether an unreadable file counts as in kubesec, too.
    init(_ documents: [ScannedDocument], hasUnreadableFiles: Bool, asKubesec: Bool) {
        let kubesec = documents.filter(\.countsAsInKubesec)
        let others = documents.filter { !$0.countsAsInKubesec }
        let isUnreadableInKubesec = hasUnreadableFiles && asKubesec
        let other = hasUnreadableFiles && !asKubesec ? ExitStatus.broken : others.map(\.status).max() ?? 0
        if other == ExitStatus.broken {
            status = other
        } else if isUnreadableInKubesec || kubesec.contains(where: { !$0.isWellFormed }) {
            status = KubesecStatus.error
        } else if kubesec.contains(where: \.failsInKubesec) {
            status = KubesecStatus.failed
        } else {
            status = max(other, kubesec.contains(where: \.breaksStandard) ? ExitStatus.refused : 0)
        }
    }
}

/// The statuses with which kubesec ends.
///
/// Source: <https://github.com/controlplaneio/kubesec/blob/a59caad/cmd/scan.go>
private enum KubesecStatus {
    /// A file that can't be read or parsed.
    static let error: Int32 = 1
    /// An object that scores 0 or less.
    static let failed: Int32 = 2
}

extension ScannedDocument {
    /// The status for this document alone, by our own rules.
    fileprivate var status: Int32 {
        switch outcome {
        case .broken: return ExitStatus.broken
        case .notScorable: return 0
        case .scored(_, let report, let decision):
            let isRefused = decision.map { $0.outcome == .deny } ?? (report.score < 0)
            return isRefused || breaksStandard ? ExitStatus.refused : 0
        }
    }

    /// Whether the object does not meet the Pod Security Standard that was asked for.
    fileprivate var breaksStandard: Bool {
        standard?.violations.isEmpty == false
    }

    /// Whether kubesec ends with its failure status for this document: everything that does not score fails.
    fileprivate var failsInKubesec: Bool {
        guard case .scored(_, let report, _) = outcome else { return true }
        return report.score <= 0
    }
}
