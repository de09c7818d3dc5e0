import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Reports
import Testing

@testable import ClusterAudit

@Suite struct AuditReportTests {
    /// An audit of two Pods of a Deployment, a StatefulSet without Pods, and a Pod in another Namespace.
    private static func audit(_ gaps: [AuditGap] = []) throws -> Audit {
        var fold = AuditFold(decidingBy: try Audited.decider())
        var directory = OwnerDirectory()
        let replicaSet = try Audited.workload(.replicaSet, "web-5d4f", uid: "r1", owner: Audited.owned(by: "Deployment", "web", uid: "d1"))
        for workload in [replicaSet, try Audited.workload(.deployment, "web", uid: "d1")] {
            directory.add(workload.identity, controller: workload.facts.controller)
        }
        let owner = Audited.owned(by: "ReplicaSet", "web-5d4f", uid: "r1")
        fold.add(pod: try Audited.pod("web-a", owner: owner, spec: Audited.allowed), knowing: directory)
        fold.add(pod: try Audited.pod("web-b", owner: owner, spec: Audited.denied), knowing: directory)
        fold.add(workload: try Audited.workload(.statefulSet, "db", uid: "s1", spec: Audited.allowed))
        let other =
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","namespace":"attic","uid":"x"},"#
            + #""spec":{\#(Audited.allowed)"containers":[]}}"#
        fold.add(pod: try Audited.object(other), knowing: directory)
        fold.settle(knowing: directory)
        return Audit(owners: fold.audited(), podCount: fold.podCount, gaps: gaps)
    }

    private static func report(_ encoder: any ReportEncoder, _ gaps: [AuditGap] = []) throws -> (text: String, tally: ScanTally) {
        var bytes: [UInt8] = []
        let tally = try audit(gaps).write(by: encoder, decidedBy: Audited.decider()) { bytes += $0 }
        return (String(decoding: bytes, as: UTF8.self), tally)
    }

    @Test func `A table has the owners by Namespace, with their Pods`() throws {
        let (text, tally) = try Self.report(TableReport())
        let lines = text.split(separator: "\n").map { String($0) }
        #expect(lines.first == "3 Pods of 3 owners: 3 scored (1 failed), 0 skipped, 0 not read")
        #expect(lines.filter { $0.hasPrefix("Namespace") } == ["Namespace attic", "Namespace shop"])
        #expect(lines.contains { $0.hasPrefix("Deployment/web scores ") })
        #expect(lines.contains("  2 Pods, 1 denied, 1 allowed; shown: web-b"))
        #expect(lines.contains("  denied by policy strict: forbidden: HostPID"))
        #expect(lines.contains { $0.hasPrefix("StatefulSet/db passed, score ") && $0.hasSuffix("; no Pods; decided by its template") })
        #expect(!text.contains("line  what to change"))
        #expect(tally.failed == 1)
    }

    @Test func `JSON has the owner with the outcomes of its Pods`() throws {
        let (text, _) = try Self.report(KubesecJSONReport())
        var parser = JSONNodeParser(Array(text.utf8).span)
        let documents = try #require(try parser.next()?.elements)
        let owners = documents.compactMap { $0["owner"] }
        #expect(owners.map { $0["name"]?.text } == ["x", "web", "db"])
        #expect(owners.map { $0["source"]?.text } == ["pods", "pods", "template"])
        #expect(documents[1]["object"]?.text == "Deployment/web.shop")
        #expect(documents[1]["fileName"]?.text == "shop/Deployment/web")
        let web = owners[1]
        #expect(web["uid"]?.text == "d1")
        #expect(web["shown"]?.text == "web-b")
        #expect(text.contains(#""outcomes": {\#n        "deny": 1,\#n        "allow": 1\#n      }"#))
    }

    @Test func `A gap is an invalid entry in front, so that no reader takes the result for all`() throws {
        let gap = [AuditGap("list pods: forbidden")]
        let github = GitHubReport(standardInputName: "-")
        let page = HTMLReport(version: "1")
        for encoder in [TableReport(), KubesecJSONReport(), YAMLReport(), JUnitReport(), github, page] as [any ReportEncoder] {
            let (text, tally) = try Self.report(encoder, gap)
            #expect(text.contains("list pods: forbidden"))
            #expect(tally.invalid == 1)
        }
        #expect(
            try Self.report(TableReport(), gap).text.hasPrefix(
                "3 Pods of 3 owners: 3 scored (1 failed), 0 skipped, 1 not read\n\nnot read: list"
            )
        )
        let (sarif, _) = try Self.report(SARIFReport(version: "1", ruleset: .podscoreV1), gap)
        #expect(sarif.contains(#""executionSuccessful": false"#))
    }

    @Test func `A page has each owner with its Pods, and says whether the result is partial`() throws {
        let (text, _) = try Self.report(HTMLReport(version: "1"))
        #expect(text.contains("<h3>Deployment<wbr>/web <small class=\"faint\">shop</small></h3>"))
        #expect(text.contains("2 Pods, 1 denied, 1 allowed; shown: web-b"))
        #expect(text.contains("denied by policy strict: forbidden: HostPID"))
        #expect(!text.contains("<pre class=\"source\"") && !text.contains("The result is partial"))
        let (partial, _) = try Self.report(HTMLReport(version: "1"), [AuditGap("list pods: forbidden")])
        #expect(partial.contains("The result is partial") && partial.contains(">not read</span>"))
    }

    @Test func `JUnit has a suite for each Namespace`() throws {
        let (text, _) = try Self.report(JUnitReport())
        #expect(text.contains(#"<testsuite name="attic" tests="1" failures="0""#))
        #expect(text.contains(#"<testsuite name="shop" tests="2" failures="1""#))
    }

    @Test func `Annotations of GitHub name no file`() throws {
        let (text, _) = try Self.report(GitHubReport(standardInputName: "-"))
        #expect(text.contains("::error title="))
        #expect(!text.contains("file="))
    }

    @Test func `A summary counts owners by Namespace`() throws {
        let (text, _) = try Self.report(SummaryReport(.table(TableStyle())))
        #expect(text.contains("shop            2       1       1"), "\(text)")
    }

    @Test func `An exempt Pod is scored by the ruleset of the policy that labels chose`() throws {
        var exempt = Exemptions()
        exempt.runtimeClasses = ["kata"]
        let selector = NamespaceSelector([.init("team", .isOne(["shop"]))])
        let policy = ScorePolicy(name: "p", namespaces: [], namespaceSelector: selector, ruleset: .kubesecV2, exempt: exempt)
        let policies = PolicySet(policies: [policy], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        var namespaces = NamespaceDirectory(keeping: policies.labelKeys)
        namespaces.set("shop") { ["team": "shop"][$0] }
        let decider = AuditDecider(policies: policies, namespaces: namespaces, today: try Audited.decider().today)
        var fold = AuditFold(decidingBy: decider)
        fold.add(pod: try Audited.pod("a", spec: #""runtimeClassName": "kata", "#), knowing: OwnerDirectory())
        let document = try #require(fold.audited().first).document(decidedBy: decider)
        guard case .scored(_, let report, let decision) = document.outcome else {
            Issue.record("not scored")
            return
        }
        #expect(decision?.outcome == .exempt)
        #expect(report.ruleset.label == Ruleset.kubesecV2.label)
    }

    @Test func `The example of a result is decided again as it was`() throws {
        for owner in try Self.audit().owners {
            let (object, decision) = try Audited.decider().decided(owner.worst.example)
            #expect(object.metadata.name == owner.worst.example.name)
            #expect(AuditedDecision(try #require(decision)).key == owner.worst.decision.key)
        }
    }
}
