import AdmissionPolicy
import ClusterAudit
import ClusterController
import KubernetesAPI
import NIOHTTP1
import PodScoring
import Reports
import Synchronization
import Testing

@testable import Cluster

/// Passes over the reports of a cluster.
struct ReportSyncTests {
    @Test func `Each owner gets a report, and a second pass writes nothing`() async throws {
        let passes = try ReportPasses()
        passes.add("web", hostPID: true)
        passes.add("good")
        #expect(try await passes.pass().text == "created 2")
        #expect(passes.reports() == ["good", "web HostPID"])
        let second = try await passes.countedPass()
        #expect(second.tally.text == "unchanged 2")
        #expect(second.writes == 0)
    }

    @Test func `Only the report of what has changed is written, and those without an owner are deleted`() async throws {
        let passes = try ReportPasses()
        for name in ["a", "b", "c"] { passes.add(name) }
        try await passes.pass()
        passes.add("b", hostPID: true)
        passes.remove("c")
        let second = try await passes.countedPass()
        #expect(second.tally.text == "updated 1, deleted 1, unchanged 1")
        #expect(second.writes == 2)
        #expect(passes.reports() == ["a", "b HostPID"])
    }

    @Test func `Reports are listed before everything else, as metadata alone, and written in the order of the owners`() async throws {
        let passes = try ReportPasses()
        for name in ["c", "a", "b"] { passes.add(name) }
        try await passes.pass()
        let lists = passes.server.requests.filter { $0.method == "GET" && $0.uri.contains("limit=") }
        #expect(lists.first?.uri.contains("/reports?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dpodscore") == true)
        #expect(lists.first?.headers.first(name: "Accept") == APIResource.metadataOnly)
        let names = passes.server.writes.compactMap { $0.json[["scope", "name"]]?.string }
        #expect(names == ["a", "b", "c"])
    }

    @Test(arguments: [
        ["results"], ["summary", "fail"], ["scope", "name"], ["metadata", "labels"], ["metadata", "annotations"],
        ["metadata", "annotations", "podscore.dev/content"], ["summary"], ["scope"],
    ])
    func `A report that somebody has edited is repaired once`(field: [String]) async throws {
        for change in [JSONValue.string("edited"), nil] {
            let passes = try ReportPasses()
            passes.add("web", hostPID: true)
            try await passes.pass()
            let path = try passes.onlyReport()
            let content = passes.server.objects(ReportPasses.openReports[0]).first?.fields
            // A label or a list of numbers is an object.
            let isObject = ["labels", "annotations", "summary", "scope"].contains(field.last)
            passes.server.edit(path) { $0[field] = isObject ? change.map { .object(["pass": $0]) } : change }
            #expect(try await passes.pass()[.updated] == 1)
            let repaired = passes.server.objects(ReportPasses.openReports[0]).first?.fields ?? [:]
            #expect(content?.allSatisfy { repaired[$0.key] == $0.value } == true)
            #expect(try await passes.countedPass().writes == 0)
        }
    }

