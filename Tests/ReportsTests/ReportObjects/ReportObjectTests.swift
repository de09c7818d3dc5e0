import AdmissionPolicy
import Foundation
import KubernetesAPI
import PodScoring
import Reports
import Testing

/// Reports of a Deployment's decisions.
struct ReportObjectTests {
    /// The members of a report that tests read.
    struct Report: Decodable {
        struct Metadata: Decodable {
            struct Owner: Decodable, Equatable {
                let apiVersion, kind, name, uid: String
            }
            let name: String
            let namespace: String?
            let labels: [String: String]
            let ownerReferences: [Owner]?
        }
        struct Result: Decodable {
            let source: String?
            let policy, rule, category, severity, result, message: String
            let properties: [String: String]
        }
        let apiVersion, kind: String
        let metadata: Metadata
        let scope: [String: String]
        let source: String?
        let summary: [String: Int]
        let results: [Result]?

        /// The rules of the results with what happens, such as `fail Privileged`.
        var rules: [String] { (results ?? []).map { "\($0.result) \($0.rule)" } }
    }

    static func bytes(
        _ report: ReportObject,
        _ api: ReportAPI = .openReports,
        resultLimit: Int = 200,
        byteLimit: Int = 256 * 1024
    ) -> [UInt8] {
        ReportObjectList(api, resultLimit: resultLimit, byteLimit: byteLimit).item(report)
    }

    private static func report(
        _ decided: DecidedPod,
        _ text: String = DecidedPod.text,
        scope: ReportScope = DecidedPod.scope(),
        isTemplate: Bool = false,
        api: ReportAPI = .openReports
    ) throws -> Report {
        let decision = try #require(decided.decision(text))
        return try decoded(bytes(ReportObject(scope, worst: decision, isTemplate: isTemplate), api))
    }

    private static func decoded(_ bytes: [UInt8]) throws -> Report { try JSONDecoder().decode(Report.self, from: Data(bytes)) }

    @Test func `A report of OpenReports has the owner, the policy and each violated demand with score and minimum`() throws {
        let decision = try #require(DecidedPod(enforce: DecidedPod.level(3, forbid: ["Privileged"])).decision())
        let ruleset = Ruleset.podscoreV1.label
        let expected = """
            {"apiVersion":"openreports.io/v1alpha1","kind":"Report",\
            "metadata":{"name":"podscore-deployment-web-887d057e209409a2","namespace":"shop",\
            "labels":{"app.kubernetes.io/managed-by":"podscore"},\
            "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"0b5a2f0e-9d6f-4f0e-8f35-0c5e3d1c9a11"}]},\
            "scope":{"apiVersion":"apps/v1","kind":"Deployment","namespace":"shop","name":"web","uid":"0b5a2f0e-9d6f-4f0e-8f35-0c5e3d1c9a11"},\
            "source":"podscore","summary":{"pass":0,"fail":2,"warn":0,"error":0,"skip":0},"results":[\
            {"policy":"baseline","rule":"Privileged","category":"Mandatory rules","severity":"high","result":"fail",\
            "message":"container \\"proxy\\": set securityContext.privileged: false [check application]",\
            "properties":{"minimum":"3","ruleset":"\(ruleset)","score":"-29"}},\
            {"policy":"baseline","rule":"minimumScore","category":"Pod score","severity":"high","result":"fail",\
            "message":"score -29 of 21 is below the minimum 3; shortest way to 3: Privileged +30 [check application], CapDropAll +2 [check application]",\
            "properties":{"minimum":"3","ruleset":"\(ruleset)","score":"-29"}}]}
            """
        let report = ReportObject(DecidedPod.scope(), worst: decision)
        #expect(String(decoding: Self.bytes(report), as: UTF8.self) == expected)
    }

    @Test func `A report of wgpolicyk8s names its source in each result, since the report has no such field`() throws {
        let report = try Self.report(DecidedPod(enforce: DecidedPod.level(3, forbid: ["Privileged"])), api: .policyReport)
        #expect(report.apiVersion == "wgpolicyk8s.io/v1alpha2" && report.kind == "PolicyReport")
        #expect(report.source == nil)
        #expect(report.results?.map(\.source) == ["podscore", "podscore"])
    }

    @Test(arguments: [ReportAPI.openReports, .policyReport])
    func `The report of an object without a Namespace belongs to the cluster`(api: ReportAPI) throws {
        let scope = DecidedPod.scope(namespace: nil, apiVersion: "example.dev/v1", kind: "Fleet", name: "all", uid: "")
        let report = try Self.report(DecidedPod(), scope: scope, api: api)
        #expect(report.kind == (api == .openReports ? "ClusterReport" : "ClusterPolicyReport"))
        #expect(report.metadata.namespace == nil && report.scope["namespace"] == nil)
        #expect(report.metadata.ownerReferences == nil && report.scope["uid"] == nil)
    }

