import AdmissionPolicy
import Logging
import Metrics
import Platform
import PolicySources
import TestSupport
import Testing

@testable import Cluster
@testable import WebhookServer

/// The webhook with policies of a cluster, from the API server to the pages and decisions.
@Suite struct ServedClusterTests {
    private typealias Object = PolicyServer.Object

    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    /// A running webhook that follows an API server, with one policy file.
    private func serve(
        _ server: PolicyServer,
        absence: Duration = .seconds(600),
        _ body: (WebhookServer, FollowedPolicies) async throws -> Void
    ) async throws {
        let policy = try folder.write(
            "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: filed}\n"
                + "spec: {match: {namespaces: [filed]}, enforce: {minimumScore: 9}}\n",
            to: "p.yaml"
        )
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let metrics = WebhookMetrics()
        let inForce = PoliciesInForce(try PolicyFiles.load(policy), mode: .enforce, since: UnixTime(seconds: 0), readsLabels: true)
        let reloader = PolicyReloader(inForce, metrics: metrics, logger: logger)
        let followed = try FollowedPolicies(
            server,
            absence: absence,
            labelKeys: { inForce.snapshot.policies.labelKeys },
            namespaces: { inForce.replace(namespaces: $0) },
            also: { reloader.take($0) }
        )
        var configuration = WebhookServer.Configuration()
        (configuration.host, configuration.port, configuration.operationsPort) = ("127.0.0.1", 0, 0)
        configuration.eventLoopCount = 1
        configuration.drain.propagationDelay = .zero
        let webhook = try await WebhookServer.start(
            configuration,
            policies: inForce,
            certificate: nil,
            cluster: followed.policies,
            metrics: metrics,
            log: LineLog(to: try FileDescriptorWriter(appendingTo: folder.file("decisions"))),
            logger: logger
        )
        do {
            try await body(webhook, followed)
        } catch {
            await followed.stop()
            await webhook.drain()
            throw error
        }
        await followed.stop()
        await webhook.drain()
    }

    /// The answer to a request, with its head.
    private func ask(_ port: Int?, _ request: String, body: String = "") throws -> String {
        let socket = try PlainSocket(port: try #require(port))
        let length = "Content-Length: \(body.utf8.count)\r\n"
        let fields = body.isEmpty ? "" : "Content-Type: application/json\r\n\(length)"
        try socket.send(Array("\(request) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(fields)\r\n\(body)".utf8))
        return String(decoding: socket.receiveAll(), as: UTF8.self)
    }

    private static func review(namespace: String) -> String {
        #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","kind":{"group":"","version":"v1","kind":"Pod"},"#
            + #""operation":"CREATE","namespace":"\#(namespace)","name":"p","userInfo":{"username":"u"},"#
            + #""object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}}}"#
    }

    @Test func `The server is unready until the policies of the cluster are in force, and then ready without the API server`()
        async throws
    {
        let namespaces = ["x", "filed"].map { Object.namespace($0, version: 3) }
        let server = try PolicyServer(policies: .refuse(503), namespaces: .serve(list: namespaces, version: 4, events: []))
        try await serve(server) { webhook, followed in
            await followed.waitForStatus { $0.resources.first?.problem != nil }
            let unready = try ask(webhook.operationsPort, "GET /readyz")
            #expect(unready.hasPrefix("HTTP/1.1 503"))
            #expect(
                unready.contains("[-]cluster failed: scorepolicies: not listed yet (list scorepolicies.podscore.dev at http://127.0.0.1")
            )
            server.set("scorepolicies", .serve(list: [Object("a", version: 417, namespaces: ["x"], minimum: 9)], version: 500, events: []))
            await followed.waitForStatus { $0.isSettled }
            let ready = try ask(webhook.operationsPort, "GET /readyz?verbose")
            #expect(ready.hasPrefix("HTTP/1.1 200"))
            #expect(ready.contains("[+]policy ok: filed (file), a (resourceVersion 417); in force since"))
            #expect(ready.contains("[+]cluster ok: scorepolicies: 1, heard from "))
            for resource in ["scorepolicies", "scorewaivers", "namespaces"] { server.set(resource, .refuse(503)) }
            try await server.closeConnections()
            await followed.waitForStatus { $0.resources.allSatisfy { $0.problem != nil } }
            #expect(try ask(webhook.operationsPort, "GET /readyz").hasPrefix("HTTP/1.1 200"))
            for namespace in ["x", "filed"] {
                let answer = try ask(webhook.port, "POST /validate", body: Self.review(namespace: namespace))
                #expect(answer.contains(#""allowed":false"#), "\(answer)")
            }
        }
        let log = String(decoding: try FileContents.read(folder.file("decisions"), byteLimit: 1 << 20), as: UTF8.self)
        #expect(log.contains(#""policy":"a","policyResourceVersion":"417","#))
        #expect(log.contains(#""policy":"filed","ruleset""#))
    }

