extension WebhookMetrics {
    /// What others know at the moment the page is written.
    package struct Gauges: Sendable {
        /// Requests that were begun and not yet answered.
        package var inFlight = 0
        /// Bytes of request bodies held.
        package var bufferedBytes = 0
        /// Open connections of the webhook's port.
        package var connections = 0
        /// Lines of the decision log that were not written.
        package var droppedLogLines = 0
        /// The end of the served certificate's validity, in seconds since 1970-01-01 UTC; `nil` without one.
        package var certificateExpiry: Int64?
        /// The program's version.
        package var version = ""

        /// Begins with zeros.
        package init() {}
    }

    /// Writes the page; the same counts give the same bytes.
    package func text(_ gauges: Gauges) -> [UInt8] {
        var text = MetricsText()
        appendDecisions(to: &text)
        text.family("podscore_http_responses_total", .counter, help: "Answers of the webhook's port by HTTP status code.")
        for (code, count) in zip(Self.statusCodes, responseCounts) {
            text.sample("podscore_http_responses_total", [("code", "\(code)")], count)
        }
        append(gauges, to: &text)
        return text.bytes
    }

    private func appendDecisions(to text: inout MetricsText) {
        let decisions = decisionCounts
        let counts = decisions.counts.sorted { Self.precedes($0.key, $1.key) }
        text.family(
            "podscore_admission_decisions_total",
            .counter,
            help: "Decided admission requests; namespaces beyond the first \(Self.namespaceLimit) share one label."
        )
        for (labels, count) in counts { text.sample("podscore_admission_decisions_total", labels.pairs, count.decisions) }
        text.family(
            "podscore_admission_would_deny_total",
            .counter,
            help: "Requests that would have been denied had the mode of the server not capped it."
        )
        for (labels, count) in counts where count.wouldDeny > 0 {
            text.sample("podscore_admission_would_deny_total", labels.pairs, count.wouldDeny)
        }
        text.family("podscore_admission_duration_seconds", .histogram, help: "From the last byte of a request to the first of its answer.")
        text.histogram("podscore_admission_duration_seconds", [], decisions.duration)
        appendScores(decisions.scores, to: &text)
    }

    private func appendScores(_ scores: [String: ScoreHistograms], to text: inout MetricsText) {
        let scores = scores.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        text.family("podscore_score", .histogram, help: "Scores of the decided objects.")
        for (policy, histograms) in scores { text.histogram("podscore_score", [("policy", policy)], histograms.score) }
        text.family("podscore_score_margin", .histogram, help: "Scores minus the minimum that applied; negative is below it.")
        for (policy, histograms) in scores { text.histogram("podscore_score_margin", [("policy", policy)], histograms.margin) }
    }

    private func append(_ gauges: Gauges, to text: inout MetricsText) {
        text.family("podscore_in_flight_requests", .gauge, help: "Requests begun and not yet answered.")
        text.sample("podscore_in_flight_requests", [], gauges.inFlight)
        text.family("podscore_buffered_body_bytes", .gauge, help: "Bytes of request bodies held in memory.")
        text.sample("podscore_buffered_body_bytes", [], gauges.bufferedBytes)
        text.family("podscore_connections", .gauge, help: "Open connections of the webhook's port.")
        text.sample("podscore_connections", [], gauges.connections)
        text.family("podscore_log_lines_dropped_total", .counter, help: "Lines of the decision log that its reader did not take in time.")
        text.sample("podscore_log_lines_dropped_total", [], gauges.droppedLogLines)
        if let expiry = gauges.certificateExpiry {
            text.family("podscore_certificate_expiry_timestamp_seconds", .gauge, help: "End of the served certificate's validity.")
            text.sample("podscore_certificate_expiry_timestamp_seconds", [], expiry)
        }
        text.family("podscore_build_info", .gauge, help: "Always 1; the labels say what runs.")
        text.sample("podscore_build_info", [("version", gauges.version)], 1)
    }

    private static func precedes(_ left: DecisionLabels, _ right: DecisionLabels) -> Bool {
        for (left, right) in zip(left.pairs, right.pairs) where left.value != right.value {
            return left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
        }
        return false
    }
}

extension WebhookMetrics.DecisionLabels {
    /// The labels in the order in which they are written.
    var pairs: [MetricsText.Label] {
        [("policy", policy), ("namespace", namespace), ("operation", operation), ("outcome", outcome)]
    }
}