    @Test func `An object that may not exist is no owner of its report, and its UID still names the report`() throws {
        let proved = try Self.report(DecidedPod())
        let claimed = try Self.report(DecidedPod(), scope: DecidedPod.scope(isProved: false))
        #expect(proved.metadata.ownerReferences?.map(\.uid) == proved.scope["uid"].map { [$0] })
        #expect(claimed.metadata.ownerReferences == nil)
        #expect(claimed.scope == proved.scope && claimed.metadata.name == proved.metadata.name)
        let other = try Self.report(DecidedPod(), scope: DecidedPod.scope(uid: "made-up", isProved: false))
        #expect(other.metadata.name != claimed.metadata.name)
    }

    @Test func `Each level has its own severity, and a demand of several levels counts at the strongest`() throws {
        let decided = DecidedPod(
            enforce: DecidedPod.level(forbid: ["Privileged"]),
            warn: DecidedPod.level(3, forbid: ["Privileged"]),
            audit: DecidedPod.level(9, require: ["RunAsNonRoot"], standard: "restricted@v1.31")
        )
        let report = try Self.report(decided)
        #expect(report.rules.prefix(4) == ["fail Privileged", "warn RunAsNonRoot", "warn baseline/privileged", "warn minimumScore"])
        let facts = report.results?.map { "\($0.rule) \($0.severity)" } ?? []
        #expect(facts.contains("Privileged high"))
        #expect(facts.contains("minimumScore medium"))
        #expect(facts.contains("RunAsNonRoot low"))
        let score = try #require(report.results?.first { $0.rule == "minimumScore" })
        #expect(score.message.contains("is below the minimum 3; shortest way to 3: "))
        #expect(report.summary["fail"] == 1 && report.summary["warn"] == report.rules.count - 1)
    }

    @Test func `The fix names the containers`() throws {
        let report = try Self.report(DecidedPod(enforce: DecidedPod.level(require: ["RunAsNonRoot"], forbid: ["Privileged"])))
        let messages = report.results?.map(\.message) ?? []
        #expect(messages.first?.hasPrefix(#"container "proxy": "#) == true, "\(messages)")
        #expect(messages.last?.hasPrefix(#"container "app", "proxy": set securityContext.runAsNonRoot: true [check image]"#) == true)
    }

    @Test func `A report of an object that meets its policy has no results, and counts the demands`() throws {
        let report = try Self.report(DecidedPod(enforce: DecidedPod.level(-40, forbid: ["HostPID", "HostNetwork"])))
        #expect(report.results == nil)
        #expect(report.summary == ["pass": 3, "fail": 0, "warn": 0, "error": 0, "skip": 0])
    }

