import AdmissionPolicy
import KubernetesAPI
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

    @Test func `A flood of made-up namespaces does not take the label of a named one`() {
        let metrics = WebhookMetrics()
        metrics.keepLabels(for: [("p", "payments"), ("p", "orders")])
        for index in 0..<10_000 { metrics.record(.made(policy: "q\(index % 64)", namespace: "n\(index)")) }
        // Named by policies that were reloaded later; one of these has a label already, whose room another one takes then.
        metrics.keepLabels(for: [("p", "payments"), ("p", "billing"), ("p", "n0")])
        for namespace in ["payments", "orders", "billing", "n0", "next", "other"] { metrics.record(.made(namespace: namespace)) }
        let expected = ["<other>", "billing", "n0", "next", "orders", "payments"].map { namespace in
            #"podscore_admission_decisions_total{policy="p",namespace="\#(namespace)",operation="CREATE",outcome="allow"} 1"#
        }
        #expect(metrics.lines(#"podscore_admission_decisions_total{policy="p","#) == expected)
        #expect(metrics.lines("podscore_admission_decisions_total{").allSatisfy { !$0.hasSuffix(" 0") })
    }

    @Test func `Policies that name more and more namespaces keep labels and rows bounded, and no count is lost`() {
        var counters = DecisionCounters()
        for reload in 0..<100 {
            for index in 0..<100 { counters.keep(policy: "p\(reload)", namespace: "r\(reload)-\(index)") }
            for index in 0..<100 {
                _ = counters.record(.made(policy: "p\(reload)", namespace: "r\(reload)-\(index)"))
                _ = counters.record(.made(policy: "p\(reload)", namespace: "n\(reload)-\(index)"))
            }
        }
        #expect(counters.namespaces.labels.count <= 1 + DecisionCounters.namespaceLimit + DecisionCounters.namedNamespaceLimit)
        let limit = DecisionCounters.rowLimit + DecisionCounters.namedNamespaceLimit + DecisionCounters.policyLimit + 1
        #expect(counters.rows.count <= limit)
        let cell = DecisionCounters.cell(.create, .allow)
        #expect(counters.rows.reduce(0) { $0 + $1.decisions[cell] } == 20_000)
        #expect(Set(counters.rows.map { [$0.policy, $0.namespace] }).count == counters.rows.count)
    }

    @Test func `A text that is not a namespace's name gets no label`() {
        let metrics = WebhookMetrics()
        for name in [String(repeating: "n", count: 63), String(repeating: "n", count: 64), String(repeating: "x", count: 1 << 20)] {
            metrics.record(.made(namespace: name))
        }
        #expect(metrics.lines("podscore_admission_decisions_total{").count == 2)
    }

    @Test func `Policies beyond the limit share one label, however often policies change`() {
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

    @Test func `A flood of policies and namespaces keeps rows within the limits, and no count is lost`() {
        var counters = DecisionCounters()
        for policy in 0..<100 {
            for namespace in 0..<300 { _ = counters.record(.made(policy: "p\(policy)", namespace: "n\(namespace)")) }
        }
        #expect(counters.rows.count <= DecisionCounters.rowLimit + DecisionCounters.policyLimit + 1)
        let cell = DecisionCounters.cell(.create, .allow)
        #expect(counters.rows.reduce(0) { $0 + $1.decisions[cell] } == 30_000)
        #expect(Set(counters.rows.map { [$0.policy, $0.namespace] }).count == counters.rows.count)
    }

    @Test func `Waivers beyond the limit share one label, and the page shows the ones that end first`() {
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
