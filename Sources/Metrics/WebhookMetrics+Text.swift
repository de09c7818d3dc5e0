import AdmissionPolicy
import KubernetesAPI

extension WebhookMetrics {
    /// The most ramp steps on the page.
    static let rampStepLimit = 256

    /// Writes the page in the order of ``MetricFamily/all``; equal counts give equal bytes.
    package func text(_ gauges: Gauges) -> [UInt8] {
        var text = MetricsText()
        let decisions = decisionCounts
        decisions.appendCounters(to: &text)
        text.begin(.duration)
        text.histogram(.duration, decisions.duration)
        decisions.appendScores(to: &text)
        text.begin(.responses)
        for (code, count) in gauges.responses { text.sample(.responses, count, labels: ["\(code)"]) }
        gauges.appendLoad(to: &text)
        gauges.appendPolicies(to: &text)
        reloads.append(to: &text)
        gauges.appendCluster(to: &text)
        if !gauges.cluster.isEmpty { decisions.appendNamespaces(to: &text) }
        text.begin(.buildInfo)
        text.sample(.buildInfo, 1, labels: [gauges.version])
        gauges.process?.append(to: &text)
        return text.bytes
    }
}

extension WebhookMetrics.Decisions {
    /// Writes the counters of decisions, sorted by labels.
    func appendCounters(to text: inout MetricsText) {
        let rows = counters.rows.sorted { left, right in
            let left = [counters.policies.labels[left.policy], counters.namespaces.labels[left.namespace]]
            let right = [counters.policies.labels[right.policy], counters.namespaces.labels[right.namespace]]
            for (left, right) in zip(left, right) where left != right { return left.utf8.lexicographicallyPrecedes(right.utf8) }
            return false
        }
        text.begin(.decisions)
        for row in rows {
            let labels = [counters.policies.labels[row.policy], counters.namespaces.labels[row.namespace]]
            for operation in DecisionSample.Operation.allCases {
                for outcome in DecisionSample.Outcome.allCases {
                    let count = row.decisions[DecisionCounters.cell(operation, outcome)]
                    if count > 0 { text.sample(.decisions, count, labels: labels + [operation.rawValue, outcome.rawValue]) }
                }
            }
        }
        appendDryRuns(to: &text)
        text.begin(.wouldDeny)
        for row in rows {
            let labels = [counters.policies.labels[row.policy], counters.namespaces.labels[row.namespace]]
            for operation in DecisionSample.Operation.allCases where row.wouldDeny[operation.counterIndex] > 0 {
                text.sample(.wouldDeny, row.wouldDeny[operation.counterIndex], labels: labels + [operation.rawValue])
            }
        }
        text.begin(.waived)
        for (waiver, count) in waivers.sorted(waived) where count > 0 { text.sample(.waived, count, labels: [waiver]) }
        appendViolations(to: &text)
    }

    /// Writes the counted violations, sorted by labels.
    private func appendViolations(to text: inout MetricsText) {
        text.begin(.violations)
        for (policy, index) in counters.policies.sorted(Array(counters.policies.labels.indices)) {
            var samples: [(rule: String, level: String, count: Int)] = []
            for level in ViolationCounters.levels {
                let list = ViolationCounters.list(of: index, level)
                guard violations.lists.indices.contains(list) else { continue }
                samples += violations.lists[list].map { ($0.rule, level.levelLabel, $0.count) }
            }
            for sample in samples.sorted(by: { ($0.rule, $0.level) < ($1.rule, $1.level) }) where sample.count > 0 {
                text.sample(.violations, sample.count, labels: [policy, sample.rule, sample.level])
            }
        }
    }

    /// Writes what became of requests because of the labels of their Namespaces.
    func appendNamespaces(to text: inout MetricsText) {
        text.begin(.namespaceWaits)
        for result in NamespaceWaitResult.allCases {
            text.sample(.namespaceWaits, namespaceWaits[result.index], labels: [result.rawValue])
        }
        text.begin(.invalidLabels)
        text.sample(.invalidLabels, invalidLabels)
    }

    private func appendDryRuns(to text: inout MetricsText) {
        text.begin(.dryRuns)
        for (policy, counts) in counters.policies.sorted(dryRuns) {
            for outcome in DecisionSample.Outcome.allCases where counts[outcome.counterIndex] > 0 {
                text.sample(.dryRuns, counts[outcome.counterIndex], labels: [policy, outcome.rawValue])
            }
        }
    }

