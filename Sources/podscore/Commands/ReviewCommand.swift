import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Platform
import PolicySources
import Reports

/// The command `podscore review FILE…`.
struct ReviewCommand: ParsableCommand {
    /// How decisions are written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Decide recorded admission reviews without a server.",
        usage: "podscore review FILE... [OPTIONS]",
        discussion: """
            Each file holds one AdmissionReview as the API server posts it. The
            decision is the one that `podscore serve` would give under the same
            policy. json writes the answer to each review on a line of its own, in
            the order of the files.

            Ends with 0 when all are allowed, with 1 when one is denied, and with 2
            when a file is no review.
            """
    )

    @Argument(help: ArgumentHelp("Files with an AdmissionReview each; - is standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(name: .long, help: "The ScorePolicy documents in this file or directory (default: the built-in policy).", completion: .file())
    var policy: String?

    @Option(name: .long, help: "The most that may happen, whatever the policy says: enforce, warn or audit.")
    var mode = EnforcementMode.enforce

    @Option(name: .long, help: "Podscore's own namespace, which globs in policies never match.")
    var ownNamespace = ""

    @OptionGroup var date: DateOptions

    @Option(name: [.short, .long], help: "How to write decisions: text or json.")
    var format = Format.text

    /// Decides the files one after the other.
    mutating func run() throws {
        let loaded = try PolicyFiles.load(policy, ownNamespace: ownNamespace, today: date.day)
        StandardStream.error.write(lines: loaded.warnings)
        let decider = Decider(mode: mode, today: date.day)
        var status: Int32 = 0
        for file in files {
            do {
                let bytes = try FileContents.read(argument: file, byteLimit: AdmissionReview.byteLimit)
                let review = try Self.review(bytes, named: file)
                let decision = decider.decide(review.request, by: loaded.policies)
                switch format {
                case .text: try StandardStream.output.writeResult(DecisionText.lines(decision, of: review.request, in: file))
                case .json: try StandardStream.output.writeResult(decision.response.encoded(for: review.version) + [UInt8(ascii: "\n")])
                }
                if !decision.response.isAllowed { status = max(status, ExitStatus.refused) }
            } catch let failure as CommandFailure {
                StandardStream.error.write(failure.text)
                status = ExitStatus.broken
            }
        }
        if status != 0 { throw ExitCode(status) }
    }

    /// Reads the review in a file.
    private static func review(_ bytes: [UInt8], named file: String) throws -> AdmissionReview {
        do {
            return try AdmissionReview(parsing: bytes.span)
        } catch {
            throw CommandFailure("\(file) holds no AdmissionReview: \(error.explained(in: bytes.span))")
        }
    }
}

extension EnforcementMode: ExpressibleByArgument {}
