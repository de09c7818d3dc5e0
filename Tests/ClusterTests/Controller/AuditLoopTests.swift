import ClusterController
import KubernetesAPI
import Metrics
import Testing

@testable import Cluster

/// The repetition of audits.
struct AuditLoopTests {
    private static let refused = AuditedCluster.forbidden("pods")

    @Test func `A pass begins at once, and the next one after the interval`() async throws {
        let cluster = try ControlledCluster()
        try await cluster.run(cluster.loop()) { loop in
            await cluster.waitForPass(1)
            #expect(cluster.written.map(\.owners) == [["Deployment/web deny"]])
            #expect(loop.record?.result == .complete)
            #expect(cluster.events.first?.nextIn == .seconds(900))
            await cluster.advance(to: .seconds(900))
            await cluster.waitForPass(2)
        }
        #expect(cluster.results == [.complete, .complete])
        #expect(cluster.server.writes.isEmpty)
    }

    @Test func `The reports that exist are looked at before anything is listed`() async throws {
        let cluster = try ControlledCluster()
        let requestCount = cluster.server.requests.count
        var outputs = ControllerOutputs()
        outputs.beginReports = {
            #expect(cluster.server.requests.count == requestCount)
            return { _, _, _ in nil }
        }
        try await cluster.run(cluster.loop(outputs: outputs)) { _ in await cluster.waitForPass(1) }
        #expect(cluster.server.requests.count > requestCount)
    }

    @Test func `A change of policies: their status is written after two seconds, and a pass begins after 30`() async throws {
        let cluster = try ControlledCluster()
        try await cluster.run(cluster.loop()) { loop in
            await cluster.waitForPass(1)
            await cluster.waitForWait(until: .seconds(900))
            // The status after the pass.
            await cluster.advance(to: .seconds(2))
            while cluster.statuses.isEmpty { await Task.yield() }
            cluster.clock.advance(by: .seconds(98))
            cluster.setFacts(ControlledCluster.facts(forbidding: "HostNetwork"))
            loop.policiesChanged()
            loop.policiesChanged()
            await cluster.advance(to: .seconds(102))
            while cluster.statuses.count < 2 { await Task.yield() }
            await cluster.advance(to: .seconds(130))
            await cluster.waitForPass(2)
        }
        #expect(cluster.written.map(\.owners) == [["Deployment/web deny"], ["Deployment/web allow"]])
        #expect(cluster.statuses == [.seconds(2), .seconds(102)])
    }

    @Test func `A loop that was woken early waits again, once`() async throws {
        let cluster = try ControlledCluster()
        try await cluster.run(cluster.loop()) { loop in
            await cluster.waitForPass(1)
            await cluster.waitForWait(until: .seconds(900))
            let count = cluster.clock.waitCount
            loop.policiesChanged()
            await cluster.waitForWait(until: .seconds(60))
            for _ in 0..<10_000 { await Task.yield() }
            #expect(cluster.clock.waitCount < count + 10)
        }
    }

    @Test func `Nothing is asked for until the policies are known`() async throws {
        let cluster = try ControlledCluster()
        cluster.setFacts(nil)
        try await cluster.run(cluster.loop()) { loop in
            await cluster.advance(to: .seconds(1))
            await cluster.waitForWait(until: .seconds(2))
            #expect(cluster.server.requests.isEmpty && cluster.beganCount == 0)
            #expect(loop.record == nil && loop.page == nil)
            cluster.setFacts(ControlledCluster.facts())
            await cluster.advance(to: .seconds(2))
            await cluster.waitForPass(1)
        }
        #expect(cluster.results == [.complete])
    }

    @Test func `A pass without all Pods fails, writes nothing, and is repeated soon, while the last result stays`() async throws {
        let cluster = try ControlledCluster()
        try await cluster.run(cluster.loop()) { loop in
            await cluster.waitForPass(1)
            let page = try #require(loop.page)
            cluster.server.answer { call in call.path.plural == "pods" ? [Self.refused] : nil }
            await cluster.advance(to: .seconds(900))
            await cluster.waitForPass(2)
            #expect(cluster.events.last?.failureCount == 1)
            #expect(cluster.events.last?.record.reason.contains("pods is forbidden") == true)
            #expect(loop.page?.json == page.json)
            // Three quarters of five seconds.
            #expect(cluster.events.last?.nextIn == .milliseconds(3_750))
            cluster.server.answer { _ in nil }
            await cluster.advance(to: .milliseconds(903_750))
            await cluster.waitForPass(3)
        }
        #expect(cluster.results == [.complete, .failed, .complete])
        #expect(cluster.written.count == 2)
        #expect(cluster.events.last?.failureCount == 0)
    }

