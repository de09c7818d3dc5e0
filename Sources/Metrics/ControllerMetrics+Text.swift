import AdmissionPolicy

extension ControllerMetrics {
    /// Writes the families of ``MetricFamily/allOfController`` in their order; equal counts give equal bytes.
    ///
    /// `gauges` are what other parts of the controller know.
    package func append(_ gauges: WebhookMetrics.Gauges, to text: inout MetricsText) {
        let counts = current
        counts.appendPasses(to: &text)
        counts.appendOwners(to: &text)
        counts.appendWrites(to: &text)
        gauges.appendPolicies(to: &text)
        gauges.appendCluster(to: &text)
        gauges.process?.append(to: &text)
    }
}

extension ControllerMetrics.Counts {
    /// Writes the passes.
    fileprivate func appendPasses(to text: inout MetricsText) {
        text.begin(.passes)
        for result in ControllerMetrics.PassResult.allCases { text.sample(.passes, passes[result] ?? 0, labels: [result.rawValue]) }
        text.begin(.passDuration)
        text.histogram(.passDuration, duration)
        text.begin(.lastCompletePass)
        if let lastComplete { text.sample(.lastCompletePass, lastComplete) }
    }

    /// Writes what the last audit found; an outcome that no owner has has no sample.
    fileprivate func appendOwners(to text: inout MetricsText) {
        text.begin(.auditedOwners)
        for row in owners.rows where row.owners > 0 {
            text.sample(.auditedOwners, row.owners, labels: [row.namespace, row.outcome.rawValue])
        }
        text.begin(.auditedPods)
        for row in owners.rows where row.pods > 0 { text.sample(.auditedPods, row.pods, labels: [row.namespace, row.outcome.rawValue]) }
        text.begin(.auditGaps)
        if let gapCount { text.sample(.auditGaps, gapCount) }
    }

    /// Writes the writes.
    fileprivate func appendWrites(to text: inout MetricsText) {
        text.begin(.controllerWrites)
        for kind in ControllerMetrics.WriteKind.allCases {
            for (outcome, count) in (writes[kind] ?? [:]).sorted(by: { $0.key < $1.key }) {
                text.sample(.controllerWrites, count, labels: [kind.rawValue, outcome])
            }
        }
        text.begin(.droppedEvents)
        text.sample(.droppedEvents, droppedEventCount)
    }
}