    @Test func `Results that somebody adds to a report without any are removed`() async throws {
        let passes = try ReportPasses()
        passes.add("good")
        try await passes.pass()
        passes.server.edit(try passes.onlyReport()) { $0["results"] = JSONValue(#"[{"policy":"x","rule":"made-up"}]"#) }
        try await passes.pass()
        #expect(passes.reports() == ["good"])
        #expect(try await passes.countedPass().writes == 0)
    }

    @Test func `A report of others with the label stays`() async throws {
        let passes = try ReportPasses()
        let mine = """
            {"apiVersion":"openreports.io/v1alpha1","kind":"Report","metadata":{"name":"mine","namespace":"shop",\
            "labels":{"app.kubernetes.io/managed-by":"podscore"}}}
            """
        passes.server.put(ReportPasses.openReports[0], mine)
        #expect(try await passes.pass().text == "")
        #expect(passes.server.objects(ReportPasses.openReports[0]).count == 1)
    }

    @Test func `A fault 24 report that is too large is cut and written, and is then unchanged`() async throws {
        let positive = RuleCatalog.builtIn.filter { $0.polarity == .positive }.map(\.id)
        let passes = try ReportPasses(decider: ReportPasses.decider { $0.require = positive })
        passes.add("web")
        passes.server.change { $0.byteLimit = 4_000 }
        let tally = try await passes.pass()
        #expect(tally.text == "created 1" && tally.shortened == 1)
        let rules = try #require(passes.reports().first).split(separator: " ")
        #expect(rules.last == "moreResults" && rules.count == 11)
        #expect(try await passes.countedPass().writes == 0)
    }

    @Test func `A report that no form makes small enough is counted, and the pass goes on`() async throws {
        let passes = try ReportPasses()
        for name in ["a", "b"] { passes.add(name) }
        passes.server.answer { call in
            call.method == "PATCH" && call.json[["scope", "name"]]?.string == "a"
                ? [.answer(413, #"{"kind":"Status","reason":"RequestEntityTooLarge","code":413}"#)] : nil
        }
        let tally = try await passes.pass()
        #expect(tally.text == "created 1, refused 1")
        #expect(tally.problems.first?.contains("too large") == true)
    }

    @Test(arguments: [
        (403, #""reason":"Forbidden","message":"it is being terminated","details":{"causes":[{"reason":"NamespaceTerminating"}]}"#),
        (403, #""reason":"Forbidden","message":"admission webhook \"validate.kyverno.svc\" denied the request""#),
        (422, #""reason":"Invalid","message":"no""#),
    ])
    func `A fault 25 report that the server will not store is counted, and the pass goes on`(code: Int, status: String) async throws {
        let passes = try ReportPasses()
        for name in ["a", "b", "c"] { passes.add(name) }
        passes.server.answer { call in
            call.method == "PATCH" && call.json[["scope", "name"]]?.string == "b"
                ? [.answer(code, #"{"kind":"Status",\#(status),"code":\#(code)}"#)] : nil
        }
        let tally = try await passes.pass()
        #expect(tally.text == "created 2, refused 1")
        #expect(tally.interruption == nil && tally.problems.count == 1)
    }

    @Test func `A fault 25 report whose Namespace is gone is counted, and the pass goes on`() async throws {
        let passes = try ReportPasses()
        for name in ["a", "b", "c"] { passes.add(name) }
        passes.server.answer { call in
            call.method == "PATCH" && call.json[["scope", "name"]]?.string == "b"
                ? [.answer(404, #"{"kind":"Status","reason":"NotFound","message":"namespaces \"shop\" not found","code":404}"#)] : nil
        }
        #expect(try await passes.pass().text == "created 2, left 1")
    }

    @Test func `A definition without the field source gets it in each result, and the report is then unchanged`() async throws {
        let passes = try ReportPasses()
        passes.add("web", hostPID: true)
        passes.server.change { $0.missingFields["openreports.io/reports"] = [".source"] }
        #expect(try await passes.pass().text == "created 1")
        let report = try #require(passes.server.objects(ReportPasses.openReports[0]).first).json
        #expect(report["source"] == nil && report["results"]?.elements.first?["source"] == .string("podscore"))
        #expect(try await passes.countedPass().writes == 0)
    }

    @Test func `A definition without another field is counted as a refusal`() async throws {
        let passes = try ReportPasses()
        for name in ["a", "b"] { passes.add(name) }
        passes.server.change { $0.missingFields["openreports.io/reports"] = [".scope"] }
        let tally = try await passes.pass()
        #expect(tally.text == "refused 2")
        #expect(tally.problems.first?.contains(".scope: field not declared in schema") == true)
    }

    @Test func `A fault 31 change of all reports keeps the pace`() async throws {
        let passes = try ReportPasses()
        for number in 0..<90 { passes.add("pod-\(number)") }
        let times = Mutex<[ContinuousClock.Instant]>([])
        let world = passes.world
        passes.server.answer { call in
            if call.writeNumber != nil { times.withLock { $0.append(world.now) } }
            return nil
        }
        #expect(try await passes.pass().text == "created 90")
        let all = times.withLock { $0 }
        #expect(all.count == 90)
        for (index, time) in all.enumerated() { #expect(all[index...].prefix { $0 < time + .seconds(1) }.count <= 20) }
        #expect((all.last ?? world.now) - (all.first ?? world.now) < .seconds(5))
    }

    @Test func `Reports of owners without a Namespace are reports of the cluster`() async throws {
        let passes = try ReportPasses()
        let web = AuditedCluster.pod("web", hostPID: true).replacing(#""namespace":"shop","#, with: "")
        passes.server.put(.pods, web)
        #expect(try await passes.pass().text == "created 1")
        let reports = passes.server.objects(ReportPasses.openReports[1])
        #expect(reports.map(\.kind) == ["ClusterReport"])
        #expect(try await passes.countedPass().writes == 0)
        passes.server.change { store in _ = try? store.delete(ObjectPath(.pods, name: "web")) }
        #expect(try await passes.pass().text == "deleted 1")
    }

    @Test func `A pass over one Namespace leaves the reports of the others`() async throws {
        let passes = try ReportPasses()
        passes.add("web")
        passes.server.put(.pods, AuditedCluster.pod("api").replacing(#""shop""#, with: #""pay""#))
        try await passes.pass()
        passes.remove("web")
        passes.server.change { store in _ = try? store.delete(ObjectPath(.pods, namespace: "pay", name: "api")) }
        var scope = ClusterReading.Scope()
        scope.namespace = ObjectName("pay")
        #expect(try await passes.pass(scope).text == "deleted 1")
        #expect(passes.reports() == ["web"])
        scope.namespace = nil
        scope.selector = try LabelSelector(parsing: "app=web")
        #expect(try await passes.pass(scope).text == "")
        #expect(passes.reports() == ["web"])
    }
}