    @Test func `The pages show the source of each policy, rejected objects, and those that lose against a file`() async throws {
        let server = try PolicyServer(
            policies: .serve(
                list: [
                    Object("a", version: 2, namespaces: ["x"]), Object("b", version: 3, namespaces: ["filed"]),
                    Object("c", version: 4, spec: "{}"),
                ],
                version: 5,
                events: []
            ),
            waivers: .serve(list: [.waiver("w", version: 4)], version: 4, events: [])
        )
        try await serve(server) { webhook, followed in
            await followed.waitForStatus { $0.isSettled }
            let page = try ask(webhook.operationsPort, "GET /policy")
            #expect(page.contains(#"{"name":"filed","source":"file","namespaces":["filed"]"#), "\(page)")
            #expect(page.contains(#"{"name":"a","source":"cluster","resourceVersion":"2","namespaces":["x"]"#))
            #expect(page.contains(#"{"name":"w","source":"cluster","resourceVersion":"4","match":"#))
            #expect(
                page.contains(#""rejected":[{"kind":"ScorePolicy","name":"c","resourceVersion":"4","errors":["spec: spec lacks match","#)
            )
            #expect(
                page.contains(
                    #""notInForce":[{"kind":"ScorePolicy","name":"b","resourceVersion":"3","#
                        + #""reason":"policy filed of a file also lists \"filed\", and files win"}]"#
                )
            )
            let verbose = try ask(webhook.operationsPort, "GET /readyz?verbose")
            #expect(
                verbose.contains("; ScorePolicy c rejected: spec: spec lacks match; ScorePolicy b is not in force: policy filed of a file")
            )
            let metrics = try ask(webhook.operationsPort, "GET /metrics")
            for line in [
                #"podscore_cluster_objects{resource="scorepolicies"} 3"#, #"podscore_cluster_objects_rejected{resource="scorepolicies"} 1"#,
                #"podscore_cluster_objects_not_in_force{resource="scorepolicies"} 1"#,
                #"podscore_cluster_lists_total{resource="scorewaivers"} 1"#, #"podscore_policy_source_absent{resource="scorepolicies"} 0"#,
                "podscore_policies 2", "podscore_waivers 1",
            ] {
                #expect(metrics.contains("\n\(line)\n"), "\(line)")
            }
            #expect(metrics.contains("\npodscore_cluster_age_seconds{resource=\"scorepolicies\"} "))
        }
    }

    @Test func `Kinds that are not installed: the server becomes ready with its files after a while`() async throws {
        let server = try PolicyServer(policies: .absent, waivers: .absent)
        try await serve(server, absence: .milliseconds(100)) { webhook, followed in
            await followed.waitForStatus { $0.isSettled }
            let page = try ask(webhook.operationsPort, "GET /readyz?verbose")
            #expect(page.hasPrefix("HTTP/1.1 200"))
            #expect(page.contains("[+]cluster ok: scorepolicies: not installed ("))
            let metrics = try ask(webhook.operationsPort, "GET /metrics")
            #expect(metrics.contains("\npodscore_policy_source_absent{resource=\"scorepolicies\"} 1\n"))
            #expect(metrics.contains("\npodscore_policies 1\n"))
        }
    }

    @Test func `Labels choose a policy and raise a minimum, and a changed label counts without a new list`() async throws {
        let selector = #"{"match":{"namespaceSelector":{"matchLabels":{"team":"shop"}}},"enforce":{"minimumScore":12}}"#
        let free = Object.namespace("free", version: 4)
        let server = try PolicyServer(
            policies: .serve(list: [Object("team", version: 3, spec: selector)], version: 5, events: []),
            namespaces: .serve(
                list: [
                    .namespace("shop", version: 3, ["team": "shop"]), free,
                    .namespace("pay", version: 4, [MinimumLabel.enforce.rawValue: "12"]),
                ],
                version: 5,
                events: []
            )
        )
        try await serve(server) { webhook, followed in
            await followed.waitForStatus { $0.isSettled }
            let answers = try ["shop", "pay", "free"].map { try ask(webhook.port, "POST /validate", body: Self.review(namespace: $0)) }
            #expect(answers.map { $0.contains(#""allowed":true"#) } == [false, false, true])
            #expect(answers[0].contains(#""policy":"team""#) && answers[1].contains(#""minimum-labels":"podscore.dev/enforce"#))
            let page = try ask(webhook.operationsPort, "GET /policy")
            #expect(page.contains(#""namespaceSelector":"team=shop","namespaceCount":1,"#), "\(page)")
            let metrics = try ask(webhook.operationsPort, "GET /metrics")
            #expect(metrics.contains("\npodscore_cluster_objects{resource=\"namespaces\"} 3\n"))
            let lists = followed.policies.status.resources.last?.listCount
            var changed = free
            (changed.version, changed.labels) = (9, ["team": "shop"])
            server.set("namespaces", .serve(list: [], version: 5, events: [PolicyServer.event("MODIFIED", changed)]))
            try await server.closeConnections()
            await followed.waitForNamespaces { $0["free"]?["team"] == "shop" }
            #expect(try ask(webhook.port, "POST /validate", body: Self.review(namespace: "free")).contains(#""allowed":false"#))
            #expect(followed.policies.status.resources.last?.listCount == lists)
        }
        let log = String(decoding: try FileContents.read(folder.file("decisions"), byteLimit: 1 << 20), as: UTF8.self)
        #expect(log.contains(#""minimumLabels":["podscore.dev/enforce-minimum-score=12"]"#))
    }
}
