import Testing

@testable import Metrics

@Suite struct WebhookMetricsTests {
    @Test func `Each decision counts under its own labels, sorted`() {
        let metrics = WebhookMetrics()
        for outcome in ["warn", "deny", "deny"] {
            metrics.record(DecisionSample(policy: "payments", namespace: "b", operation: "CREATE", outcome: outcome, seconds: 0.000_03))
        }
        metrics.record(
            DecisionSample(policy: "payments", namespace: "a", operation: "CREATE", outcome: "warn", wouldDeny: true, seconds: 2)
        )
        #expect(
            lines(of: metrics, "podscore_admission_decisions_total{") == [
                #"podscore_admission_decisions_total{policy="payments",namespace="a",operation="CREATE",outcome="warn"} 1"#,
                #"podscore_admission_decisions_total{policy="payments",namespace="b",operation="CREATE",outcome="deny"} 2"#,
                #"podscore_admission_decisions_total{policy="payments",namespace="b",operation="CREATE",outcome="warn"} 1"#,
            ]
        )
        #expect(
            lines(of: metrics, "podscore_admission_would_deny_total{") == [
                #"podscore_admission_would_deny_total{policy="payments",namespace="a",operation="CREATE",outcome="warn"} 1"#
            ]
        )
    }

    @Test func `Namespaces beyond the limit share one label`() {
        let metrics = WebhookMetrics()
        for index in 0..<WebhookMetrics.namespaceLimit + 3 {
            metrics.record(DecisionSample(policy: "p", namespace: "n\(index)", operation: "CREATE", outcome: "allow", seconds: 0))
        }
        let decisions = lines(of: metrics, "podscore_admission_decisions_total{")
        #expect(decisions.count == WebhookMetrics.namespaceLimit + 1)
        #expect(
            decisions.contains(#"podscore_admission_decisions_total{policy="p",namespace="<other>",operation="CREATE",outcome="allow"} 3"#)
        )
    }

    @Test func `A text that is no namespace's name gets no label of its own`() {
        let metrics = WebhookMetrics()
        for name in [String(repeating: "n", count: 63), String(repeating: "n", count: 64), String(repeating: "x", count: 1 << 20)] {
            metrics.record(DecisionSample(policy: "p", namespace: name, operation: "CREATE", outcome: "allow", seconds: 0))
        }
        #expect(lines(of: metrics, "podscore_admission_decisions_total{").count == 2)
    }

    @Test func `A histogram's buckets hold all that lies below them`() {
        var histogram = Histogram(bounds: [1, 2.5])
        for value in [0.5, 1, 2, 3] { histogram.observe(value) }
        var text = MetricsText()
        text.histogram("h", [("a", "b")], histogram)
        #expect(
            String(decoding: text.bytes, as: UTF8.self) == """
                h_bucket{a="b",le="1"} 2
                h_bucket{a="b",le="2.5"} 3
                h_bucket{a="b",le="+Inf"} 4
                h_sum{a="b"} 6.5
                h_count{a="b"} 4

                """
        )
    }

    @Test func `A label's value is escaped`() {
        var text = MetricsText()
        text.sample("m", [("l", "a\\b\"c\nd")], 1)
        #expect(String(decoding: text.bytes, as: UTF8.self) == #"m{l="a\\b\"c\nd"} 1"# + "\n")
    }

    @Test func `A score and its margin are spread by policy`() {
        let metrics = WebhookMetrics()
        metrics.record(
            DecisionSample(policy: "p", namespace: "n", operation: "CREATE", outcome: "deny", score: 4, minimumScore: 9, seconds: 0)
        )
        #expect(lines(of: metrics, #"podscore_score_bucket{policy="p",le="3"}"#) == [#"podscore_score_bucket{policy="p",le="3"} 0"#])
        #expect(lines(of: metrics, #"podscore_score_bucket{policy="p",le="5"}"#) == [#"podscore_score_bucket{policy="p",le="5"} 1"#])
        #expect(lines(of: metrics, "podscore_score_margin_sum") == [#"podscore_score_margin_sum{policy="p"} -5"#])
    }

    @Test func `Every family says its help and type before its samples`() {
        let metrics = WebhookMetrics()
        metrics.record(
            DecisionSample(policy: "p", namespace: "n", operation: "CREATE", outcome: "deny", score: 4, minimumScore: 9, seconds: 0)
        )
        var gauges = WebhookMetrics.Gauges()
        gauges.certificateExpiry = 1_900_000_000
        var declared: [Substring] = []
        for line in String(decoding: metrics.text(gauges), as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                declared.append(line.split(separator: " ")[2])
            } else if !line.hasPrefix("#") {
                #expect(line.hasPrefix(declared.last ?? "?"), "\(line)")
            }
        }
        #expect(Set(declared).count == declared.count)
    }

    @Test func `Gauges and answers stand on the page`() {
        let metrics = WebhookMetrics()
        metrics.recordResponse(status: 200)
        metrics.recordResponse(status: 299)
        var gauges = WebhookMetrics.Gauges()
        gauges.inFlight = 3
        gauges.droppedLogLines = 7
        gauges.certificateExpiry = 1_900_000_000
        gauges.version = "1.2"
        let page = String(decoding: metrics.text(gauges), as: UTF8.self)
        for line in [
            #"podscore_http_responses_total{code="200"} 1"#, #"podscore_http_responses_total{code="503"} 0"#,
            "podscore_in_flight_requests 3", "podscore_log_lines_dropped_total 7",
            "podscore_certificate_expiry_timestamp_seconds 1900000000", #"podscore_build_info{version="1.2"} 1"#,
        ] {
            #expect(page.contains(line + "\n"), "\(line)")
        }
    }

    private func lines(of metrics: WebhookMetrics, _ prefix: String) -> [String] {
        String(decoding: metrics.text(WebhookMetrics.Gauges()), as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(prefix) }
    }
}
