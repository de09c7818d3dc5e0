import AdmissionPolicy
import ClusterAudit
import ClusterController
import KubernetesAPI
import Reports
import Synchronization
import Testing

@testable import Cluster

/// Passes that are cut, that others write into, and that change the API.
struct ReportFaultTests {
    private static let status503 = ScriptedServer.Step.answer(503, #"{"kind":"Status","message":"no endpoints available","code":503}"#)

    /// A cluster with reports on two Pods, one of which is gone since.
    private static func cluster() async throws -> ReportPasses {
        let passes = try ReportPasses()
        for name in ["gone", "web"] { passes.add(name) }
        try await passes.pass()
        passes.remove("gone")
        passes.server.forgetWrites()
        return passes
    }

    @Test func `A fault 26 list of Pods that ends early changes no report`() async throws {
        let passes = try await Self.cluster()
        passes.add("web", hostPID: true)
        passes.server.answer { call in
            call.path.plural == "pods" ? [.answer(400, #"{"kind":"Status","reason":"BadRequest","message":"no","code":400}"#)] : nil
        }
        let tally = try await passes.pass()
        #expect(tally.text == "" && tally.interruption?.contains("not all Pods were read") == true)
        #expect(passes.server.writes.isEmpty)
        #expect(passes.reports() == ["gone", "web"])
    }

    @Test func `A fault 26 list of workloads that fails deletes nothing, and the Pods that were read have reports`() async throws {
        let passes = try await Self.cluster()
        passes.add("web", hostPID: true)
        passes.server.answer { call in call.path.plural == "cronjobs" ? [AuditedCluster.forbidden("cronjobs.batch")] : nil }
        #expect(try await passes.pass().text == "updated 1")
        #expect(passes.reports() == ["gone", "web HostPID"])
        passes.server.answer { _ in nil }
        #expect(try await passes.pass().text == "deleted 1, unchanged 1")
    }

    @Test(arguments: [403, 500]) func `If the reports cannot be listed, nothing is written`(code: Int) async throws {
        let passes = try await Self.cluster()
        passes.server.answer { call in
            call.path.plural == "reports" ? [.answer(code, #"{"kind":"Status","message":"no","code":\#(code)}"#)] : nil
        }
        await #expect(throws: APIError.self) { try await passes.pass() }
        #expect(passes.server.writes.isEmpty)
    }

    @Test func `An API of reports that is down is not taken for absent`() async throws {
        let passes = try ReportPasses(installed: ReportPasses.openReports + ReportPasses.policyReports)
        passes.add("web")
        passes.server.answer { call in call.path.group == "openreports.io" ? [Self.status503] : nil }
        await #expect(throws: APIError.self) { try await passes.pass() }
        #expect(passes.server.writes.isEmpty)
    }

    @Test func `A fault 34 end in the middle of a pass leaves whole reports and deletes nothing`() async throws {
        let passes = try await Self.cluster()
        for number in 0..<9 { passes.add("pod-\(number)") }
        let (survey, audit) = (try await passes.survey(), try await passes.audit())
        let task = Mutex<Task<ReportTally, Never>?>(nil)
        passes.server.answer { call in
            if call.writeNumber == 3 { task.withLock { $0?.cancel() } }
            // The third write gets no answer.
            return call.writeNumber.map { $0 >= 3 } == true ? [] : nil
        }
        let writing = Task {
            while task.withLock({ $0 }) == nil { await Task.yield() }
            return await passes.write(audit, after: survey)
        }
        task.withLock { $0 = writing }
        let tally = await writing.value
        #expect(tally.text == "created 2" && tally.interruption == "the pass was cancelled")
        #expect(passes.reports() == ["gone", "pod-0", "pod-1", "web"])
        passes.server.answer { _ in nil }
        #expect(try await passes.pass().text == "created 7, deleted 1, unchanged 3")
    }

    @Test func `A server that fails in a row ends the pass, and nothing is deleted`() async throws {
        let passes = try await Self.cluster()
        for number in 0..<9 { passes.add("pod-\(number)") }
        passes.server.answer { call in call.writeNumber == nil ? nil : [Self.status503] }
        let tally = try await passes.pass()
        #expect(tally[.failed] == 5 && tally.interruption?.contains("failed 5 times in a row") == true)
        #expect(passes.reports() == ["gone", "web"])
    }

    @Test func `A server that fails now and then does not end the pass`() async throws {
        let passes = try ReportPasses()
        for number in 0..<12 { passes.add("pod-\(number)") }
        let failing: Set = ["pod-1", "pod-3", "pod-5", "pod-7", "pod-9", "pod-11"]
        passes.server.answer { call in
            call.writeNumber != nil && failing.contains(call.json[["scope", "name"]]?.string ?? "") ? [Self.status503] : nil
        }
        let tally = try await passes.pass()
        #expect(tally.text == "created 6, failed 6" && tally.interruption == nil)
    }

    @Test func `An API that is removed in the middle ends the pass`() async throws {
        let passes = try ReportPasses()
        for name in ["a", "b", "c"] { passes.add(name) }
        let (survey, audit) = (try await passes.survey(), try await passes.audit())
        passes.server.change { $0.installed = [] }
        let tally = await passes.write(audit, after: survey)
        #expect(tally.text == "" && tally.interruption == "openreports.io/v1alpha1 is not installed any more")
    }

    @Test func `A fault 23 edit between the survey and the write is overwritten`() async throws {
        let passes = try await Self.cluster()
        passes.add("web", hostPID: true)
        let (survey, audit) = (try await passes.survey(), try await passes.audit())
        let web = try #require(passes.server.objects(ReportPasses.openReports[0]).last)
        passes.server.edit(web.path) { $0[["summary", "fail"]] = .integer(9) }
        #expect(await passes.write(audit, after: survey).text == "updated 1, deleted 1")
        #expect(passes.server.writes.count == 3)
        #expect(passes.reports() == ["web HostPID"])
    }

    @Test func `A fault 23 conflict that never ends is given up after five attempts`() async throws {
        let passes = try await Self.cluster()
        passes.add("api")
        passes.add("web", hostPID: true)
        passes.server.answer { call in
            call.json[["scope", "name"]]?.string == "web" ? [.answer(409, #"{"kind":"Status","reason":"Conflict","code":409}"#)] : nil
        }
        #expect(try await passes.pass().text == "created 1, deleted 1, left 1")
        #expect(passes.server.writes.count { $0.json[["scope", "name"]]?.string == "web" } == 5)
    }

    @Test func `A report that another controller writes meanwhile is left to the next pass`() async throws {
        let passes = try await Self.cluster()
        for name in ["new", "web"] { passes.add(name, hostPID: true) }
        let (survey, audit) = (try await passes.survey(), try await passes.audit())
        // The policies have changed, so the other controller has another result.
        let newer = try ReportPasses(passes.server, decider: ReportPasses.decider { $0.forbid = ["HostPID", "HostIPC"] })
        #expect(try await newer.pass().text == "created 1, updated 1, deleted 1")
        let before = passes.server.objects(ReportPasses.openReports[0])
        // Those are new, web and gone.
        #expect(await passes.write(audit, after: survey).text == "left 3")
        #expect(passes.server.objects(ReportPasses.openReports[0]) == before)
    }

    @Test func `A report that is deleted between the survey and the write is not made again by the same pass`() async throws {
        let passes = try await Self.cluster()
        passes.add("web", hostPID: true)
        let (survey, audit) = (try await passes.survey(), try await passes.audit())
        for report in passes.server.objects(ReportPasses.openReports[0]) {
            passes.server.change { store in _ = try? store.delete(report.path) }
        }
        #expect(await passes.write(audit, after: survey).text == "left 2")
        #expect(passes.reports().isEmpty)
        #expect(try await passes.pass().text == "created 1")
    }

    @Test func `Two controllers at once write the same bytes and delete nothing of each other`() async throws {
        let (server, world) = (try WritableServer(installed: ReportPasses.openReports), World())
        let first = try ReportPasses(server, world: world)
        let second = try ReportPasses(server, world: world)
        for number in 0..<20 { first.add("pod-\(number)", hostPID: number % 2 == 0) }
        async let one = first.pass()
        async let two = second.pass()
        let tallies = try await [one, two]
        #expect(tallies.allSatisfy { $0[.deleted] == 0 && $0[.failed] == 0 && $0[.refused] == 0 })
        #expect(first.reports().count == 20)
        #expect(server.writes.count <= 40)
        #expect(Set(server.writes.map(\.body)).count == 20)
        for passes in [first, second] { #expect(try await passes.countedPass().writes == 0) }
    }

    @Test func `A controller that was stopped for ten minutes deletes nothing that another one has seen`() async throws {
        let world = World()
        let stopped = try ReportPasses(world: world)
        for name in ["a", "b", "c"] { stopped.add(name) }
        try await stopped.pass()
        // This pass does not see b, which is back for the other controller.
        stopped.remove("b")
        let (survey, audit) = (try await stopped.survey(), try await stopped.audit())
        stopped.add("b")
        stopped.add("c", hostPID: true)
        stopped.add("d")
        world.advance(by: .seconds(600))
        let other = try ReportPasses(stopped.server, world: world)
        #expect(try await other.pass().text == "created 1, updated 1, unchanged 2")
        stopped.server.forgetWrites()
        let tally = await stopped.write(audit, after: survey)
        #expect(tally[.deleted] == 0 && tally.interruption?.contains("until the next pass") == true)
        #expect(stopped.reports() == ["a", "b", "c HostPID", "d"])
        #expect(try await stopped.pass().text == "unchanged 4")
    }

    @Test func `A report that changed since the survey is not deleted`() async throws {
        let passes = try await Self.cluster()
        let (survey, audit) = (try await passes.survey(), try await passes.audit())
        let gone = try #require(passes.server.objects(ReportPasses.openReports[0]).first)
        passes.server.edit(gone.path) { $0[["metadata", "labels", "touched"]] = .string("1") }
        #expect(await passes.write(audit, after: survey).text == "unchanged 1, left 1")
        #expect(passes.reports() == ["gone", "web"])
    }

    @Test func `Without an API of reports nothing is written`() async throws {
        let passes = try ReportPasses(installed: [])
        passes.add("web")
        let tally = try await passes.pass()
        #expect(tally.api == nil && tally.text == "" && passes.server.writes.isEmpty)
    }

    @Test func `OpenReports is written where both APIs are, and the older one where it is alone`() async throws {
        let both = try ReportPasses(installed: ReportPasses.policyReports + ReportPasses.openReports)
        let older = try ReportPasses(installed: ReportPasses.policyReports)
        for passes in [both, older] { passes.add("web", hostPID: true) }
        #expect(try await both.pass().api == .openReports)
        #expect(try await older.pass().api == .policyReport)
        #expect(both.reports() == ["web HostPID"] && both.reports(ReportPasses.policyReports[0]).isEmpty)
        #expect(older.reports(ReportPasses.policyReports[0]) == ["web HostPID"])
        #expect(try await older.countedPass().writes == 0)
    }

    @Test func `When OpenReports is installed, the reports of the older API go as soon as theirs are there`() async throws {
        let passes = try ReportPasses(installed: ReportPasses.policyReports)
        for name in ["a", "b"] { passes.add(name) }
        try await passes.pass()
        passes.server.change { $0.installed += ReportPasses.openReports.map { ObjectPath($0) } }
        passes.server.answer { call in
            call.method == "PATCH" && call.json[["scope", "name"]]?.string == "b"
                ? [.answer(403, #"{"kind":"Status","reason":"Forbidden","message":"no","code":403}"#)] : nil
        }
        #expect(try await passes.pass().text == "created 1, deleted 1, refused 1")
        #expect(passes.reports(ReportPasses.policyReports[0]) == ["b"])
        passes.server.answer { _ in nil }
        #expect(try await passes.pass().text == "created 1, deleted 1, unchanged 1")
        #expect(passes.reports(ReportPasses.policyReports[0]).isEmpty)
        #expect(try await passes.countedPass().writes == 0)
    }

    @Test func `Without rights for the older API its reports stay, and the pass goes on`() async throws {
        let passes = try ReportPasses(installed: ReportPasses.policyReports + ReportPasses.openReports)
        passes.add("web")
        passes.server.answer { call in
            call.path.plural == "policyreports" ? [AuditedCluster.forbidden("policyreports.wgpolicyk8s.io")] : nil
        }
        #expect(try await passes.pass().text == "created 1")
    }
}
