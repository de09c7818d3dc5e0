package import Reports

/// The results for some documents of one file, ready to be written.
struct ScanPart: Sendable {
    /// A piece of the report.
    struct Piece: Sendable {
        /// Its text, without a separator.
        let bytes: [UInt8]
        /// The number of its results, if the format limits them.
        let resultCount: Int
    }

    /// The pieces of the report, joined only when they are written.
    private(set) var pieces: [Piece] = []
    private var byteCount = 0
    /// Lines for standard error.
    private(set) var problems: [String] = []
    /// The counts of the documents.
    private(set) var tally = ScanTally()
    /// The objects that failed, if a baseline is used.
    private(set) var failed: [Baseline.Entry] = []

    /// The approximate memory of the part, in bytes.
    var weight: Int { byteCount + problems.count * 200 + failed.count * 2_000 }

    /// Adds the next documents, and their problems if those are written beside the report.
    mutating func add(_ documents: [ScannedDocument], by encoder: any ReportEncoder, sayingProblems: Bool) {
        guard !documents.isEmpty else { return }
        if encoder.resultLimit == nil {
            append(encoder.countedPiece(of: documents))
        } else {
            // So that it does not depend on the number of threads which documents are beyond the limit.
            for document in documents { append(encoder.countedPiece(of: [document])) }
        }
        for document in documents {
            tally.count(document, inDetail: encoder.needsDetails)
            if document.failsForWarnings, !encoder.showsWarnings(of: document) { problems += document.warningLines }
            if sayingProblems, let problem = document.problem { problems.append((document.position == nil ? "podscore: " : "") + problem) }
        }
    }

    private mutating func append(_ piece: (bytes: [UInt8], resultCount: Int)) {
        guard !piece.bytes.isEmpty else { return }
        pieces.append(Piece(bytes: piece.bytes, resultCount: piece.resultCount))
        byteCount += piece.bytes.count
        tally.hasPieces = true
    }

    /// Adds an object that failed.
    mutating func note(_ entry: Baseline.Entry) {
        failed.append(entry)
    }

    /// Adds a line for standard error.
    mutating func say(_ line: String) {
        problems.append(line)
    }
}

extension ScannedDocument {
    /// The problem of an invalid document, as one line; `nil` if it is valid.
    package var problem: String? {
        guard case .invalid(let problem) = outcome else { return nil }
        return problem
    }
}
