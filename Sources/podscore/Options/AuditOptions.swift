import ArgumentParser
import Cluster
import ClusterAudit
import Reports

/// The part of a cluster that is audited.
struct AuditScopeOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "Only what runs in this Namespace (default: in all).", transform: NamespaceArgument.parse)
    var namespace: String?

    @Flag(name: [.customShort("A"), .long], help: "Audit all Namespaces (default).")
    var allNamespaces = false

    @Option(
        name: [.customShort("l"), .long],
        help: ArgumentHelp(
            "Only Pods with these labels, as for kubectl get, and workloads whose Pods will have them.",
            valueName: "labels"
        ),
        transform: { text in
            do throws(LabelSelector.Problem) {
                return try LabelSelector(parsing: text)
            } catch {
                throw ValidationError(error.description)
            }
        }
    )
    var selector: LabelSelector?

    /// Rejects options that contradict each other.
    func validate() throws {
        guard namespace == nil || !allNamespaces else { throw ValidationError("--namespace cannot be combined with --all-namespaces") }
    }

    /// The scope of requests.
    var scope: ClusterReading.Scope {
        var scope = ClusterReading.Scope()
        scope.namespace = namespace.flatMap { ObjectName($0) }
        scope.selector = selector
        return scope
    }
}

/// The format and the place of the results of an audit.
struct AuditReportOptions: ParsableArguments {
    /// The formats: those of a scan, then those of objects for `kubectl apply`.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table
        case json
        case yaml
        case sarif
        case junit
        case github
        case html
        case openreports
        case policyreport

        /// The same format of a scan; `nil` for objects.
        var ofScan: ScanReportOptions.Format? { ScanReportOptions.Format(rawValue: rawValue) }

        /// The API of the objects; `nil` for a format of a scan.
        var api: ReportAPI? {
            switch self {
            case .openreports: .openReports
            case .policyreport: .policyReport
            case .table, .json, .yaml, .sarif, .junit, .github, .html: nil
            }
        }
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

    @Flag(name: .shortAndLong, help: "In a table, show all owners in full, also those that meet the demands.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "In a table, show only owners that fail and what could not be read.")
    var quiet = false

    @Flag(name: .long, help: "Write only a summary by Namespace and rule, as a table or as json.")
    var summary = false

    /// Rejects options that contradict each other.
    func validate() throws {
        guard !verbose || !quiet else { throw ValidationError("--verbose cannot be combined with --quiet") }
        guard !summary || !verbose && !quiet else { throw ValidationError("--summary cannot be combined with --verbose or --quiet") }
        guard !summary || form.hasSummary && format?.api == nil else {
            throw ValidationError(
                "--summary needs --format table or json; \(format?.rawValue ?? form.chosenFormat.rawValue) has no summary"
            )
        }
    }

    /// The first option about the form of a report that was given.
    var firstGiven: String? {
        format != nil ? "--format" : verbose ? "--verbose" : quiet ? "--quiet" : summary ? "--summary" : nil
    }

    /// The form of a report that is not made of objects, and where it goes.
    var form: ReportForm {
        ReportForm(format: format?.ofScan, output: output, detail: quiet ? .failures : verbose ? .everything : .normal, isSummary: summary)
    }
}

/// The policies by which an audit decides.
struct AuditPolicyOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Decide by the ScorePolicy documents in this file or directory; they win over those of the cluster.",
        completion: .file()
    )
    var policy: String?

    @Flag(
        name: .long,
        help: "Do not read the ScorePolicy and ScoreWaiver objects of the cluster: decide as a server without --cluster does."
    )
    var ignorePolicyObjects = false

    @OptionGroup var date: DateOptions

    @Option(name: .long, help: "Podscore's namespace, which globs and selectors in policies never match.")
    var ownNamespace = ""
}
