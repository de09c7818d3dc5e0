import AdmissionPolicy
import KubernetesAPI
import Metrics
import Platform
import PolicySources
import TLS

extension OperationsView {
    /// The page of metrics.
    var metricsPage: [UInt8] {
        let (snapshot, report) = policies.reported
        let policies = snapshot.policies
        var gauges = WebhookMetrics.Gauges()
        gauges.responses = shared.answers.samples
        gauges.inFlight = shared.load.inFlight
        gauges.bufferedBytes = shared.load.bufferedBytes
        gauges.connections = connections.count
        gauges.closedConnections = shared.closures.samples
        gauges.handshakeFailures = shared.handshakes.samples
        gauges.droppedLogLines = log?.droppedLineCount ?? 0
        gauges.droppedMessageLines = messages?.droppedLineCount ?? 0
        gauges.writtenRecords = recorder?.writtenRecordCount ?? 0
        gauges.droppedRecords = recorder?.droppedRecordCount ?? 0
        gauges.rampSteps = Self.rampSteps(policies.policies)
        gauges.waiverExpiries = policies.waivers.map(WebhookMetrics.Gauges.WaiverExpiry.init)
        gauges.policyCount = policies.policies.count
        gauges.cluster = (cluster?.status.resources ?? []).map { WebhookMetrics.Gauges.ClusterResource($0, report.objects) }
        gauges.certificateExpiry = certificate?.tls.certificate.chainNotAfter
        gauges.version = version
        gauges.process = ProcessFacts.current.map(WebhookMetrics.Gauges.Process.init)
        return metrics.text(gauges)
    }

    private static func rampSteps(_ policies: [ScorePolicy]) -> [WebhookMetrics.Gauges.RampStep] {
        policies.flatMap { policy in
            (policy.enforce?.ramp ?? []).map { step in
                WebhookMetrics.Gauges.RampStep(policy: policy.name, minimumScore: step.minimumScore, seconds: step.date.startSeconds)
            }
        }
    }
}

extension WebhookMetrics.Gauges.WaiverExpiry {
    /// Takes the end of a waiver: the end of its last day.
    init(_ waiver: ScoreWaiver) {
        self.init(waiver: waiver.name, owner: waiver.owner, seconds: waiver.expires.advanced(byDays: 1).startSeconds)
    }
}

extension WebhookMetrics.Gauges.ClusterResource {
    /// Takes the state of a resource.
    init(_ resource: ClusterStatus.Resource, _ objects: JoinedObjects?) {
        self.init(resource: resource.name)
        ageSeconds = Double(resource.age.components.seconds)
        isAbsent = resource.isAbsent
        (listCount, failureCount, objectCount) = (resource.listCount, resource.failureCount, resource.objectCount)
        rejectedCount = objects?.rejections.count { $0.identity.kind.resourceName == resource.name } ?? 0
        notInForceCount = objects?.losers.count { $0.object.identity.kind.resourceName == resource.name } ?? 0
    }
}

extension CivilDate {
    /// The beginning of the day in UTC, in seconds since 1970-01-01.
    fileprivate var startSeconds: Int64 { daysSinceEpoch * 86_400 }
}

extension WebhookMetrics.Gauges.Process {
    /// Takes the facts of the system.
    init(_ facts: ProcessFacts) {
        self.init()
        startSeconds = facts.startSeconds
        cpuSeconds = facts.cpuSeconds
        residentBytes = facts.residentBytes
        openDescriptors = facts.openDescriptors
        descriptorLimit = facts.descriptorLimit
    }
}
