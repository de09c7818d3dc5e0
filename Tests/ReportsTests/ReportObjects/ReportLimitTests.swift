import AdmissionPolicy
import Foundation
import KubernetesAPI
import PodScoring
import Reports
import Testing

/// The names and the sizes of reports.
struct ReportLimitTests {
    private typealias Report = ReportObjectTests.Report

    private static func report(
        _ decision: Decision,
        scope: ReportScope = DecidedPod.scope(),
        resultLimit: Int = 200,
        byteLimit: Int = 256 * 1024
    ) throws -> Report {
        let bytes = ReportObjectTests.bytes(ReportObject(scope, worst: decision), resultLimit: resultLimit, byteLimit: byteLimit)
        return try JSONDecoder().decode(Report.self, from: Data(bytes))
    }

    private static func name(_ scope: ReportScope) throws -> String {
        try report(#require(DecidedPod().decision()), scope: scope).metadata.name
    }

    @Test func `Objects of a Namespace that differ in any part have reports of different names`() throws {
        let scopes = [
            DecidedPod.scope(), DecidedPod.scope(apiVersion: "evil.dev/v1"), DecidedPod.scope(kind: "StatefulSet"),
            DecidedPod.scope(name: "web2"), DecidedPod.scope(uid: "other"), DecidedPod.scope(uid: ""),
            DecidedPod.scope(kind: "Deployment-web", name: ""), DecidedPod.scope(kind: "", name: "deployment-web"),
        ]
        let names = try scopes.map { try Self.name($0) }
        #expect(Set(names).count == scopes.count)
        #expect(names.first == (try Self.name(DecidedPod.scope())))
    }

    @Test func `A new version of an API does not change the name`() throws {
        let names = try ["apps/v1", "apps/v2"].map { try Self.name(DecidedPod.scope(apiVersion: $0)) }
        #expect(Set(names).count == 1)
    }

    @Test(arguments: [
        "web", "web.example", String(repeating: "a", count: 253),
        String(repeating: "a", count: 212) + "." + String(repeating: "b", count: 40),
        "Web", "a b", "-a", "a-", ".a", "a..b", "", "é", "a\u{0}b", "a\n", String(repeating: "é", count: 10_000),
    ])
    func `Each name is one that Kubernetes takes`(name: String) throws {
        for kind in ["Deployment", "Kind\u{1B}", String(repeating: "K", count: 63)] {
            let name = try Self.name(DecidedPod.scope(kind: kind, name: name))
            #expect(name.utf8.count <= 253)
            #expect(name.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/) != nil, "\(name)")
        }
    }

    @Test(arguments: HostileNamesTests.hostile.indices) func `No name changes the structure of a report`(index: Int) throws {
        let name = "a\(HostileNamesTests.hostile[index])b"
        let decision = try #require(DecidedPod(enforce: DecidedPod.level(9, forbid: ["Privileged"])).decision())
        let scope = DecidedPod.scope(namespace: name, apiVersion: name, kind: name, name: name, uid: name)
        let report = ReportObject(scope, worst: decision)
        let text = String(decoding: ReportObjectTests.bytes(report), as: UTF8.self)
        #expect(!text.unicodeScalars.contains(where: VisibleText.isHidden))
        #expect(try Self.report(decision, scope: scope).scope["name"] == name)
    }

    @Test func `The last result counts those beyond the limit, and the summary counts all`() throws {
        let decision = try #require(DecidedPod(enforce: DecidedPod.level(9, standard: "restricted")).decision())
        let whole = try Self.report(decision)
        let count = try #require(whole.results?.count)
        #expect(count > 4 && whole.rules.allSatisfy { !$0.hasSuffix("moreResults") })
        let cut = try Self.report(decision, resultLimit: 3)
        #expect(cut.rules == Array(whole.rules.prefix(2)) + ["fail moreResults"])
        #expect(cut.results?.last?.message.hasPrefix("\(count - 2) more violations are left out") == true)
        #expect(cut.summary == whole.summary)
        #expect(try Self.report(decision, resultLimit: count).rules == whole.rules)
    }

    @Test func `A report stays below its limit of bytes`() throws {
        let decision = try #require(DecidedPod(enforce: DecidedPod.level(9, standard: "restricted")).decision())
        let report = ReportObject(DecidedPod.scope(), worst: decision)
        let bytes = ReportObjectTests.bytes(report, byteLimit: 10 * 1024)
        let cut = try JSONDecoder().decode(Report.self, from: Data(bytes))
        #expect(bytes.count <= 10 * 1024)
        #expect(cut.rules.last == "fail moreResults" && cut.rules.count > 1)
    }

    @Test func `The largest report is far below its limits`() throws {
        let rules = RuleCatalog.builtIn
        let name = String(repeating: "\\u001b\\\"", count: 60)
        let containers = (0..<400).map { #"{"name": "\#(name)\#($0)", "securityContext": {"privileged": true, "procMount": "\#(name)"}}"# }
        let text = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "\(name)"}, "spec": {"hostPID": true, "hostIPC": true,
              "hostNetwork": true, "containers": [\(containers.joined(separator: ","))]}}
            """
        let level = DecidedPod.level(
            99,
            require: rules.filter { $0.polarity == .positive }.map(\.id),
            forbid: rules.filter { $0.polarity == .negative }.map(\.id),
            standard: "restricted"
        )
        let decision = try #require(DecidedPod(enforce: level).decision(text))
        let scope = DecidedPod.scope(namespace: text, apiVersion: text, kind: text, name: text, uid: text)
        let bytes = ReportObjectTests.bytes(ReportObject(scope, worst: decision), .policyReport)
        #expect(bytes.count < 128 * 1024)
        #expect(rules.count + StandardCheckCatalog.all.count + 2 < 200)
        let report = try JSONDecoder().decode(Report.self, from: Data(bytes))
        #expect(report.results?.allSatisfy { $0.message.utf8.count <= 1_024 } == true)
        #expect(report.results?.contains { $0.rule == "moreResults" } == false)
    }

    /// A Deployment of three containers as most charts write it: all of them violate every demand of the tests.
    private static let deployment: String = {
        let containers = ["checkout-service", "istio-proxy", "fluent-bit"].map { name in
            #"{"name": "\#(name)", "image": "registry.example/\#(name):1.2.3", "resources": {"requests": {"memory": "64Mi"}}}"#
        }
        return """
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "checkout-service", "namespace": "shop-production"},
             "spec": {"template": {"spec": {"containers": [\(containers.joined(separator: ","))]}}}}
            """
    }()

    /// The bytes of a report in etcd as a controller writes it, to which the API server adds UID, times and managedFields, about 650 bytes.
    private static func storedByteCount(_ level: ScorePolicy.Level, _ api: ReportAPI) throws -> (bytes: Int, results: Int) {
        let decision = try #require(DecidedPod(enforce: level).decision(deployment))
        let report = ReportObject(DecidedPod.scope(namespace: "shop-production", name: "checkout-service"), worst: decision)
        let bytes = ReportObjectList(api).item(report, marked: ReportMark(content: String(repeating: "0", count: 32), replacing: nil))
        return (bytes.count + 650, try JSONDecoder().decode(Report.self, from: Data(bytes)).results?.count ?? 0)
    }

    @Test(arguments: [ReportAPI.openReports, .policyReport])
    func `The reports of 8 000 workloads that violate a strict policy take at most 30 MB in etcd`(api: ReportAPI) throws {
        let stored = try Self.storedByteCount(DecidedPod.level(12, require: ["LimitsMemory"], standard: "restricted"), api)
        #expect(stored.results == 6)
        #expect(stored.bytes * 8_000 <= 30_000_000, "\(stored.bytes) bytes a report")
    }

    @Test(arguments: [ReportAPI.openReports, .policyReport])
    func `A report of seven violated demands takes at most 4 kB in etcd`(api: ReportAPI) throws {
        let level = DecidedPod.level(12, require: ["LimitsMemory", "RequestsCPU"], standard: "restricted")
        let stored = try Self.storedByteCount(level, api)
        #expect(stored.results == 7)
        #expect(stored.bytes <= 4_096, "\(stored.bytes) bytes a report")
    }

    @Test func `The list holds each report on a line`() throws {
        let list = ReportObjectList(.openReports)
        let decision = try #require(DecidedPod(enforce: DecidedPod.level(9)).decision())
        let items = ["a", "b"].map { list.item(ReportObject(DecidedPod.scope(name: $0), worst: decision)) }
        let bytes = list.head + items[0] + list.separator + items[1] + list.tail
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 4)
        let whole = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        #expect(whole?["kind"] as? String == "List" && (whole?["items"] as? [Any])?.count == 2)
        let empty = try JSONSerialization.jsonObject(with: Data(list.head + list.tail)) as? [String: Any]
        #expect((empty?["items"] as? [Any])?.isEmpty == true)
    }
}
