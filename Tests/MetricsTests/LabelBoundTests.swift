import Testing

@testable import Metrics

@Suite struct LabelBoundTests {
    @Test func `Namespaces beyond the limit share one label`() {
        let metrics = WebhookMetrics()
        for index in 0..<WebhookMetrics.namespaceLimit + 3 { metrics.record(.made(namespace: "n\(index)")) }
        let decisions = metrics.lines("podscore_admission_decisions_total{")
        #expect(decisions.count == WebhookMetrics.namespaceLimit + 1)
        #expect(
            decisions.contains(#"podscore_admission_decisions_total{policy="p",namespace="<other>",operation="CREATE",outcome="allow"} 3"#)
        )
    }

    @Test func `A text that is no namespace's name gets no label of its own`() {
        let metrics = WebhookMetrics()
        for name in [String(repeating: "n", count: 63), String(repeating: "n", count: 64), String(repeating: "x", count: 1 << 20)] {
            metrics.record(.made(namespace: name))
        }
        #expect(metrics.lines("podscore_admission_decisions_total{").count == 2)
    }

    @Test func `Policies beyond the limit share one label, however often others take their place`() {
        let metrics = WebhookMetrics()
        for index in 0..<1_000 {
            metrics.record(.made(policy: "p\(index)") { $0.score = 1 })
            metrics.record(.made(policy: "p\(index)") { $0.isDryRun = true })
        }
        for prefix in ["podscore_admission_decisions_total{", "podscore_admission_dry_run_decisions_total{", "podscore_score_count{"] {
            #expect(metrics.lines(prefix).count == DecisionCounters.policyLimit + 1, "\(prefix)")
        }
        #expect(metrics.lines(#"podscore_score_count{policy="<other>"}"#) == [#"podscore_score_count{policy="<other>"} 936"#])
    }

    @Test func `A flood of policies and namespaces leaves no more rows than the limits, and none is lost`() {
        var counters = DecisionCounters()
        for policy in 0..<100 {
            for namespace in 0..<300 { _ = counters.record(.made(policy: "p\(policy)", namespace: "n\(namespace)")) }
        }
        #expect(counters.rows.count <= DecisionCounters.rowLimit + DecisionCounters.policyLimit + 1)
        let cell = DecisionCounters.cell(.create, .allow)
        #expect(counters.rows.reduce(0) { $0 + $1.decisions[cell] } == 30_000)
        #expect(Set(counters.rows.map { [$0.policy, $0.namespace] }).count == counters.rows.count)
    }

    @Test func `Waivers beyond the limit share one label, and the page shows those that end first`() {
        let metrics = WebhookMetrics()
        var gauges = WebhookMetrics.Gauges()
        for index in 0..<1_000 {
            metrics.record(.made { $0.waivers = ["w\(index)"] })
            gauges.waiverExpiries.append(.init(waiver: "w\(index)", owner: "o", seconds: Int64(2_000_000_000 - index)))
            gauges.rampSteps.append(.init(policy: "p\(index)", minimumScore: index, seconds: Int64(2_000_000_000 - index)))
        }
        #expect(metrics.lines("podscore_admission_waived_total{").count == WebhookMetrics.waiverLimit + 1)
        let expiries = metrics.lines("podscore_waiver_expiry_timestamp_seconds{", gauges)
        #expect(expiries.count == WebhookMetrics.waiverLimit)
        #expect(expiries.first == #"podscore_waiver_expiry_timestamp_seconds{waiver="w999",owner="o"} 1999999001"#)
        #expect(metrics.lines("podscore_policy_ramp_timestamp_seconds{", gauges).count == WebhookMetrics.rampStepLimit)
        #expect(metrics.lines("podscore_waivers", gauges) == ["podscore_waivers 1000"])
    }
}
