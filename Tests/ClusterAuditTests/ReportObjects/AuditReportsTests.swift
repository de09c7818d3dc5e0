import AdmissionPolicy
import Foundation
import KubernetesAPI
import PodScoring
import Reports
import Testing

@testable import ClusterAudit

/// The result of an audit as report objects.
struct AuditReportsTests {
    private struct List: Decodable {
        struct Item: Decodable {
            struct Metadata: Decodable {
                struct Owner: Decodable {
                    let uid: String
                }
                let name: String
                let namespace: String?
                let ownerReferences: [Owner]?
            }
            struct Result: Decodable {
                let rule, result: String
                let properties: [String: String]
            }
            let kind: String
            let metadata: Metadata
            let scope: [String: String]
            let results: [Result]?
        }
        let items: [Item]
    }

    /// A policy that forbids two rules.
    private static let decider: AuditDecider = {
        var level = ScorePolicy.Level()
        level.forbid = ["HostPID", "Privileged"]
        let policy = ScorePolicy(name: "all", namespaces: [NamePattern("*")], ruleset: .podscoreV1, enforce: level)
        let policies = PolicySet(policies: [policy], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        return AuditDecider(policies: policies, namespaces: nil, today: CivilDate(daysSinceEpoch: 20_800))
    }()

    private static func pod(_ name: String, hostPID: Bool = false, privileged: Bool = false) -> KubernetesObject {
        var container = Container()
        container.name = "app"
        container.securityContext.privileged = privileged
        var pod = PodSpec()
        pod.containers = [container]
        pod.hostPID = hostPID
        var object = KubernetesObject()
        object.apiVersion = "v1"
        object.kind = "Pod"
        object.metadata.name = name
        object.metadata.namespace = "shop"
        object.content = .pod(pod)
        return object
    }

    private static func owner(
        _ name: String,
        in namespace: String? = "shop",
        group: String = "apps",
        kind: String = "Deployment",
        _ pods: [KubernetesObject],
        source: AuditedOwner.Source = .pods(count: 1)
    ) throws -> AuditedOwner {
        let results = try pods.map { pod in
            AuditedResult(AuditedDecision(try #require(decider.decide(pod))), count: 1, example: AuditedExample(pod))
        }
        let identity = OwnerIdentity(namespace: namespace, group: group, version: "v1", kind: kind, name: name, uid: "u-\(name)")
        return AuditedOwner(identity, source: source, worst: results[0], others: Array(results.dropFirst()), images: [])
    }

    private static func text(_ owners: [AuditedOwner], _ api: ReportAPI = .openReports) throws -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try AuditReports(api, decidingBy: decider).write(Audit(owners: owners, podCount: 1, gaps: [])) { bytes += $0 }
        return bytes
    }

    private static func items(_ owners: [AuditedOwner]) throws -> [List.Item] {
        try JSONDecoder().decode(List.self, from: Data(text(owners))).items
    }

    @Test func `Each owner has one report, with what any of its Pods violates`() throws {
        let items = try Self.items([
            Self.owner("web", [Self.pod("web-1", hostPID: true), Self.pod("web-2", privileged: true), Self.pod("web-3")]),
            Self.owner("good", [Self.pod("good-1")]),
            Self.owner("fleet", in: nil, [Self.pod("fleet-1", hostPID: true)]),
        ])
        #expect(items.map(\.kind) == ["ClusterReport", "Report", "Report"])
        #expect(items.map { $0.scope["name"] } == ["fleet", "good", "web"])
        #expect(items.map(\.metadata.namespace) == [nil, "shop", "shop"])
        #expect(items.map { $0.results?.map(\.rule) } == [["HostPID"], nil, ["HostPID", "Privileged"]])
        #expect(Set(items.map(\.metadata.name)).count == 3)
    }

    @Test func `Kubernetes deletes a report only with an owner of a kind that is read`() throws {
        let pods = [Self.pod("p", hostPID: true)]
        let items = try Self.items([
            Self.owner("web", pods),
            Self.owner("alone", group: "", kind: "Pod", pods),
            Self.owner("made-up", group: "", kind: "ConfigMap", pods),
            Self.owner("made-up", group: "example.dev", kind: "Deployment", pods),
        ])
        let proved = items.filter { $0.metadata.ownerReferences != nil }
        #expect(items.count == 4)
        #expect(Set(proved.flatMap { $0.metadata.ownerReferences ?? [] }.map(\.uid)) == ["u-web", "u-alone"])
    }

    @Test func `A template is named as the origin`() throws {
        let items = try Self.items([
            Self.owner("a", [Self.pod("a", hostPID: true)], source: .template), Self.owner("b", [Self.pod("b", hostPID: true)]),
        ])
        #expect(items.map { $0.results?.first?.properties["origin"] } == ["template", nil])
    }

    @Test(arguments: [ReportAPI.openReports, .policyReport])
    func `More Pods of the same content do not change a byte`(api: ReportAPI) throws {
        let pods = [Self.pod("web-1", hostPID: true)]
        let few = try Self.text([Self.owner("web", pods)], api)
        let many = try Self.text([Self.owner("web", [Self.pod("web-9", hostPID: true)], source: .pods(count: 40))], api)
        #expect(few == many)
    }

    @Test func `A gap is counted and is no report`() throws {
        let audit = Audit(
            owners: [try Self.owner("web", [Self.pod("web-1")])],
            podCount: 1,
            gaps: [AuditGap("the list of Pods ended early")]
        )
        var bytes: [UInt8] = []
        let tally = try AuditReports(.policyReport, decidingBy: Self.decider).write(audit) { bytes += $0 }
        #expect(tally.invalid == 1)
        #expect(try JSONDecoder().decode(List.self, from: Data(bytes)).items.count == 1)
    }

    @Test func `A long list is written in pieces, and an empty one is a list`() throws {
        let owners = try (0..<400).map { try Self.owner("web-\($0)", [Self.pod("p", hostPID: true, privileged: true)]) }
        var pieces: [[UInt8]] = []
        let tally = try AuditReports(.openReports, decidingBy: Self.decider).write(Audit(owners: owners, podCount: 1, gaps: [])) {
            pieces.append($0)
        }
        #expect(tally.scored == 400)
        #expect(pieces.count > 2 && pieces.allSatisfy { $0.count < 128 * 1024 })
        #expect(try JSONDecoder().decode(List.self, from: Data(pieces.flatMap(\.self))).items.count == 400)
        #expect(try Self.items([]).isEmpty)
    }
}
