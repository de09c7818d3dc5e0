/// A family of metrics, as the page and docs/operations.md describe it.
package struct MetricFamily: Sendable, Equatable {
    /// The type of a family's values.
    package enum Kind: String, Sendable {
        /// Only grows.
        case counter
        /// Grows and shrinks.
        case gauge
        /// Counts values by size.
        case histogram
    }

    /// The name without the endings of a histogram's samples.
    package let name: String
    /// The type of the values.
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
        decisions, dryRuns, wouldDeny, waived, violations, duration, score, margin, responses, inFlight, bufferedBytes, connections,
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

    /// The further families of `podscore serve --cluster`, in the order of its page; they follow those of reloads.
    package static let allOfCluster = [
        clusterAge, clusterLists, clusterFailures, clusterObjects, clusterRejected, clusterNotInForce, sourceAbsent,
        namespaceWaits, invalidLabels,
    ]

    /// The families of `podscore controller`, in the order of its page; those of its ports follow.
    package static let allOfController =
        [
            passes, passDuration, lastCompletePass, auditedOwners, auditedPods, auditGaps, controllerWrites, droppedEvents, policies, ramp,
            waivers, waiverExpiry,
        ] + allOfCluster.filter { $0 != namespaceWaits && $0 != invalidLabels } + [
            processStart, processCPU, processMemory, processDescriptors, processDescriptorLimit,
        ]

    // MARK: Decisions

    /// Decisions.
    static let decisions = Self(
        "podscore_admission_decisions_total",
        .counter,
        ["policy", "namespace", "operation", "outcome"],
        help: "Decided admission requests without dry runs; outcome is allow, warn, audit, deny, exempt or unchanged."
    )
    /// Decisions on dry runs.
    static let dryRuns = Self(
        "podscore_admission_dry_run_decisions_total",
        .counter,
        ["policy", "outcome"],
        help: "Decided dry runs; other metrics of decisions and scores do not count them."
    )
    /// Denials that the mode suppressed.
    static let wouldDeny = Self(
        "podscore_admission_would_deny_total",
        .counter,
        ["policy", "namespace", "operation"],
        help: "Requests that would be denied in enforce mode."
    )
    /// Uses of waivers.
    static let waived = Self(
        "podscore_admission_waived_total",
        .counter,
        ["waiver"],
        help: "Requests in which the waiver covered a violation."
    )
    /// Violations of demands.
    static let violations = Self(
        "podscore_violations_total",
        .counter,
        ["policy", "rule", "level"],
        help: "Violations of a level's demands in decided requests; rule is a rule, a check, minimumScore or undecodable. "
            + "Waived ones and dry runs do not count."
    )
    /// Durations of decisions.
    static let duration = Self(
        "podscore_admission_duration_seconds",
        .histogram,
        help: "Time from the last byte of a request to the first of its answer, including dry runs."
    )
    /// Scores.
    static let score = Self("podscore_score", .histogram, ["policy"], help: "Scores of the decided objects.")
    /// Differences between scores and minimums.
    static let margin = Self(
        "podscore_score_margin",
        .histogram,
        ["policy"],
        help: "Scores minus the minimum that applied; negative values are below the minimum."
    )

    // MARK: The server

    /// Answers.
    package static let responses = Self(
        "podscore_http_responses_total",
        .counter,
        ["code"],
        help: "Answers of the main port by HTTP status code."
    )
    /// Requests in flight.
    package static let inFlight = Self(
        "podscore_in_flight_requests",
        .gauge,
        help: "Complete requests whose answer is not in the socket yet."
    )
    /// Memory of bodies.
    package static let bufferedBytes = Self(
        "podscore_buffered_body_bytes",
        .gauge,
        help: "Bytes of request bodies, of the decoded models of large ones, and of large answers, held in memory."
    )
    /// Open connections.
    static let connections = Self("podscore_connections", .gauge, help: "Open connections of the webhook's port.")
    /// Connections that the server closed.
    package static let closedConnections = Self(
        "podscore_connections_closed_total",
        .counter,
        ["reason"],
        help: "Connections that the server closed: connection_limit, timeout, body_gave_way or slow_reader."
    )
    /// Failed TLS handshakes.
    package static let handshakeFailures = Self(
        "podscore_tls_handshake_failures_total",
        .counter,
        ["reason"],
        help: "Failed TLS handshakes of the main port: client_certificate, client_alert, protocol, too_long or closed."
    )
    /// Dropped lines of the decision log.
    static let droppedLogLines = Self(
        "podscore_log_lines_dropped_total",
        .counter,
        help: "Dropped lines of the decision log, because its reader is too slow."
    )
    /// Dropped lines of the server's own log.
    package static let droppedMessageLines = Self(
        "podscore_message_lines_dropped_total",
        .counter,
        help: "Dropped lines of the server's own log, because the reader of standard error is too slow."
    )
    /// Written records.
    static let recordsWritten = Self("podscore_records_written_total", .counter, help: "Requests that --record wrote to its directory.")
    /// Dropped records.
    static let recordsDropped = Self(
        "podscore_records_dropped_total",
        .counter,
        help: "Requests chosen for --record but not written, because the queue or the disk was full."
    )

    /// Documents of the scanner.
    package static let scanDocuments = Self(
        "podscore_scan_documents_total",
        .counter,
        ["outcome"],
        help: "Posted documents by result: scored, not-scorable or broken."
    )

    // MARK: What is in force

    /// Policies in force.
    static let policies = Self("podscore_policies", .gauge, help: "Policies in force; with 0 the built-in default applies everywhere.")
    /// Steps of ramps.
    static let ramp = Self(
        "podscore_policy_ramp_timestamp_seconds",
        .gauge,
        ["policy", "minimum"],
        help: "Time at which the policy's enforced minimum becomes the one in the label."
    )
    /// Waivers.
    static let waivers = Self("podscore_waivers", .gauge, help: "Waivers in the policy files, in force or expired.")
    /// Ends of waivers.
    static let waiverExpiry = Self(
        "podscore_waiver_expiry_timestamp_seconds",
        .gauge,
        ["waiver", "owner"],
        help: "End of the waiver's last day in UTC; only the waivers that end first are shown."
    )
    /// End of the certificate's validity.
    package static let certificateExpiry = Self(
        "podscore_certificate_expiry_timestamp_seconds",
        .gauge,
        help: "End of validity of the served certificate or of an intermediate, whichever is first."
    )

    /// Reloads of files.
    static let reloads = Self(
        "podscore_reloads_total",
        .counter,
        ["subject", "result"],
        help: "Loads of policy or certificate files, by result; the start counts."
    )
    /// Result of the last reload.
    static let lastReloadSuccessful = Self(
        "podscore_reload_last_successful",
        .gauge,
        ["subject"],
        help: "1 if the files are in force, 0 if they were rejected."
    )
    /// Time of the last successful reload.
    static let lastReloadSuccess = Self(
        "podscore_reload_last_success_timestamp_seconds",
        .gauge,
        ["subject"],
        help: "Time at which the files were last put in force."
    )

    // MARK: The cluster

    /// Time since the last byte of the API server.
    static let clusterAge = Self(
        "podscore_cluster_age_seconds",
        .gauge,
        ["resource"],
        help: "Time since the API server last sent objects or a bookmark of the resource; it grows while the resource is not installed."
    )
    /// Complete lists.
    static let clusterLists = Self("podscore_cluster_lists_total", .counter, ["resource"], help: "Complete lists of the resource.")
    /// Failed requests.
    static let clusterFailures = Self(
        "podscore_cluster_request_failures_total",
        .counter,
        ["resource"],
        help: "Lists and watches of the resource that failed."
    )
    /// Objects.
    static let clusterObjects = Self(
        "podscore_cluster_objects",
        .gauge,
        ["resource"],
        help: "Objects of the resource in the cluster, valid or not."
    )
    /// Rejected objects.
    static let clusterRejected = Self(
        "podscore_cluster_objects_rejected",
        .gauge,
        ["resource"],
        help: "Objects whose newest version is invalid; an earlier version may be in force."
    )
    /// Losers of conflicts.
    static let clusterNotInForce = Self(
        "podscore_cluster_objects_not_in_force",
        .gauge,
        ["resource"],
        help: "Valid objects that are not in force because of a file or an older object."
    )
    /// Missing CustomResourceDefinitions.
    static let sourceAbsent = Self(
        "podscore_policy_source_absent",
        .gauge,
        ["resource"],
        help: "1 if the CustomResourceDefinition of the resource is not installed."
    )

    /// Waits for a Namespace.
    static let namespaceWaits = Self(
        "podscore_namespace_waits_total",
        .counter,
        ["result"],
        help: "Requests whose Namespace was not known yet, by result: known after a wait, retry after a 503, or name, "
            + "decided by the name alone."
    )
    /// Requests in Namespaces with invalid labels.
    static let invalidLabels = Self(
        "podscore_namespace_invalid_labels_total",
        .counter,
        help: "Decided requests in a Namespace with a minimum score in a label that is invalid and has no effect."
    )

    // MARK: The process

    /// The version.
    package static let buildInfo = Self("podscore_build_info", .gauge, ["version"], help: "Always 1; the label is the running version.")
    /// Start of the process.
    static let processStart = Self("process_start_time_seconds", .gauge, help: "Start time of the process since unix epoch in seconds.")
    /// CPU time of the process.
    static let processCPU = Self("process_cpu_seconds_total", .counter, help: "Total user and system CPU time spent in seconds.")
    /// Memory of the process.
    static let processMemory = Self("process_resident_memory_bytes", .gauge, help: "Resident memory size in bytes.")
    /// Open file descriptors.
    static let processDescriptors = Self("process_open_fds", .gauge, help: "Number of open file descriptors.")
    /// Limit of open file descriptors.
    static let processDescriptorLimit = Self("process_max_fds", .gauge, help: "Maximum number of open file descriptors.")
}
