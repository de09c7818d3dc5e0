package import Reports

/// What came of some documents of one file, ready to be put behind what came before.
struct ScanPart: Sendable {
    /// Their part of the report, one behind the other; joined only when it is written.
    private(set) var pieces: [[UInt8]] = []
    private var byteCount = 0
    /// Lines for standard error.
    private(set) var problems: [String] = []
    /// What they come to.
    private(set) var tally = ScanTally()
    /// Those that are refused, where somebody wants to know.
    private(set) var refused: [Baseline.Entry] = []

    /// About how much memory the part holds, in bytes.
    var weight: Int { byteCount + problems.count * 200 + refused.count * 2_000 }

    /// Adds documents that follow, and their problems where those are to be said beside the report.
    mutating func add(_ documents: [ScannedDocument], by encoder: any ReportEncoder, sayingProblems: Bool) {
        guard !documents.isEmpty else { return }
        let piece = encoder.piece(of: documents)
        if !piece.isEmpty {
            if tally.hasPieces { pieces.append(encoder.separator) }
            pieces.append(piece)
            byteCount += piece.count
            tally.hasPieces = true
        }
        for document in documents {
            tally.count(document)
            if sayingProblems, let problem = document.problem { problems.append((document.position == nil ? "podscore: " : "") + problem) }
        }
    }

    /// Notes an object that is refused.
    mutating func note(_ entry: Baseline.Entry) {
        refused.append(entry)
    }

    /// Adds a line for standard error.
    mutating func say(_ line: String) {
        problems.append(line)
    }
}

extension ScannedDocument {
    /// What is broken, as one line; `nil` when nothing is.
    package var problem: String? {
        guard case .broken(let problem) = outcome else { return nil }
        return problem
    }
}
