import AdmissionPolicy
import Foundation
import KubernetesAPI
import Testing

@testable import Metrics

@Suite struct MetricFamilyTests {
    /// A page on which every family has a sample.
    private static let page: [Substring] = {
        let metrics = WebhookMetrics()
        metrics.record(
            .made(outcome: .warn) { sample in
                sample.wouldDeny = true
                sample.score = 4
                sample.minimumScore = 9
                sample.waivers = ["w"]
                sample.levels = [LevelVerdict(.warn, [.required(rule: "RunAsNonRoot")])]
            }
        )
        metrics.record(.made { $0.isDryRun = true })
        metrics.reloads.record(.policy, succeeded: true, atUnixSeconds: 1)
        var gauges = WebhookMetrics.Gauges()
        gauges.rampSteps = [.init(policy: "p", minimumScore: 9, seconds: 1_900_000_000)]
        gauges.waiverExpiries = [.init(waiver: "w", owner: "o", seconds: 1_900_000_000)]
        gauges.responses = [(200, 1)]
        gauges.closedConnections = [("timeout", 2)]
        gauges.handshakeFailures = [("closed", 2)]
        gauges.certificateExpiry = 1_900_000_000
        gauges.cluster = [.init(resource: "scorepolicies")]
        gauges.process = .init()
        gauges.process?.descriptorLimit = 1_024
        return String(decoding: metrics.text(gauges), as: UTF8.self).split(separator: "\n")
    }()

    @Test func `The page has the families of the list, in the same order`() {
        let types = Self.page.filter { $0.hasPrefix("# TYPE ") }.map { $0.dropFirst("# TYPE ".count) }
        #expect(types == Self.families.map { "\($0.name) \($0.kind.rawValue)" })
    }

    /// The families of a server that follows a cluster.
    private static let families: [MetricFamily] = {
        let rest = MetricFamily.all.drop { $0 != .buildInfo }
        return MetricFamily.all.dropLast(rest.count) + MetricFamily.allOfCluster + rest
    }()

    @Test func `Without a cluster the page has nothing of one`() {
        let page = String(decoding: WebhookMetrics().text(.init()), as: UTF8.self)
        for family in MetricFamily.allOfCluster { #expect(!page.contains(family.name)) }
    }

    @Test(arguments: families)
    func `The samples of a family follow its help and type and have its labels`(family: MetricFamily) throws {
        let type = try #require(Self.page.firstIndex(of: "# TYPE \(family.name) \(family.kind.rawValue)"))
        #expect(Self.page[type - 1] == "# HELP \(family.name) \(family.help)")
        let samples = Self.page[(type + 1)...].prefix { !$0.hasPrefix("#") }
        #expect(!samples.isEmpty)
        for sample in samples {
            let labels = sample.split(separator: "{").dropFirst().joined().split(separator: "\",").compactMap {
                $0.split(separator: "=").first
            }
            let own = labels.filter { $0 != "le" && !$0.hasPrefix("}") }
            #expect(sample.hasPrefix(family.name) && own.map(String.init) == (sample.contains("{") ? family.labels : []), "\(sample)")
        }
    }

    @Test(
        arguments: (MetricFamily.all + [.scanDocuments]).map { ("operations.md", $0) }
            + MetricFamily.allOfCluster.map { ("cluster.md", $0) }
            + MetricFamily.allOfPolicyReviews.map { ("policy-webhook.md", $0) }
    )
    func `A guide has a row for each family`(guide: String, family: MetricFamily) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/\(guide)"), encoding: .utf8)
        let isDocumented = page.split(separator: "\n").contains(Substring(family.documentationRow))
        #expect(isDocumented, "add this row to its table: \(family.documentationRow)")
    }
}
