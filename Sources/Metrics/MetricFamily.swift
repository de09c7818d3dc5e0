/// A family of metrics, as the page and docs/operations.md describe it.
package struct MetricFamily: Sendable, Equatable {
    /// What a family's values mean over time.
    package enum Kind: String, Sendable {
        /// Only grows.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts by size.
        case histogram
    }

    /// The name without the endings of a histogram's samples.
    package let name: String
    /// What the values mean over time.
    package let kind: Kind
    /// The names of the labels, in the order in which they are written.
    package let labels: [String]
    /// One sentence.
    package let help: String

    /// Describes a family.
    init(_ name: String, _ kind: Kind, _ labels: [String] = [], help: String) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
    }

    /// The row of the table in docs/operations.md.
    package var documentationRow: String {
        let labels = labels.isEmpty ? "–" : labels.map { "`\($0)`" }.joined(separator: ", ")
        return "| `\(name)` | \(kind.rawValue) | \(labels) | \(help) |"
    }
}

extension MetricFamily {
    /// All families of `podscore serve`, in the order of its page.
    package static let all = [
        decisions, dryRuns, wouldDeny, waived, duration, score, margin, responses, inFlight, bufferedBytes, connections,
        closedConnections, handshakeFailures, droppedLogLines, droppedMessageLines, recordsWritten, recordsDropped, policies, ramp, waivers,
        waiverExpiry,
        certificateExpiry, reloads, lastReloadSuccessful, lastReloadSuccess, buildInfo, processStart, processCPU, processMemory,
        processDescriptors, processDescriptorLimit,
    ]

    /// All families of `podscore http`, in the order of its page.
    package static let allOfScanning = [
        responses, scanDocuments, inFlight, bufferedBytes, closedConnections, droppedMessageLines, certificateExpiry, reloads,
        lastReloadSuccessful, lastReloadSuccess, handshakeFailures, buildInfo,
    ]

    // MARK: Decisions

    /// What was decided.
    static let decisions = Self(
        "podscore_admission_decisions_total",
        .counter,
        ["policy", "namespace", "operation", "outcome"],
        help: "Decided admission requests that were no dry runs; outcome is allow, warn, audit, deny, exempt or unchanged."
    )
    /// What was decided of requests from which nothing comes.
    static let dryRuns = Self(
        "podscore_admission_dry_run_decisions_total",
        .counter,
        ["policy", "outcome"],
        help: "Decided dry runs, which no other metric of decisions and scores counts."
    )
    /// What the mode kept from being denied.
    static let wouldDeny = Self(
        "podscore_admission_would_deny_total",
        .counter,
        ["policy", "namespace", "operation"],
        help: "Requests that the policy denies and the mode of the server let pass."
    )
    /// What waivers were used for.
    static let waived = Self(
        "podscore_admission_waived_total",
        .counter,
        ["waiver"],
        help: "Requests in which the waiver excused a rule or a check that failed."
    )
    /// How long decisions take.
    static let duration = Self(
        "podscore_admission_duration_seconds",
        .histogram,
        help: "From the last byte of a request to the first of its answer, dry runs included."
    )
    /// How scores are spread.
    static let score = Self("podscore_score", .histogram, ["policy"], help: "Scores of the decided objects.")
    /// How far scores are from the minimum.
    static let margin = Self(
        "podscore_score_margin",
        .histogram,
        ["policy"],
        help: "Scores minus the minimum that applied; what is below 0 scored too low."
    )

    // MARK: The server

