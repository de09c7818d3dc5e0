import ArgumentParser
import Manifests
import Platform
import PodScoring
import Reports
import Scanning

/// What is scanned.
struct ScanInputOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Of directories take what fits this pattern, instead of *.yaml, *.yml and *.json; can be given several times.",
            valueName: "pattern"
        )
    )
    var include: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Of directories leave out what fits this pattern; can be given several times.", valueName: "pattern")
    )
    var exclude: [String] = []

    @Flag(name: .long, help: "Call files by their absolute paths.")
    var absolutePath = false

    @Option(
        name: [.short, .long],
        help: "How many files, or parts of a long one, are scanned at the same time (default: the number of processors)."
    )
    var jobs: Int?

    /// The files of directories that are taken.
    var selection: ManifestFiles.Selection {
        ManifestFiles.Selection(included: include.map { PathPattern($0) }, excluded: exclude.map { PathPattern($0) })
    }

    /// Refuses a number of jobs that means nothing.
    func validate() throws {
        guard let jobs else { return }
        guard 1...ScanRun.jobLimit ~= jobs else { throw ValidationError("--jobs is from 1 to \(ScanRun.jobLimit)") }
    }
}

/// How results are written.
struct ScanReportOptions: ParsableArguments {
    /// The formats.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table
        case json
        case yaml
        case sarif
        case junit
        case github
    }

    @Option(name: [.short, .long], help: "How to write results (default: table on a terminal, else json).")
    var format: Format?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write results to this file, all at once at the end; - is standard output.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    /// Whether results go to standard output.
    var isStandardOutput: Bool { output == nil || output == "-" }

    /// The format that was asked for, or the one that suits where results go.
    var chosenFormat: Format {
        format ?? (isStandardOutput && StandardStream.output.isTerminal ? .table : .json)
    }

    /// Whether a person watches the results appear.
    var isWatched: Bool { chosenFormat == .table && isStandardOutput && StandardStream.output.isTerminal }

    /// Writes reports in the format.
    func encoder(weighedBy ruleset: Ruleset, hasBaseline: Bool) -> any ReportEncoder {
        switch chosenFormat {
        case .table: TableReport(style: style)
        case .json: KubesecJSONReport()
        case .yaml: YAMLReport()
        case .sarif: SARIFReport(version: Version.text, ruleset: ruleset, hasBaseline: hasBaseline)
        case .junit: JUnitReport()
        case .github: GitHubReport(standardInputName: ManifestScan.standardInputName)
        }
    }

    /// As wide as the terminal and in colours, unless `NO_COLOR` is set or the terminal has none; plain where nobody watches.
    ///
    /// Source: <https://no-color.org>
    private var style: TableStyle {
        guard isWatched else { return TableStyle() }
        let noColour = EnvironmentVariable.named("NO_COLOR") ?? ""
        return TableStyle(
            width: StandardStream.output.columns,
            hasColours: noColour.isEmpty && EnvironmentVariable.named("TERM") != "dumb"
        )
    }
}

/// By which policy objects are decided, and who is taken to create them.
struct ScanDecisionOptions: ParsableArguments {
    @Option(name: .long, help: "Decide by the ScorePolicy documents in this file or directory, as the cluster would.", completion: .file())
    var policy: String?

    @OptionGroup var date: DateOptions

    @Option(name: .long, help: ArgumentHelp("The user who creates the objects, for a policy's exemptions.", valueName: "name"))
    var asUser = ""

    @Option(name: .long, help: ArgumentHelp("A group of that user; can be given several times.", valueName: "name"))
    var asGroup: [String] = []

    @Option(name: .long, help: "Podscore's own namespace, which globs in policies never match.")
    var ownNamespace = ""

    /// Whether anything was given that means something under a policy alone.
    var areGiven: Bool { date.today != nil || !asUser.isEmpty || !asGroup.isEmpty || !ownNamespace.isEmpty }
}

/// What fails a scan.
struct ScanBaselineOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Fail only for what is new or worse than this file says.", valueName: "file"),
        completion: .file()
    )
    var baseline: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write what is refused to this file, for --baseline; without --baseline it then does not fail this scan. With it the scan is "
                + "compared with the old file, ends as without this option, and writes the new file in any case.",
            valueName: "file"
        ),
        completion: .file()
    )
    var writeBaseline: String?

    /// Whether everything that is refused is written down and nothing of it counts.
    var excusesAll: Bool { writeBaseline != nil && baseline == nil }

    /// The largest baseline, in bytes.
    private static let byteLimit = 256 * 1024 * 1024

    /// Reads the baseline; `nil` where none is named.
    func load() throws -> Baseline? {
        guard let baseline else { return nil }
        let bytes: [UInt8]
        do {
            bytes = try FileContents.read(baseline, byteLimit: Self.byteLimit)
        } catch {
            throw CommandFailure("cannot read the baseline: \(error); --write-baseline makes one")
        }
        do {
            return try Baseline(parsing: bytes.span)
        } catch {
            throw CommandFailure(lines: ["\(baseline):\(error)"])
        }
    }
}
