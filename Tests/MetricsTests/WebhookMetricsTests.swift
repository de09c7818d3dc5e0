import AdmissionPolicy
import KubernetesAPI
import Testing

@testable import Metrics

@Suite struct WebhookMetricsTests {
    @Test func `Each decision counts under its labels, sorted`() {
        let metrics = WebhookMetrics()
        for outcome in [DecisionSample.Outcome.warn, .deny, .deny] { metrics.record(.made(namespace: "b", outcome: outcome)) }
        metrics.record(.made(namespace: "a", outcome: .warn) { $0.wouldDeny = true })
        #expect(
            metrics.lines("podscore_admission_decisions_total{") == [
                #"podscore_admission_decisions_total{policy="p",namespace="a",operation="CREATE",outcome="warn"} 1"#,
                #"podscore_admission_decisions_total{policy="p",namespace="b",operation="CREATE",outcome="warn"} 1"#,
                #"podscore_admission_decisions_total{policy="p",namespace="b",operation="CREATE",outcome="deny"} 2"#,
            ]
        )
        #expect(
            metrics.lines("podscore_admission_would_deny_total{") == [
                #"podscore_admission_would_deny_total{policy="p",namespace="a",operation="CREATE"} 1"#
            ]
        )
    }

    @Test(arguments: DecisionSample.Operation.allCases, DecisionSample.Outcome.allCases)
    func `Each operation and outcome has a separate counter`(operation: DecisionSample.Operation, outcome: DecisionSample.Outcome) {
        let metrics = WebhookMetrics()
        metrics.record(DecisionSample(policy: "p", namespace: "n", operation: operation, outcome: outcome, seconds: 0))
        let labels = #"policy="p",namespace="n",operation="\#(operation.rawValue)",outcome="\#(outcome.rawValue)""#
        #expect(metrics.lines("podscore_admission_decisions_total{") == ["podscore_admission_decisions_total{\(labels)} 1"])
    }

    @Test func `A dry run counts only among dry runs and in the duration`() {
        let metrics = WebhookMetrics()
        metrics.record(
            .made(outcome: .deny) { sample in
                sample.isDryRun = true
                sample.wouldDeny = true
                sample.score = 4
                sample.minimumScore = 9
                sample.waivers = ["w"]
            }
        )
        #expect(
            metrics.lines("podscore_admission_").filter { !$0.contains("duration") } == [
                #"podscore_admission_dry_run_decisions_total{policy="p",outcome="deny"} 1"#
            ]
        )
        #expect(metrics.lines("podscore_score").isEmpty)
        #expect(metrics.lines("podscore_admission_duration_seconds_count") == ["podscore_admission_duration_seconds_count 1"])
    }

    @Test func `Each waiver counts the requests in which it covered a violation`() {
        let metrics = WebhookMetrics()
        metrics.record(.made { $0.waivers = ["b", "a"] })
        metrics.record(.made { $0.waivers = ["b"] })
        #expect(
            metrics.lines("podscore_admission_waived_total{") == [
                #"podscore_admission_waived_total{waiver="a"} 1"#, #"podscore_admission_waived_total{waiver="b"} 2"#,
            ]
        )
    }

    @Test func `Scores and margins have a histogram for each policy`() {
        let metrics = WebhookMetrics()
        metrics.record(
            .made { sample in
                sample.score = 4
                sample.minimumScore = 9
            }
        )
        #expect(metrics.lines(#"podscore_score_bucket{policy="p",le="3"}"#) == [#"podscore_score_bucket{policy="p",le="3"} 0"#])
        #expect(metrics.lines(#"podscore_score_bucket{policy="p",le="5"}"#) == [#"podscore_score_bucket{policy="p",le="5"} 1"#])
        #expect(metrics.lines("podscore_score_margin_sum") == [#"podscore_score_margin_sum{policy="p"} -5"#])
    }

    @Test func `A policy without scores has no histograms`() {
        let metrics = WebhookMetrics()
        metrics.record(.made(policy: "first"))
        metrics.record(.made(policy: "second") { $0.score = 1 })
        #expect(metrics.lines("podscore_score_count") == [#"podscore_score_count{policy="second"} 1"#])
        #expect(metrics.lines("podscore_score_margin").isEmpty)
    }

    @Test func `The page has policies, waivers and the certificate with their dates, the earliest first`() {
        var gauges = WebhookMetrics.Gauges()
        gauges.policyCount = 2
        gauges.rampSteps = [
            .init(policy: "p", minimumScore: 9, seconds: 1_900_000_000), .init(policy: "p", minimumScore: 7, seconds: 1_800_000_000),
        ]
        gauges.waiverExpiries = [.init(waiver: "w", owner: "platform", seconds: 1_900_000_000)]
        gauges.certificateExpiry = 1_900_000_001
        let metrics = WebhookMetrics()
        for (prefix, expected) in [
            ("podscore_policies", ["podscore_policies 2"]),
            (
                "podscore_policy_ramp",
                [
                    #"podscore_policy_ramp_timestamp_seconds{policy="p",minimum="7"} 1800000000"#,
                    #"podscore_policy_ramp_timestamp_seconds{policy="p",minimum="9"} 1900000000"#,
                ]
            ),
            (
                "podscore_waiver",
                ["podscore_waivers 1", #"podscore_waiver_expiry_timestamp_seconds{waiver="w",owner="platform"} 1900000000"#]
            ),
            ("podscore_certificate", ["podscore_certificate_expiry_timestamp_seconds 1900000001"]),
        ] {
            #expect(metrics.lines(prefix, gauges) == expected)
        }
    }

    @Test func `The page has the load, the losses and the answers of the server`() {
        let metrics = WebhookMetrics()
        var gauges = WebhookMetrics.Gauges()
        gauges.responses = [(200, 1), (503, 0)]
        gauges.inFlight = 3
        gauges.bufferedBytes = 4
        gauges.connections = 5
        gauges.closedConnections = [("timeout", 2)]
        gauges.handshakeFailures = [("client_certificate", 1)]
        gauges.droppedLogLines = 7
        gauges.droppedMessageLines = 6
        gauges.writtenRecords = 8
        gauges.droppedRecords = 9
        gauges.version = "1.2"
        let lines = metrics.lines("", gauges)
        for line in [
            #"podscore_http_responses_total{code="200"} 1"#, #"podscore_http_responses_total{code="503"} 0"#,
            "podscore_in_flight_requests 3",
            "podscore_buffered_body_bytes 4", "podscore_connections 5", #"podscore_connections_closed_total{reason="timeout"} 2"#,
            #"podscore_tls_handshake_failures_total{reason="client_certificate"} 1"#, "podscore_log_lines_dropped_total 7",
            "podscore_message_lines_dropped_total 6", "podscore_records_written_total 8",
            "podscore_records_dropped_total 9", #"podscore_build_info{version="1.2"} 1"#,
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }
}
