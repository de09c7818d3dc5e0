import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Platform
import PolicySources
import Reports

/// The command `podscore review FILE…`.
struct ReviewCommand: ParsableCommand {
    /// The output formats.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
        case html
    }

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Decide recorded admission reviews without a server.",
        usage: "podscore review FILE... [OPTIONS]",
        discussion: """
            Each file contains one AdmissionReview as the API server posts it. The
            decision is the one that `podscore serve` would make under the same
            policy. json writes one line for each review, in the order of the files.
            html writes one page for a browser with all of them.

            Exit status 0 if all are allowed, 1 if one is denied, 2 if a file is not
            a review.
            """
    )

    @Argument(help: ArgumentHelp("Files with an AdmissionReview each; - is standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(name: .long, help: "The file or directory with ScorePolicy documents (default: the built-in policy).", completion: .file())
    var policy: String?

    @Option(name: .long, help: "The strongest effect of any policy: enforce, warn or audit.")
    var mode = EnforcementMode.enforce

    @Option(name: .long, help: "Podscore's namespace, which globs in policies never match.")
    var ownNamespace = ""

    @OptionGroup var date: DateOptions

    @OptionGroup var workloads: WorkloadOptions

    @Option(name: [.short, .long], help: "The output format: text, json or html.")
    var format = Format.text

    /// Decides the files one after the other.
    mutating func run() throws {
        let loaded = try PolicyFiles.load(policy, ownNamespace: ownNamespace, today: date.day)
        StandardStream.error.write(lines: loaded.warnings)
        let decider = Decider(mode: mode, today: date.day)
        var page = ReviewedPage(HTMLReport(version: Version.text))
        var status: Int32 = 0
        for file in files {
            do {
                let bytes = try FileContents.read(argument: file, byteLimit: AdmissionReview.byteLimit)
                let review = try review(bytes, named: file)
                let decision = decider.decide(review.request, by: loaded.policies)
                switch format {
                case .text: try StandardStream.output.writeResult(DecisionText.lines(decision, of: review.request, in: file))
                case .json: try StandardStream.output.writeResult(decision.response.encoded(for: review.version) + [UInt8(ascii: "\n")])
                case .html: try page.write(ScannedDocument(decision, on: review.request, in: file))
                }
                if !decision.response.isAllowed { status = max(status, ExitStatus.failed) }
            } catch let failure as CommandFailure {
                StandardStream.error.write(failure.text)
                status = ExitStatus.invalid
            }
        }
        if format == .html { try page.complete() }
        if status != 0 { throw ExitCode(status) }
    }

    /// Reads the review in a file.
    private func review(_ bytes: [UInt8], named file: String) throws -> AdmissionReview {
        do {
            return try AdmissionReview(parsing: bytes.span, among: workloads.known)
        } catch {
            throw CommandFailure("\(file) contains no AdmissionReview: \(error.explained(in: bytes.span))")
        }
    }
}

extension EnforcementMode: ExpressibleByArgument {}

/// A page with reviewed requests, written one after the other.
private struct ReviewedPage {
    private let report: HTMLReport
    private var tally = ScanTally()

    init(_ report: HTMLReport) {
        self.report = report
    }

    mutating func write(_ document: ScannedDocument) throws {
        let head = tally.documents == 0 ? report.head : []
        tally.count(document, inDetail: true)
        try StandardStream.output.writeResult(head + report.piece(of: [document]))
    }

    func complete() throws {
        let head = tally.documents == 0 ? report.head : []
        try StandardStream.output.writeResult(head + report.tail(of: tally))
    }
}
