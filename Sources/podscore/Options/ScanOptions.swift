import ArgumentParser
import Manifests
import Platform
import PodScoring
import Reports
import Scanning

/// The files that are read in directories.
struct FileSelectionOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "In directories, read files that match this pattern instead of *.yaml, *.yml and *.json; can be repeated.",
            valueName: "pattern"
        )
    )
    var include: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("In directories, skip what matches this pattern; can be repeated.", valueName: "pattern")
    )
    var exclude: [String] = []

    /// The patterns for files in directories.
    var selection: ManifestFiles.Selection {
        ManifestFiles.Selection(included: include.map { PathPattern($0) }, excluded: exclude.map { PathPattern($0) })
    }
}

/// The files to scan.
struct ScanInputOptions: ParsableArguments {
    @OptionGroup var files: FileSelectionOptions

    @Flag(name: .long, help: "Report absolute paths.")
    var absolutePath = false

    @Option(
        name: [.short, .long],
        help: "The number of files, or parts of a long file, to scan in parallel (default: the number of processors)."
    )
    var jobs: Int?

    /// Rejects fewer than one job and too many.
    func validate() throws {
        guard let jobs else { return }
        guard 1...ScanRun.jobLimit ~= jobs else { throw ValidationError("--jobs must be between 1 and \(ScanRun.jobLimit), not \(jobs)") }
    }
}

/// The format and the place of the results.
struct ScanReportOptions: ParsableArguments {
    /// The formats.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table
        case json
        case yaml
        case sarif
        case junit
        case github
        case html
    }

    @Option(name: [.short, .long], help: "The output format (default: table on a terminal, otherwise json).")
    var format: Format?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write results to this file, or the one a link leads to, which appears complete at the end; - is standard output.",
            valueName: "file"
        ),
        completion: .file()
    )
    var output: String?

    @Flag(
        name: .long,
        help: "Fail with status 2 if there is a warning, such as for an unknown field of a workload."
    )
    var strict = false

    @Flag(name: .shortAndLong, help: "In a table, show all objects in full, also those that meet the demands.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "In a table, show only objects that fail and invalid documents.")
    var quiet = false

    @Flag(name: .long, help: "Write only a summary by Namespace and rule, as a table or as json.")
    var summary = false

    /// Rejects options that contradict each other.
    func validate() throws {
        guard !verbose || !quiet else { throw ValidationError("--verbose cannot be combined with --quiet") }
        guard !summary || !verbose && !quiet else { throw ValidationError("--summary cannot be combined with --verbose or --quiet") }
    }

    /// Rejects a summary in a format that has none; the format can come from a file.
    func validateSummary() throws {
        guard summary, !form.hasSummary else { return }
        throw ValidationError("--summary needs --format table or json; \(form.chosenFormat.rawValue) has no summary")
    }

    /// The form of the report, and where it goes.
    var form: ReportForm {
        ReportForm(format: format, output: output, detail: quiet ? .failures : verbose ? .everything : .normal, isSummary: summary)
    }
}

/// The policy that decides, and the user who would create the objects.
struct ScanDecisionOptions: ParsableArguments {
    @Option(name: .long, help: "Decide by the ScorePolicy documents in this file or directory, as the webhook would.", completion: .file())
    var policy: String?

    @OptionGroup var date: DateOptions

    @Option(name: .long, help: ArgumentHelp("The user who creates the objects, for the exemptions of a policy.", valueName: "name"))
    var asUser = ""

    @Option(name: .long, help: ArgumentHelp("A group of that user; can be repeated.", valueName: "name"))
    var asGroup: [String] = []

    @Option(name: .long, help: "Podscore's namespace, which globs in policies never match.")
    var ownNamespace = ""

    /// Whether an option was given that needs a policy.
    var areGiven: Bool { date.today != nil || !asUser.isEmpty || !asGroup.isEmpty || !ownNamespace.isEmpty }
}

/// The baseline that a scan is compared with, and the one that it writes.
struct ScanBaselineOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Fail only for findings that are new or worse than in this file.", valueName: "file"),
        completion: .file()
    )
    var baseline: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write what fails to this file, for a later --baseline. Without --baseline, these findings do not fail this scan. With "
                + "--baseline, the scan is compared with the old file first.",
            valueName: "file"
        ),
        completion: .file()
    )
    var writeBaseline: String?

    /// Whether all failures go into a new baseline and none fails this scan.
    var putsAllInBaseline: Bool { writeBaseline != nil && baseline == nil }

    /// The largest baseline, in bytes.
    private static let byteLimit = 256 * 1024 * 1024

    /// Reads the baseline; `nil` without `--baseline`.
    func load() throws -> Baseline? {
        guard let baseline else { return nil }
        let bytes: [UInt8]
        do {
            bytes = try FileContents.read(baseline, byteLimit: Self.byteLimit)
        } catch {
            throw CommandFailure("cannot read the baseline: \(error); create one with --write-baseline")
        }
        do {
            return try Baseline(parsing: bytes.span)
        } catch {
            throw CommandFailure(lines: ["\(baseline):\(error)"])
        }
    }
}
