import AdmissionPolicy
import FileSystem
import Metrics
import TLS

extension OperationsView {
    /// The page of metrics.
    var metricsPage: [UInt8] {
        let snapshot = state.snapshot
        var gauges = WebhookMetrics.Gauges()
        gauges.inFlight = shared.load.inFlight
        gauges.bufferedBytes = shared.load.bufferedBytes
        gauges.connections = connections.count
        gauges.droppedLogLines = log?.droppedLineCount ?? 0
        gauges.policyCount = snapshot.policies.policies.count
        gauges.certificateExpiry = snapshot.tls?.certificate.notAfter
        gauges.version = version
        gauges.process = ProcessFacts.current.map(WebhookMetrics.Gauges.Process.init)
        return metrics.text(gauges)
    }
}

extension WebhookMetrics.Gauges.Process {
    /// Takes what the system says.
    init(_ facts: ProcessFacts) {
        self.init()
        startSeconds = facts.startSeconds
        cpuSeconds = facts.cpuSeconds
        residentBytes = facts.residentBytes
        openDescriptors = facts.openDescriptors
        descriptorLimit = facts.descriptorLimit
    }
}
