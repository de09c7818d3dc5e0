import Reports
import Scanning
import WebhookServer

/// The reports on the documents of one body, as far as they have been scored.
struct PostedReports {
    /// The reports would be larger than they may be.
    struct TooLarge: Error {}

    /// The most documents that are named when none can be parsed.
    private static let problemLimit = 20

    private let byteLimit: Int
    private let report = KubesecJSONReport()
    private var bytes: [UInt8]
    private var tally = ScanTally()
    private var counts = ManifestAnswer.Counts()
    private var malformedCount = 0
    /// What is wrong with the first malformed documents.
    private var problems: [String] = []

    /// Begins without a document.
    init(byteLimit: Int) {
        self.byteLimit = byteLimit
        bytes = report.head
    }

    /// Writes the report on the next document.
    mutating func add(_ document: ScannedDocument) throws(TooLarge) {
        let piece = report.piece(of: [document])
        guard bytes.count + piece.count + report.separator.count <= byteLimit else { throw TooLarge() }
        if tally.hasPieces { bytes += report.separator }
        bytes += piece
        tally.hasPieces = true
        tally.count(document)
        switch document.outcome {
        case .scored: counts.scored += 1
        case .notScorable: counts.notScorable += 1
        case .broken: counts.broken += 1
        }
        guard !document.isWellFormed else { return }
        malformedCount += 1
        if problems.count < Self.problemLimit, let problem = document.problem { problems.append(problem) }
    }

    /// All reports; plain words where there is nothing but documents that can't be parsed.
    var answer: ManifestAnswer {
        guard malformedCount == counts.scored + counts.notScorable + counts.broken else {
            return .reports(bytes + report.tail(of: tally), isWellFormed: malformedCount == 0, counts)
        }
        let rest = malformedCount - problems.count
        return .unreadable((problems + (rest > 0 ? ["and \(rest) more documents that can't be parsed"] : [])).joined(separator: "\n"))
    }
}