    /// Writes the histograms of scores, sorted by policy; omits policies without scores.
    func appendScores(to text: inout MetricsText) {
        let scores = counters.policies.sorted(scores)
        text.begin(.score)
        for (policy, histograms) in scores where histograms.score.count > 0 { text.histogram(.score, histograms.score, labels: [policy]) }
        text.begin(.margin)
        for (policy, histograms) in scores where histograms.margin.count > 0 {
            text.histogram(.margin, histograms.margin, labels: [policy])
        }
    }
}

extension LabelTable {
    /// Pairs labels with the elements of a list at their indexes, sorted by the labels' bytes.
    fileprivate func sorted<Element>(_ list: [Element]) -> [(String, Element)] {
        zip(labels, list).sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    }
}

extension WebhookMetrics.Gauges {
    /// Writes the load of the server and its losses.
    fileprivate func appendLoad(to text: inout MetricsText) {
        Self.append([(.inFlight, inFlight), (.bufferedBytes, bufferedBytes), (.connections, connections)], to: &text)
        text.begin(.closedConnections)
        for (reason, count) in closedConnections { text.sample(.closedConnections, count, labels: [reason]) }
        text.begin(.handshakeFailures)
        for (reason, count) in handshakeFailures { text.sample(.handshakeFailures, count, labels: [reason]) }
        let losses: [(MetricFamily, Int)] = [
            (.droppedLogLines, droppedLogLines), (.droppedMessageLines, droppedMessageLines), (.recordsWritten, writtenRecords),
            (.recordsDropped, droppedRecords),
        ]
        Self.append(losses, to: &text)
    }

    private static func append(_ samples: [(MetricFamily, Int)], to text: inout MetricsText) {
        for (family, value) in samples {
            text.begin(family)
            text.sample(family, value)
        }
    }

    /// Writes policies, waivers and the certificate in force.
    func appendPolicies(to text: inout MetricsText) {
        text.begin(.policies)
        text.sample(.policies, policyCount)
        text.begin(.ramp)
        for step in rampSteps.sorted(by: { ($0.seconds, $0.policy) < ($1.seconds, $1.policy) }).prefix(WebhookMetrics.rampStepLimit) {
            text.sample(.ramp, step.seconds, labels: [step.policy, "\(step.minimumScore)"])
        }
        text.begin(.waivers)
        text.sample(.waivers, waiverExpiries.count)
        text.begin(.waiverExpiry)
        for expiry in waiverExpiries.sorted(by: { ($0.seconds, $0.waiver) < ($1.seconds, $1.waiver) }).prefix(WebhookMetrics.waiverLimit) {
            text.sample(.waiverExpiry, expiry.seconds, labels: [expiry.waiver, expiry.owner])
        }
        guard let certificateExpiry else { return }
        text.begin(.certificateExpiry)
        text.sample(.certificateExpiry, certificateExpiry)
    }
}

extension WebhookMetrics.Gauges {
    /// Writes the state of the cluster, family by family; nothing without a cluster.
    func appendCluster(to text: inout MetricsText) {
        guard !cluster.isEmpty else { return }
        text.begin(.clusterAge)
        for resource in cluster { text.sample(.clusterAge, resource.ageSeconds, labels: [resource.resource]) }
        let counts: [(MetricFamily, (ClusterResource) -> Int)] = [
            (.clusterLists, \.listCount), (.clusterFailures, \.failureCount), (.clusterObjects, \.objectCount),
            (.clusterRejected, \.rejectedCount), (.clusterNotInForce, \.notInForceCount), (.sourceAbsent, { $0.isAbsent ? 1 : 0 }),
        ]
        for (family, count) in counts {
            text.begin(family)
            for resource in cluster { text.sample(family, count(resource), labels: [resource.resource]) }
        }
    }
}

extension WebhookMetrics.Gauges.Process {
    /// Writes the facts about the process under the names that Prometheus' client libraries use.
    func append(to text: inout MetricsText) {
        text.begin(.processStart)
        text.sample(.processStart, startSeconds)
        text.begin(.processCPU)
        text.sample(.processCPU, cpuSeconds)
        text.begin(.processMemory)
        text.sample(.processMemory, residentBytes)
        text.begin(.processDescriptors)
        text.sample(.processDescriptors, openDescriptors)
        guard let descriptorLimit else { return }
        text.begin(.processDescriptorLimit)
        text.sample(.processDescriptorLimit, descriptorLimit)
    }
}
