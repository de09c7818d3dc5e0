import AdmissionPolicy
import Foundation
import Testing

@testable import Metrics

@Suite struct ControllerMetricsTests {
    private typealias Count = ControllerMetrics.OwnerCount

    private static func count(_ namespace: String, _ outcome: Decision.Outcome = .deny, owners: Int = 1, pods: Int = 1) -> Count {
        var count = Count(namespace: namespace, outcome: outcome)
        (count.owners, count.pods) = (owners, pods)
        return count
    }

    /// The samples of a family.
    private static func samples(_ metrics: ControllerMetrics, _ family: String) -> [Substring] {
        page(metrics).filter { $0.hasPrefix("\(family){") || $0.hasPrefix("\(family) ") }
    }

    private static func page(_ metrics: ControllerMetrics, _ gauges: WebhookMetrics.Gauges = .init()) -> [Substring] {
        var text = MetricsText()
        metrics.append(gauges, to: &text)
        return String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
    }

    /// A page on which every family has a sample.
    private static let fullPage: [Substring] = {
        let metrics = ControllerMetrics()
        metrics.record(.complete, seconds: 3, atUnixSeconds: 1_900_000_000)
        metrics.replace(owners: [count("shop")], gapCount: 0)
        metrics.record(.report, "written")
        var gauges = WebhookMetrics.Gauges()
        gauges.rampSteps = [.init(policy: "p", minimumScore: 9, seconds: 1_900_000_000)]
        gauges.waiverExpiries = [.init(waiver: "w", owner: "o", seconds: 1_900_000_000)]
        gauges.cluster = [.init(resource: "scorepolicies")]
        gauges.process = .init()
        gauges.process?.descriptorLimit = 1_024
        return page(metrics, gauges)
    }()

    @Test func `The page has the families of the list, in the same order`() {
        let types = Self.fullPage.filter { $0.hasPrefix("# TYPE ") }.map { $0.dropFirst("# TYPE ".count) }
        #expect(types == MetricFamily.allOfController.map { "\($0.name) \($0.kind.rawValue)" })
    }

    @Test(arguments: MetricFamily.allOfController)
    func `The samples of a family follow its help and type`(family: MetricFamily) throws {
        let type = try #require(Self.fullPage.firstIndex(of: "# TYPE \(family.name) \(family.kind.rawValue)"))
        #expect(Self.fullPage[type - 1] == "# HELP \(family.name) \(family.help)")
        let samples = Self.fullPage[(type + 1)...].prefix { !$0.hasPrefix("#") }
        #expect(!samples.isEmpty && samples.allSatisfy { $0.hasPrefix(family.name) })
    }

    @Test(arguments: MetricFamily.allOfController)
    func `A guide has a row for each family`(family: MetricFamily) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let pages = try ["operations.md", "cluster.md"].map { name in
            try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
        }
        let isDocumented = pages.contains { $0.split(separator: "\n").contains(Substring(family.documentationRow)) }
        #expect(isDocumented, "add this row to its table: \(family.documentationRow)")
    }

    @Test func `Passes count by result, and only complete ones set the time of the last complete one`() {
        let metrics = ControllerMetrics()
        #expect(Self.samples(metrics, "podscore_controller_last_complete_pass_timestamp_seconds").isEmpty)
        metrics.record(.complete, seconds: 3, atUnixSeconds: 100)
        metrics.record(.partial, seconds: 3, atUnixSeconds: 200)
        metrics.record(.failed, seconds: 3, atUnixSeconds: 300)
        metrics.record(.cut, seconds: 3, atUnixSeconds: 400)
        #expect(
            Self.samples(metrics, "podscore_controller_passes_total")
                == ["complete", "partial", "failed", "cut"].map {
                    "podscore_controller_passes_total{result=\"\($0)\"} 1"
                }
        )
        #expect(
            Self.samples(metrics, "podscore_controller_last_complete_pass_timestamp_seconds") == [
                "podscore_controller_last_complete_pass_timestamp_seconds 100"
            ]
        )
        #expect(Self.page(metrics).contains("podscore_controller_pass_duration_seconds_count 3"))
    }

    @Test func `Owners and Pods of one Namespace and outcome are one sample; each audit replaces the one before`() {
        let metrics = ControllerMetrics()
        let owners = [Self.count("b"), Self.count("a", .warn, owners: 2, pods: 5), Self.count("a", .deny, pods: 0)]
        metrics.replace(owners: owners, gapCount: 2)
        #expect(
            Self.samples(metrics, "podscore_audit_owners") == [
                #"podscore_audit_owners{namespace="a",outcome="warn"} 2"#, #"podscore_audit_owners{namespace="a",outcome="deny"} 1"#,
                #"podscore_audit_owners{namespace="b",outcome="deny"} 1"#,
            ]
        )
        #expect(
            Self.samples(metrics, "podscore_audit_pods") == [
                #"podscore_audit_pods{namespace="a",outcome="warn"} 5"#, #"podscore_audit_pods{namespace="b",outcome="deny"} 1"#,
            ]
        )
        #expect(Self.samples(metrics, "podscore_audit_gaps") == ["podscore_audit_gaps 2"])
        metrics.replace(owners: [Self.count("c")], gapCount: 0)
        #expect(Self.samples(metrics, "podscore_audit_owners") == [#"podscore_audit_owners{namespace="c",outcome="deny"} 1"#])
    }

    @Test func `Beyond 256 Namespaces the others share a label, and a Namespace keeps its label while it has owners`() {
        let metrics = ControllerMetrics()
        let names = (1_000..<1_300).map { "n\($0)" }
        metrics.replace(owners: names.map { Self.count($0) }, gapCount: 0)
        let samples = Self.samples(metrics, "podscore_audit_owners")
        #expect(samples.count == 257)
        #expect(samples.first == #"podscore_audit_owners{namespace="<other>",outcome="deny"} 44"#)
        // An earlier name does not take a label from a Namespace that has one; a label that became free goes to the next name.
        metrics.replace(owners: (names.dropFirst() + ["a"]).map { Self.count($0) }, gapCount: 0)
        let later = Self.samples(metrics, "podscore_audit_owners")
        #expect(later.count == 257)
        #expect(later.contains(#"podscore_audit_owners{namespace="a",outcome="deny"} 1"#))
        #expect(later.contains(#"podscore_audit_owners{namespace="n1255",outcome="deny"} 1"#))
        #expect(!later.contains(#"podscore_audit_owners{namespace="n1256",outcome="deny"} 1"#))
    }

    @Test func `Writes count by kind and outcome, with a bounded number of outcomes`() {
        let metrics = ControllerMetrics()
        for number in 10..<60 { metrics.record(.status, "o\(number)") }
        metrics.record(.report, "written", count: 3)
        metrics.record(.report, "written", count: 0)
        let samples = Self.samples(metrics, "podscore_controller_writes_total")
        #expect(samples.first == #"podscore_controller_writes_total{kind="report",outcome="written"} 3"#)
        #expect(samples.count == 18)
        #expect(samples.contains(#"podscore_controller_writes_total{kind="status",outcome="<other>"} 34"#))
    }

    @Test func `Dropped Events count`() {
        let metrics = ControllerMetrics()
        for _ in 0..<2 { metrics.recordDroppedEvent() }
        #expect(Self.samples(metrics, "podscore_controller_events_dropped_total") == ["podscore_controller_events_dropped_total 2"])
    }
}
