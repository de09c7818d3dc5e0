extension MetricFamily {
    /// Passes.
    static let passes = Self(
        "podscore_controller_passes_total",
        .counter,
        ["result"],
        help: "Ended passes by result: complete, partial (something was not read), failed (nothing was written) or cut (ended early)."
    )
    /// Times of passes.
    static let passDuration = Self(
        "podscore_controller_pass_duration_seconds",
        .histogram,
        help: "Time of a pass from its first request to its last write; passes that were cut do not count."
    )
    /// End of the last complete pass.
    static let lastCompletePass = Self(
        "podscore_controller_last_complete_pass_timestamp_seconds",
        .gauge,
        help: "Time at which a pass last ended that had read everything; no sample before the first one."
    )
    /// Owners.
    static let auditedOwners = Self(
        "podscore_audit_owners",
        .gauge,
        ["namespace", "outcome"],
        help: "Top owners by the outcome of their worst Pod in the last audit; outcome is deny, warn, audit, exempt or allow."
    )
    /// Pods.
    static let auditedPods = Self(
        "podscore_audit_pods",
        .gauge,
        ["namespace", "outcome"],
        help: "Pods that run by outcome in the last audit."
    )
    /// Gaps.
    static let auditGaps = Self("podscore_audit_gaps", .gauge, help: "What the last audit could not read; 0 if it was complete.")
    /// Writes.
    static let controllerWrites = Self(
        "podscore_controller_writes_total",
        .counter,
        ["kind", "outcome"],
        help: "Writes to the API server; kind is report, status, event or floor."
    )
    /// Dropped Events.
    static let droppedEvents = Self(
        "podscore_controller_events_dropped_total",
        .counter,
        help: "Events that were not written because there were too many."
    )
}
