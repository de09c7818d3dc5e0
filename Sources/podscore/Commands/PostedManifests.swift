import KubernetesAPI
import Platform
import PodScoring
import Reports
import Scanning
import WebhookServer

/// Scores what is posted to `podscore http`, as `podscore scan` scores a file.
struct PostedManifests: ManifestService {
    /// The name by which reports call a body, as kubesec does.
    static let sourceName = "API"

    /// By what is scored.
    let ruleset: Ruleset
    /// The namespace of objects that name none.
    let defaultNamespace: String

    /// The ruleset's name.
    var rulesetName: String { ruleset.label }

    /// The scan for these rules alone; all of the ruleset's when there is none.
    func basis(rules: [String]) throws(UnusableRules) -> ManifestScan {
        do throws(UnknownRules) {
            return ManifestScan(ruleset: try ruleset.restricted(to: rules), policies: nil, defaultNamespace: defaultNamespace)
        } catch {
            throw UnusableRules(error.description)
        }
    }

    /// Scores the documents of a body one after the other; none is kept once its report is written.
    func answer(_ body: Span<UInt8>, by scan: ManifestScan, byteLimit: Int) -> ManifestAnswer {
        var reports = PostedReports(byteLimit: byteLimit)
        do throws(PostedReports.TooLarge) {
            try scan.scan(Array(copying: body), named: Self.sourceName) { (document) throws(PostedReports.TooLarge) in
                try reports.add(document)
            }
        } catch {
            return .tooLarge
        }
        return reports.answer
    }
}

extension Array<UInt8> {
    /// Copies the bytes of a span.
    fileprivate init(copying span: Span<UInt8>) {
        self.init(capacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }
}

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