    @Test func `An exempt object is skipped`() throws {
        var decided = DecidedPod(enforce: DecidedPod.level(forbid: ["Privileged"]))
        decided.exempt.runtimeClasses = ["kata"]
        let text = DecidedPod.text.replacing(#""spec": {"#, with: #""spec": {"runtimeClassName": "kata", "#)
        let report = try Self.report(decided, text)
        #expect(report.results == nil && report.summary["skip"] == 1 && report.summary["pass"] == 0)
    }

    @Test func `A waived demand counts as met`() throws {
        var decided = DecidedPod(enforce: DecidedPod.level(forbid: ["Privileged", "HostPID"]))
        decided.waivers = [
            ScoreWaiver(
                name: "old",
                match: ScoreWaiver.Match(namespaces: [NamePattern("shop")]),
                rules: ["Privileged"],
                expires: CivilDate(daysSinceEpoch: 30_000),
                owner: "team",
                reason: "r"
            )
        ]
        let report = try Self.report(decided)
        #expect(report.results == nil && report.summary["pass"] == 2)
    }

    @Test func `A denial on a later day is a warning with the day`() throws {
        var level = DecidedPod.level()
        level.ramp = [ScorePolicy.RampStep(date: CivilDate(daysSinceEpoch: 20_900), minimumScore: 5)]
        let report = try Self.report(DecidedPod(enforce: level, audit: DecidedPod.level(3)))
        #expect(report.rules == ["warn minimumScore"])
        let result = try #require(report.results?.first)
        #expect(result.properties["deniedFrom"] == "2027-03-23" && result.severity == "high")
        #expect(result.message.contains("below the minimum 5"))
    }

    @Test func `A weaker mode of the server does not change the report`() throws {
        let decided = DecidedPod(enforce: DecidedPod.level(forbid: ["Privileged"]), mode: .audit)
        #expect(try Self.report(decided).rules == ["fail Privileged"])
    }

    @Test func `A static Pod is never denied, so its violations are warnings`() throws {
        let text = DecidedPod.text
            .replacing(#""namespace": "shop""#, with: #""namespace": "shop", "annotations": {"kubernetes.io/config.mirror": "x"}"#)
            .replacing(#""spec": {"#, with: #""spec": {"nodeName": "node-1", "#)
        let level = DecidedPod.level(forbid: ["Privileged"])
        #expect(try Self.report(DecidedPod(enforce: level, user: "system:node:node-1"), text).rules == ["warn Privileged"])
        #expect(try Self.report(DecidedPod(enforce: level), text).rules == ["fail Privileged"])
    }

    @Test func `A workload without Pods whose Pods would be denied fails`() throws {
        let decided = DecidedPod(enforce: DecidedPod.level(forbid: ["Privileged"]), workloads: .warn)
        let template =
            #"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": \#(DecidedPod.text)}}"#
        let report = try Self.report(decided, template, isTemplate: true)
        #expect(report.rules == ["fail Privileged"])
        #expect(report.results?.first?.properties["origin"] == "template")
        #expect(try Self.report(decided).results?.first?.properties["origin"] == nil)
    }

    @Test func `An object that cannot be evaluated is an error`() throws {
        let level = DecidedPod.level(3, forbid: ["Privileged"])
        let decision = Decision(
            .deny,
            on: AdmissionRequest(),
            by: ScorePolicy(name: "p", namespaces: [NamePattern("*")], ruleset: .podscoreV1, enforce: level),
            violations: [.undecodable]
        )
        let report = try Self.decoded(Self.bytes(ReportObject(DecidedPod.scope(), worst: decision)))
        #expect(report.rules == ["error undecodable"])
        #expect(report.summary == ["pass": 0, "fail": 0, "warn": 0, "error": 1, "skip": 0])
    }

    @Test func `A demand counts with its worst result`() throws {
        let decided = DecidedPod(enforce: DecidedPod.level(forbid: ["HostPID"]), warn: DecidedPod.level(forbid: ["HostPID"]))
        let text = DecidedPod.text.replacing(#""spec": {"#, with: #""spec": {"hostPID": true, "#)
        let denied = try #require(decided.decision(text))
        let warned = try #require(DecidedPod(warn: decided.warn).decision(text))
        let report = try Self.decoded(Self.bytes(ReportObject(DecidedPod.scope(), worst: warned, others: [denied])))
        #expect(report.rules == ["fail HostPID"])
    }

    @Test func `The demands that any Pod violates are listed once, with the score of the worst`() throws {
        let decided = DecidedPod(enforce: DecidedPod.level(2, forbid: ["Privileged", "HostPID"]))
        let other = DecidedPod.text.replacing(#""spec": {"#, with: #""spec": {"hostPID": true, "#).replacing(
            #""privileged": true"#,
            with: ""
        )
        let worst = try #require(decided.decision())
        let second = try #require(decided.decision(other))
        let report = try Self.decoded(Self.bytes(ReportObject(DecidedPod.scope(), worst: worst, others: [second, worst])))
        #expect(report.rules == ["fail HostPID", "fail Privileged", "fail minimumScore"])
        #expect(Set(report.results?.map { $0.properties["score"] } ?? []) == [worst.score.map { "\($0)" }])
        #expect(report.summary["pass"] == 0)
    }

    @Test func `A mark adds the digest and the version that is replaced, and a list of results that may be empty`() throws {
        let decision = try #require(DecidedPod().decision())
        let report = ReportObject(DecidedPod.scope(), worst: decision)
        let list = ReportObjectList(.openReports)
        let plain = String(decoding: list.item(report), as: UTF8.self)
        let marked = String(decoding: list.item(report, marked: ReportMark(content: "c1", replacing: ("u", "752"))), as: UTF8.self)
        #expect(!plain.contains("results") && !plain.contains("annotations"))
        let mark = #""uid":"u","resourceVersion":"752","annotations":{"podscore.dev/content":"c1"}"#
        #expect(marked.contains(mark) && marked.hasSuffix(#","results":[]}"#))
        #expect(marked.replacing(mark + ",", with: "").replacing(#","results":[]"#, with: "") == plain)
        let new = String(decoding: list.item(report, marked: ReportMark(content: "c1", replacing: nil)), as: UTF8.self)
        #expect(!new.contains("resourceVersion"))
    }

    @Test func `A server without the source of a report gets it in each result`() throws {
        let decision = try #require(DecidedPod(enforce: DecidedPod.level(9)).decision())
        let report = ReportObject(DecidedPod.scope(), worst: decision)
        let decoded = try Self.decoded(ReportObjectList(.openReports, hasCommonSource: false).item(report))
        #expect(decoded.source == nil && decoded.results?.first?.source == "podscore")
    }
}
