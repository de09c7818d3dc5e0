import AdmissionPolicy
import Metrics
import NIOCore
import NIOEmbedded
import Platform
import PodScoring
import PolicySources
import Synchronization
import Testing

@testable import WebhookServer

/// Requests whose Namespaces are known, not known yet, or changed, with a clock that the test moves.
@Suite struct NamespaceWaitTests {
    /// A connection to a webhook with policies that read labels.
    private final class Run {
        let inForce: PoliciesInForce
        let metrics = WebhookMetrics()
        let server: EmbeddedServer
        private var directory: NamespaceDirectory
        private let log: LineLog
        private let now = Now()

        /// The time; a class because the webhook reads it.
        private final class Now: Sendable {
            let value = Mutex(ContinuousClock.now)
        }

        /// Policies that deny nothing without labels; `policies` add others.
        init(_ policies: [ScorePolicy] = [], readsLabels: Bool = true, waitingLimit: Int = 64) throws {
            let ordinary = ScorePolicy(name: "ordinary", namespaces: [NamePattern("*")], ruleset: .podscoreV1)
            let set = PolicySet(policies: [ordinary] + policies, builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "own")
            directory = NamespaceDirectory(keeping: set.labelKeys)
            inForce = PoliciesInForce(set, readsLabels: readsLabels)
            log = LineLog(to: try FileDescriptorWriter(appendingTo: "/dev/null"))
            let now = now
            let service = PolicyReviewService(
                policies: inForce,
                metrics: metrics,
                log: log,
                waitingLimit: waitingLimit,
                wallClock: { UnixTime(seconds: 1_806_480_930) },
                clock: { now.value.withLock { $0 } }
            )
            server = try EmbeddedServer(serving: AnyResponder(WebhookResponder(service: service)))
        }

        deinit {
            let log = log
            Task { await log.close(waitingUpTo: .zero) }
        }

        /// Brings a Namespace; without labels, it removes the Namespace.
        func bring(_ name: String, _ labels: [String: String]?) {
            if let labels { directory.set(name) { labels[$0] } } else { directory.remove(name) }
            inForce.replace(namespaces: directory)
            server.endTurn()
        }

        /// Lets time pass.
        func pass(_ milliseconds: Int64) {
            now.value.withLock { $0 += .milliseconds(milliseconds) }
            server.pass(.milliseconds(milliseconds))
        }

        /// Sends a review of a bare Pod; returns what the server has sent since the last time.
        func ask(_ namespace: String, _ path: String = "/validate") throws -> String {
            try server.receive(TestServer.post(path, Run.review(namespace)))
            return try server.sent()
        }

