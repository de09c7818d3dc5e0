import Platform
import PodScoring
import Reports
import Scanning

/// The form of a report, and where it goes.
struct ReportForm {
    /// The requested format; `nil` for the default.
    var format: ScanReportOptions.Format?
    /// The file for the report; `nil` or `-` for standard output.
    var output: String?
    /// The objects that a table shows.
    var detail = TableReport.Detail.normal
    /// Whether only a summary is written.
    var isSummary = false

    /// Whether results go to standard output.
    var isStandardOutput: Bool { output == nil || output == "-" }

    /// The requested format, or the default for where results go.
    var chosenFormat: ScanReportOptions.Format {
        format ?? (isStandardOutput && StandardStream.output.isTerminal ? .table : .json)
    }

    /// Whether results appear on a terminal while they are written.
    var isWatched: Bool { chosenFormat == .table && isStandardOutput && StandardStream.output.isTerminal }

    /// Whether the format has a summary.
    var hasSummary: Bool { chosenFormat == .table || chosenFormat == .json }

    /// The encoder of the format.
    func encoder(weighedBy ruleset: Ruleset, hasBaseline: Bool) -> any ReportEncoder {
        switch chosenFormat {
        case .table where isSummary: SummaryReport(.table(style))
        case .json where isSummary: SummaryReport(.json)
        case .table: TableReport(style: style, detail: detail)
        case .json: KubesecJSONReport()
        case .yaml: YAMLReport()
        case .sarif: SARIFReport(version: Version.text, ruleset: ruleset, hasBaseline: hasBaseline)
        case .junit: JUnitReport()
        case .github: GitHubReport(standardInputName: ManifestScan.standardInputName)
        case .html: HTMLReport(version: Version.text)
        }
    }

    /// The width and colours of the terminal; plain for a file, with `NO_COLOR`, or on a terminal without colours.
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