    @Test func `A kind that may not be listed makes a pass partial, and the writer is told`() async throws {
        let cluster = try ControlledCluster()
        cluster.server.answer { call in call.path.plural == "jobs" ? [AuditedCluster.forbidden("jobs.batch")] : nil }
        try await cluster.run(cluster.loop()) { _ in await cluster.waitForPass(1) }
        #expect(cluster.results == [.partial])
        #expect(cluster.written.map(\.isComplete) == [false])
        #expect(cluster.events.first?.record.findings?.gaps.first?.contains("jobs.batch") == true)
        // It is not repeated sooner, because the right may be missing for ever.
        #expect(cluster.events.first?.nextIn == .seconds(900))
    }

    @Test func `Reports that cannot be written make a pass partial`() async throws {
        let cluster = try ControlledCluster()
        var outputs = ControllerOutputs()
        outputs.beginReports = { { _, _, _ in "no right to write reports" } }
        try await cluster.run(cluster.loop(outputs: outputs)) { _ in await cluster.waitForPass(1) }
        #expect(cluster.results == [.partial])
        #expect(cluster.events.first?.record.reason == "no right to write reports")
    }

    @Test func `A pass that is paused for ten minutes while it reads writes nothing, and another one begins`() async throws {
        let cluster = try ControlledCluster()
        cluster.server.answer { call in
            if call.path.plural == "pods" { cluster.clock.advance(by: .seconds(600)) }
            return nil
        }
        try await cluster.run(cluster.loop()) { loop in
            await cluster.waitForPass(1)
            #expect(cluster.written.isEmpty && loop.page == nil)
            cluster.server.answer { _ in nil }
            await cluster.advance(to: .milliseconds(603_750))
            await cluster.waitForPass(2)
        }
        #expect(cluster.results == [.cut, .complete])
        #expect(cluster.written.count == 1)
    }

    @Test func `A pass that is paused while it writes ends`() async throws {
        let cluster = try ControlledCluster()
        let loop = try cluster.loop(whileWriting: { cluster.clock.advance(by: .seconds(600)) })
        try await cluster.run(loop) { _ in await cluster.waitForPass(1) }
        #expect(cluster.results == [.cut])
        #expect(cluster.written.isEmpty)
    }

    @Test(arguments: ["replicasets", "pods", "cronjobs"])
    func `A pass that is cancelled writes nothing more, and the loop ends`(plural: String) async throws {
        let cluster = try ControlledCluster()
        // The server takes the request and stays silent.
        cluster.server.answer { call in call.path.plural == plural ? [] : nil }
        try await cluster.run(cluster.loop()) { _ in
            while !cluster.server.requests.contains(where: { $0.uri.contains("/\(plural)?") }) { await Task.yield() }
        }
        #expect(cluster.results == [.cut])
        #expect(cluster.events.first?.nextIn == nil)
        #expect(cluster.written.isEmpty && cluster.statuses.isEmpty)
    }

    @Test func `A pass decides by the day on which it begins, and midnight brings another one`() async throws {
        // Ten seconds before midnight.
        let cluster = try ControlledCluster(clock: ManualClock(unixStart: 1_795_953_600 + 12 * 3_600 - 10))
        cluster.server.answer { call in
            // The lists take until after midnight.
            if call.path.plural == "pods", cluster.written.isEmpty { cluster.clock.advance(by: .seconds(60)) }
            return nil
        }
        try await cluster.run(cluster.loop()) { _ in
            await cluster.waitForPass(1)
            // Five minutes after midnight, which are the middle of ten.
            await cluster.advance(to: .seconds(310))
            await cluster.waitForPass(2)
        }
        let day = CivilDate(daysSinceEpoch: 20_786)
        #expect(cluster.written.map(\.today) == [day, day.advanced(byDays: 1)])
    }

    @Test func `The metrics and the page show what was found before anything is written`() async throws {
        let cluster = try ControlledCluster()
        var outputs = ControllerOutputs()
        outputs.beginReports = {
            { _, _, _ in
                var text = MetricsText()
                cluster.metrics.append(.init(), to: &text)
                let page = String(decoding: text.bytes, as: UTF8.self)
                #expect(page.contains(#"podscore_audit_owners{namespace="shop",outcome="deny"} 1"#))
                #expect(page.contains(#"podscore_audit_pods{namespace="shop",outcome="allow"} 1"#))
                #expect(page.contains("podscore_audit_gaps 0"))
                return nil
            }
        }
        try await cluster.run(cluster.loop(outputs: outputs)) { loop in
            await cluster.waitForPass(1)
            let page = try #require(loop.page)
            #expect(String(decoding: page.json, as: UTF8.self).contains(#""object": "Deployment/web.shop""#))
            #expect(String(decoding: page.table, as: UTF8.self).contains("Deployment/web scores "))
        }
    }

    @Test func `Events are followed until the end`() async throws {
        let cluster = try ControlledCluster()
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        var outputs = ControllerOutputs()
        outputs.followDenials = {
            try? await cluster.clock.sleep(.seconds(100_000))
            end.finish()
        }
        try await cluster.run(cluster.loop(outputs: outputs)) { _ in await cluster.waitForPass(1) }
        for await _ in ended {}
    }
}
