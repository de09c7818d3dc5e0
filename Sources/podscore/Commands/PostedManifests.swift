import KubernetesAPI
import Platform
import PodScoring
import PolicySources
import Reports
import Scanning
import WebhookServer

/// Scores manifests posted to `podscore http`, as `podscore scan` scores a file and `podscore fix` edits it.
struct PostedManifests: ManifestService {
    /// The name of a body in reports, as in kubesec.
    static let sourceName = "API"

    /// The ruleset for the score.
    let ruleset: Ruleset
    /// The ruleset that the page has chosen at first.
    var pageRuleset = Ruleset.podscoreV1
    /// The namespace of objects without one.
    let defaultNamespace: String
    /// The largest body that the server takes, in bytes.
    var bodyByteLimit = 8 << 20

    /// Scores by a ruleset.
    init(ruleset: Ruleset, defaultNamespace: String) {
        self.ruleset = ruleset
        self.defaultNamespace = defaultNamespace
    }

    /// The ruleset's name.
    var rulesetName: String { ruleset.label }

    /// A scan with only these rules; with all rules of the ruleset if there are none.
    func basis(rules: [String]) throws(UnusableRules) -> ManifestScan {
        do throws(UnknownRules) {
            let ruleset = try ruleset.restricted(to: rules)
            return ManifestScan(ruleset: ruleset, policies: nil, defaultNamespace: defaultNamespace, today: .now)
        } catch {
            throw UnusableRules(error.description)
        }
    }

    /// Scores the documents of a body one after the other; each is released once its report is written.
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

/// The reports on the documents of one body that are scored so far.
struct PostedReports {
    /// The reports would exceed the limit.
    struct TooLarge: Error {}

    /// The bytes after which no further problem is named if no document can be parsed.
    private static let problemByteLimit = 256

    private let byteLimit: Int
    private let report = KubesecJSONReport()
    private var bytes: [UInt8]
    private var tally = ScanTally()
    private var counts = ManifestAnswer.Counts()
    private var malformedCount = 0
    /// The problems of the first malformed documents.
    private var problems: [String] = []
    private var problemByteCount = 0

    /// Starts with no document.
    init(byteLimit: Int) {
        self.byteLimit = byteLimit
        bytes = report.head
    }

    /// Adds the report on the next document.
    mutating func add(_ document: ScannedDocument) throws(TooLarge) {
        let piece = report.piece(of: [document])
        guard bytes.count + piece.count + report.separator.count <= byteLimit else { throw TooLarge() }
        if tally.hasPieces { bytes += report.separator }
        bytes += piece
        tally.hasPieces = true
        tally.count(document)
        counts.count(document)
        guard !document.isWellFormed else { return }
        malformedCount += 1
        guard let problem = document.problem, problemByteCount < Self.problemByteLimit else { return }
        problemByteCount += problem.utf8.count
        problems.append(problem)
    }

    /// All reports; plain text if no document can be parsed.
    var answer: ManifestAnswer {
        guard malformedCount == counts.scored + counts.skipped + counts.invalid else {
            return .reports(bytes + report.tail(of: tally), isWellFormed: malformedCount == 0, counts)
        }
        let rest = malformedCount - problems.count
        return .unreadable(problems + (rest > 0 ? ["and \(rest) more documents that cannot be parsed"] : []))
    }
}

extension ManifestAnswer.Counts {
    /// Counts a document by its result.
    mutating func count(_ document: ScannedDocument) {
        switch document.outcome {
        case .scored: scored += 1
        case .skipped: skipped += 1
        case .invalid: invalid += 1
        }
    }
}