        static func review(_ namespace: String) -> String {
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","operation":"CREATE",\
            "kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},\
            "namespace":"\(namespace)","name":"web","userInfo":{"username":"ann"},\
            "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"a","image":"b"}]}}}}
            """
        }

        var waitCounts: [String] {
            var gauges = WebhookMetrics.Gauges()
            gauges.cluster = [.init(resource: "namespaces")]
            let lines = String(decoding: metrics.text(gauges), as: UTF8.self).split(separator: "\n")
            return lines.filter { $0.hasPrefix("podscore_namespace_") && !$0.hasSuffix(" 0") }.map(String.init)
        }

        var holdsNothing: Bool {
            inForce.waiting.count == 0 && server.shared.load.inFlight == 0 && server.shared.load.bufferedBytes == 0
        }
    }

    private static let strict = [MinimumLabel.enforce.rawValue: "12"]

    /// A policy that denies a bare Pod in Namespaces whose label of a key is `pay`.
    private static func selecting(_ key: String) -> ScorePolicy {
        var level = ScorePolicy.Level()
        level.minimumScore = 12
        let selector = NamespaceSelector([NamespaceSelector.Requirement(key, .isOne(["pay"]))])
        return ScorePolicy(name: key, namespaces: [], namespaceSelector: selector, ruleset: .podscoreV1, enforce: level)
    }

    @Test func `A Namespace that came before the Pod decides at once`() throws {
        let run = try Run()
        run.bring("pay", Self.strict)
        run.bring("shop", [:])
        #expect(try run.ask("pay").contains(#""allowed":false"#))
        #expect(try run.ask("shop").contains(#""allowed":true"#))
        #expect(run.waitCounts == [])
        #expect(run.holdsNothing)
    }

    @Test func `A Pod that came before its Namespace waits, and is decided as soon as the Namespace is known`() throws {
        let run = try Run()
        #expect(try run.ask("pay") == "")
        #expect(run.server.shared.load.inFlight == 1 && run.inForce.waiting.count == 1)
        run.pass(100)
        run.bring("other", [:])
        #expect(try run.server.sent() == "")
        run.bring("pay", Self.strict)
        let answer = try run.server.sent()
        #expect(answer.contains(#""allowed":false"#) && answer.contains("podscore.dev/enforce-minimum-score"), "\(answer)")
        #expect(run.waitCounts == [#"podscore_namespace_waits_total{result="known"} 1"#])
        #expect(run.holdsNothing)
        run.pass(2_000)
        #expect(try run.server.sent() == "" && run.server.isOpen)
    }

    @Test func `After 500 ms the API server has to ask again, and is answered once the Namespace is known`() throws {
        let run = try Run()
        #expect(try run.ask("pay") == "")
        run.pass(499)
        #expect(try run.server.sent() == "")
        run.pass(1)
        let refusal = try run.server.sent()
        #expect(refusal.hasPrefix("HTTP/1.1 503 ") && refusal.contains("\r\nRetry-After: 1\r\n"), "\(refusal)")
        #expect(run.holdsNothing && run.server.isOpen)
        run.pass(1_000)
        #expect(try run.ask("pay") == "")
        run.pass(10)
        run.bring("pay", Self.strict)
        #expect(try run.server.sent().contains(#""allowed":false"#))
        #expect(
            run.waitCounts == [
                #"podscore_namespace_waits_total{result="known"} 1"#, #"podscore_namespace_waits_total{result="retry"} 1"#,
            ]
        )
    }

    @Test func `After 2 s the name alone decides, with a warning, until the Namespace is known`() throws {
        let run = try Run()
        #expect(try run.ask("pay") == "")
        run.pass(1_800)
        #expect(try run.server.sent().hasPrefix("HTTP/1.1 503 "))
        #expect(try run.ask("pay") == "")
        run.pass(200)
        for _ in 0..<2 {
            let answer = try run.server.sent()
            #expect(answer.contains(#""allowed":true"#) && answer.contains("Namespace pay: labels not yet known"), "\(answer)")
            try run.server.receive(TestServer.post("/validate", Run.review("pay")))
        }
        #expect(
            run.waitCounts == [
                #"podscore_namespace_waits_total{result="retry"} 1"#, #"podscore_namespace_waits_total{result="name"} 3"#,
            ]
        )
        _ = try run.server.sent()
        run.bring("pay", Self.strict)
        #expect(try run.ask("pay").contains(#""allowed":false"#))
        run.bring("pay", nil)
        #expect(try run.ask("pay") == "")
    }

    @Test func `A changed label counts at once, and an invalid one is a warning and counted`() throws {
        let run = try Run()
        run.bring("pay", [:])
        #expect(try run.ask("pay").contains(#""allowed":true"#))
        run.bring("pay", Self.strict)
        #expect(try run.ask("pay").contains(#""allowed":false"#))
        run.bring("pay", [MinimumLabel.enforce.rawValue: "high"])
        #expect(try run.ask("pay").contains(#"label podscore.dev/enforce-minimum-score has no effect: \"high\" is not a whole number"#))
        #expect(run.waitCounts == ["podscore_namespace_invalid_labels_total 1"])
    }

    @Test(arguments: ["kube-system", "kube-public", "kube-node-lease", "own"])
    func `Pods of the system and of Podscore wait for no label, and no label counts there`(namespace: String) throws {
        let run = try Run()
        #expect(try run.ask(namespace).contains(#""allowed":true"#))
        run.bring(namespace, Self.strict)
        #expect(try run.ask(namespace).contains(#""allowed":true"#))
        #expect(run.waitCounts == [])
    }

    @Test func `A Namespace that is created again with other labels does not keep the old ones`() throws {
        let run = try Run()
        run.bring("pay", [:])
        run.bring("pay", nil)
        #expect(try run.ask("pay") == "")
        run.bring("pay", Self.strict)
        #expect(try run.server.sent().contains(#""allowed":false"#))
    }

    @Test func `A request waits for labels that a new policy reads, although its Namespace is known`() throws {
        let run = try Run()
        run.bring("pay", ["team": "pay"])
        let set = PolicySet(policies: [Self.selecting("team")], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "own")
        run.inForce.replace(with: LoadedPolicies(set), at: UnixTime(seconds: 1))
        #expect(try run.ask("pay") == "")
        var complete = NamespaceDirectory(keeping: set.labelKeys)
        complete.set("pay") { $0 == "team" ? "pay" : nil }
        run.inForce.replace(namespaces: complete)
        run.server.endTurn()
        #expect(try run.server.sent().contains(#""allowed":false"#))
    }

    @Test func `While a label that a new policy reads does not come, the policies before it decide after 2 s, with labels`() throws {
        let run = try Run([Self.selecting("team")])
        run.bring("pay", ["team": "pay"])
        #expect(try run.ask("pay").contains(#""allowed":false"#))
        let policies = [Self.selecting("team"), Self.selecting("tier")]
        let set = PolicySet(policies: policies, builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "own")
        run.inForce.replace(with: LoadedPolicies(set), at: UnixTime(seconds: 1))
        #expect(try run.ask("pay") == "")
        run.pass(500)
        #expect(try run.server.sent().hasPrefix("HTTP/1.1 503 "))
        run.pass(1_500)
        let answer = try run.ask("pay")
        #expect(answer.contains(#""allowed":false"#) && answer.contains(#""policy":"team""#), "\(answer)")
        // Labels that the earlier policies read are followed.
        run.bring("pay", [:])
        #expect(try run.ask("pay").contains(#""allowed":true"#))
        run.bring("pay", Self.strict)
        #expect(try run.ask("pay").contains(#""allowed":false"#))
        #expect(!run.waitCounts.contains { $0.contains(#"result="name""#) })
        #expect(run.holdsNothing)
    }

    @Test func `Where no selector can matter, the labels of minimums count at once, although a new policy reads another label`() throws {
        let run = try Run()
        run.bring("pay", Self.strict)
        let exact = ScorePolicy(name: "exact", namespaces: [NamePattern("pay")], ruleset: .podscoreV1)
        let set = PolicySet(
            policies: [exact, Self.selecting("tier")],
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: "own"
        )
        run.inForce.replace(with: LoadedPolicies(set), at: UnixTime(seconds: 1))
        #expect(try run.ask("pay").contains(#""allowed":false"#))
        #expect(run.waitCounts == [])
    }

    @Test func `A policy in the path has the labels too, and stays when it is removed while the request waits`() throws {
        let pinned = ScorePolicy(name: "pinned", namespaces: [], ruleset: .podscoreV1)
        let run = try Run([pinned])
        #expect(try run.ask("pay", "/validate/pinned") == "")
        let set = PolicySet(policies: [], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "own")
        run.inForce.replace(with: LoadedPolicies(set), at: UnixTime(seconds: 1))
        run.server.endTurn()
        #expect(try run.server.sent() == "")
        run.bring("pay", Self.strict)
        let answer = try run.server.sent()
        #expect(answer.contains(#""allowed":false"#) && answer.contains(#""policy":"pinned""#), "\(answer)")
    }

    @Test func `What is allowed whatever the labels say does not wait: deletions, and updates of what is being deleted`() throws {
        let run = try Run()
        func ask(_ old: String, _ new: String, _ operation: String) throws -> String {
            let review = Run.review("pay").split(separator: "CREATE").joined(separator: operation)
            try run.server.receive(TestServer.post("/validate", review.split(separator: old).joined(separator: new)))
            return try run.server.sent()
        }
        #expect(try ask("web", "old", "DELETE").contains(#""allowed":true"#))
        let deletion = #""metadata":{"deletionTimestamp":"2026-11-28T08:09:10Z","#
        #expect(try ask(#""metadata":{"#, deletion, "UPDATE").contains(#""allowed":true"#))
        #expect(run.waitCounts == [])
        #expect(try ask("web", "old", "UPDATE") == "")
    }

    @Test func `The client's timeout ends the wait`() throws {
        let run = try Run()
        #expect(try run.ask("pay", "/validate?timeout=200ms") == "")
        run.pass(179)
        #expect(try run.server.sent() == "")
        run.pass(1)
        #expect(try run.server.sent().hasPrefix("HTTP/1.1 503 "))
        #expect(run.holdsNothing)
    }

    @Test func `A client that leaves ends the wait`() throws {
        let run = try Run()
        #expect(try run.ask("pay") == "")
        _ = run.server.channel.close()
        run.server.endTurn()
        #expect(run.holdsNothing)
        run.bring("pay", [:])
        run.pass(3_000)
        #expect(run.waitCounts == [])
    }

    @Test func `A server that ends answers the request that waits, and then closes`() throws {
        let run = try Run()
        #expect(try run.ask("pay") == "")
        run.server.shared.beginDraining()
        run.server.channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.draining)
        run.server.endTurn()
        #expect(try run.server.sent() == "" && run.server.isOpen)
        run.bring("pay", [:])
        let answer = try run.server.sent()
        #expect(answer.contains(#""allowed":true"#) && answer.contains("\r\nConnection: close\r\n"), "\(answer)")
        #expect(run.holdsNothing)
    }

    @Test func `Only so many requests wait; others are asked for again at once`() throws {
        let run = try Run(waitingLimit: 1)
        #expect(try run.ask("pay") == "")
        let other = try run.server.connect()
        try other.writeInbound(ByteBuffer(string: TestServer.post("/validate", Run.review("shop"))))
        run.server.endTurn()
        let refusal = try #require(try other.readOutbound(as: ByteBuffer.self))
        #expect(String(buffer: refusal).hasPrefix("HTTP/1.1 503 "))
        run.bring("pay", [:])
        #expect(try run.server.sent().contains(#""allowed":true"#))
        _ = try other.finish()
        #expect(run.holdsNothing)
    }

    @Test func `One Namespace takes at most a quarter of the places to wait, so that others still can`() throws {
        let run = try Run(waitingLimit: 8)
        #expect(try run.ask("pay") == "")
        let others = try ["pay", "pay", "shop"].map { namespace in
            let other = try run.server.connect()
            try other.writeInbound(ByteBuffer(string: TestServer.post("/validate", Run.review(namespace))))
            run.server.endTurn()
            return other
        }
        let answers = try others.map { try $0.readOutbound(as: ByteBuffer.self).map { String(buffer: $0).prefix(12) } }
        #expect(answers == [nil, "HTTP/1.1 503", nil])
        #expect(run.inForce.waiting.count == 3)
        for other in others { _ = try other.finish() }
        run.bring("pay", [:])
        #expect(try run.server.sent().contains(#""allowed":true"#))
        #expect(run.holdsNothing)
    }

    @Test func `Requests behind one that waits are answered after it, in order`() throws {
        let run = try Run()
        run.bring("shop", [:])
        let requests = ["pay", "shop", "pay", "shop"].map { TestServer.post("/validate", Run.review($0)) }
        try run.server.receive(requests.joined())
        #expect(try run.server.sent() == "")
        run.bring("pay", Self.strict)
        let answers = try run.server.sent().split(separator: "HTTP/1.1 200 ").map { $0.contains(#""allowed":true"#) }
        #expect(answers == [false, true, false, true])
        #expect(run.holdsNothing)
    }

    @Test func `A request behind another one waits as well, and is asked for again`() throws {
        let run = try Run()
        try run.server.receive(["pay", "shop"].map { TestServer.post("/validate", Run.review($0)) }.joined())
        run.bring("pay", [:])
        #expect(try run.server.sent().contains(#""allowed":true"#))
        #expect(run.inForce.waiting.count == 1)
        run.pass(500)
        #expect(try run.server.sent().hasPrefix("HTTP/1.1 503 "))
        #expect(run.holdsNothing)
    }

    @Test func `Without a cluster nothing waits`() throws {
        let run = try Run(readsLabels: false)
        #expect(try run.ask("pay").contains(#""allowed":true"#))
        #expect(run.waitCounts == [])
    }

    @Test func `A large body does not wait; it is asked for again at once, and decided once its Namespace is known`() async throws {
        let set = PolicySet(policies: [], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        let inForce = PoliciesInForce(set, readsLabels: true)
        let server = try await WebhookServer.start(
            TestServer.configuration { $0.limits.largeBodyByteCount = 10 },
            policies: inForce,
            certificate: nil,
            metrics: WebhookMetrics(),
            log: LineLog(to: try FileDescriptorWriter(appendingTo: "/dev/null")),
            logger: RecordingLog().logger
        )
        let client = try await TestClient.connect(to: server.port)
        var directory = NamespaceDirectory(keeping: set.labelKeys)
        for (namespace, isAllowed) in [("pay", false), ("shop", true)] {
            try await client.send(TestServer.post("/validate", Run.review(namespace)))
            let refusal = try await client.response()
            #expect(refusal.status == 503 && refusal["Retry-After"] == "1")
            #expect(inForce.waiting.count == 0)
            directory.set(namespace) { isAllowed ? nil : Self.strict[$0] }
            inForce.replace(namespaces: directory)
            try await client.send(TestServer.post("/validate", Run.review(namespace)))
            let response = try await client.response()
            #expect(response.body.contains(#""allowed":\#(isAllowed)"#))
        }
        // A place is free once the answer is in the socket, which the client can see a little earlier.
        try await Eventually.holds { server.load.inFlight == 0 && inForce.waiting.count == 0 }
        await client.close()
        await server.drain()
    }
}