    /// What was answered.
    package static let responses = Self(
        "podscore_http_responses_total",
        .counter,
        ["code"],
        help: "Answers of the main port by HTTP status code."
    )
    /// What is being answered.
    package static let inFlight = Self(
        "podscore_in_flight_requests",
        .gauge,
        help: "Complete requests whose answer the client's socket has not taken yet."
    )
    /// What bodies hold.
    package static let bufferedBytes = Self(
        "podscore_buffered_body_bytes",
        .gauge,
        help: "Bytes of request bodies, of the decoded models of large ones, and of large answers, held in memory."
    )
    /// Who is connected.
    static let connections = Self("podscore_connections", .gauge, help: "Open connections of the webhook's port.")
    /// Whom the server closed.
    package static let closedConnections = Self(
        "podscore_connections_closed_total",
        .counter,
        ["reason"],
        help: "Connections that the server closed: connection_limit, timeout, body_gave_way or slow_reader."
    )
    /// Whose TLS handshake failed.
    package static let handshakeFailures = Self(
        "podscore_tls_handshake_failures_total",
        .counter,
        ["reason"],
        help: "Failed TLS handshakes of the main port: client_certificate, client_alert, protocol, too_long or closed."
    )
    /// What the decision log lost.
    static let droppedLogLines = Self(
        "podscore_log_lines_dropped_total",
        .counter,
        help: "Lines of the decision log that its reader did not take in time."
    )
    /// What the log of the server itself lost.
    package static let droppedMessageLines = Self(
        "podscore_message_lines_dropped_total",
        .counter,
        help: "Lines about the server itself that the reader of its standard error did not take in time."
    )
    /// What the recorder wrote.
    static let recordsWritten = Self("podscore_records_written_total", .counter, help: "Requests that --record wrote to its directory.")
    /// What the recorder lost.
    static let recordsDropped = Self(
        "podscore_records_dropped_total",
        .counter,
        help: "Requests chosen for --record and not written, because its queue or the disk was full."
    )

    /// What the scanner read.
    package static let scanDocuments = Self(
        "podscore_scan_documents_total",
        .counter,
        ["outcome"],
        help: "Posted documents by what became of them: scored, not-scorable or broken."
    )

    // MARK: What is in force

    /// How many policies there are.
    static let policies = Self("podscore_policies", .gauge, help: "Policies in force; 0 leaves everything to the built-in default.")
    /// When minimums rise.
    static let ramp = Self(
        "podscore_policy_ramp_timestamp_seconds",
        .gauge,
        ["policy", "minimum"],
        help: "When the policy's enforced minimum becomes the one in the label."
    )
    /// How many waivers there are.
    static let waivers = Self("podscore_waivers", .gauge, help: "Waivers in force or expired, as the policy files have them.")
    /// When waivers end.
    static let waiverExpiry = Self(
        "podscore_waiver_expiry_timestamp_seconds",
        .gauge,
        ["waiver", "owner"],
        help: "End of the waiver's last day in UTC; of many waivers those that end first."
    )
    /// When the certificate ends.
    package static let certificateExpiry = Self(
        "podscore_certificate_expiry_timestamp_seconds",
        .gauge,
        help: "End of what ends first: the served certificate or an intermediate served with it."
    )

    /// What became of reading files.
    static let reloads = Self(
        "podscore_reloads_total",
        .counter,
        ["subject", "result"],
        help: "Times that the files of policies or certificates were read, and taken or refused; the start counts."
    )
    /// Whether files hold what is in force.
    static let lastReloadSuccessful = Self(
        "podscore_reload_last_successful",
        .gauge,
        ["subject"],
        help: "1 while the files hold what is in force, 0 while they are refused."
    )
    /// When files were taken.
    static let lastReloadSuccess = Self(
        "podscore_reload_last_success_timestamp_seconds",
        .gauge,
        ["subject"],
        help: "When the files were taken last."
    )

    // MARK: The process

    /// What runs.
    package static let buildInfo = Self("podscore_build_info", .gauge, ["version"], help: "Always 1; the label says what runs.")
    /// When the process began.
    static let processStart = Self("process_start_time_seconds", .gauge, help: "Start time of the process since unix epoch in seconds.")
    /// What the process computed.
    static let processCPU = Self("process_cpu_seconds_total", .counter, help: "Total user and system CPU time spent in seconds.")
    /// What the process holds in memory.
    static let processMemory = Self("process_resident_memory_bytes", .gauge, help: "Resident memory size in bytes.")
    /// What the process has open.
    static let processDescriptors = Self("process_open_fds", .gauge, help: "Number of open file descriptors.")
    /// What the process may have open.
    static let processDescriptorLimit = Self("process_max_fds", .gauge, help: "Maximum number of open file descriptors.")
}
