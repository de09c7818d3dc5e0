import AdmissionPolicy
import KubernetesAPI
package import Metrics
import Platform
package import PolicySources
import TLS

extension OperationsView {
    /// The page of metrics.
    var metricsPage: [UInt8] {
        var gauges = WebhookMetrics.Gauges(policies, cluster: cluster)
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
        gauges.certificateExpiry = certificate?.tls.certificate.chainNotAfter
        gauges.version = version
        return metrics.text(gauges)
    }
}

extension WebhookMetrics.Gauges {
    /// Takes the policies in force, the cluster whose policies are followed, if any, and the facts of the system about the process.
    package init(_ policies: PoliciesInForce, cluster: ClusterPolicies?) {
        self.init()
        let (snapshot, report) = policies.reported
        rampSteps = Self.rampSteps(snapshot.policies.policies)
        waiverExpiries = snapshot.policies.waivers.map(WaiverExpiry.init)
        policyCount = snapshot.policies.policies.count
        self.cluster = (cluster?.status.resources ?? []).map { ClusterResource($0, report.objects) }
        process = ProcessFacts.current.map(Process.init)
    }

    private static func rampSteps(_ policies: [ScorePolicy]) -> [RampStep] {
        policies.flatMap { policy in
            (policy.enforce?.ramp ?? []).map { step in
                RampStep(policy: policy.name, minimumScore: step.minimumScore, seconds: step.date.startSeconds)
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
