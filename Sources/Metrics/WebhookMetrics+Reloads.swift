extension WebhookMetrics {
    /// Writes what became of reading policies and certificates; nothing about what was never read.
    package func appendReloads(to text: inout MetricsText) {
        let reloads = reloadCounts
        let read = ReloadSubject.allCases.compactMap { subject in reloads[subject].map { (label: subject.rawValue, counts: $0) } }
        text.begin(.reloads)
        for (label, counts) in read {
            text.sample(.reloads, counts.succeeded, labels: [label, "success"])
            text.sample(.reloads, counts.failed, labels: [label, "failure"])
        }
        text.begin(.lastReloadSuccessful)
        for (label, counts) in read { text.sample(.lastReloadSuccessful, counts.isLastSuccessful ? 1 : 0, labels: [label]) }
        text.begin(.lastReloadSuccess)
        for (label, counts) in read { text.sample(.lastReloadSuccess, counts.lastSuccess, labels: [label]) }
    }
}
