import AdmissionPolicy
import KubernetesAPI
import Metrics
import NIOCore
import NIOHTTP1
import NIOPosix
import Platform
import Testing

@testable import PolicySources
@testable import WebhookServer

/// The pages about rejected policies for clients outside of the Pod, without the errors, which can quote users.
@Suite struct HiddenUserTests {
    private static let errors = [
        RejectedFiles.Problem(
            at: "/p/a.yaml:7:24",
            #"invalid service account "kube-system/robot-name" in exempt.serviceAccounts; use namespace:name"#
        ),
        RejectedFiles.Problem("cannot read /p/robot-name:1:2: permission denied"),
    ]

    /// The page that a client with an address gets.
    private static func page(_ path: String, askedBy address: String) throws -> String {
        let inForce = TestServer.inForce()
        inForce.setRejection(Origin.Rejection(time: UnixTime(seconds: 0), files: RejectedFiles(errors)))
        let view = OperationsView(
            policies: inForce,
            certificate: nil,
            cluster: nil,
            metrics: WebhookMetrics(),
            log: nil,
            messages: nil,
            recorder: nil,
            shared: SharedResources(limits: HTTPLimits(), pool: NIOThreadPool(numberOfThreads: 1)),
            connections: ConnectionRegistry(),
            version: "",
            wallClock: { UnixTime(seconds: 0) }
        )
        let responder = OperationsResponder(view: view)
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
        guard case .accept(let exchange, _, _) = responder.begin(head, from: { PeerAddress(address) }, at: .now()),
            case .answer(let answer) = responder.read([UInt8]().span, of: exchange)
        else { return "" }
        return String(decoding: answer.body, as: UTF8.self)
    }

    @Test(arguments: ["10.0.0.7", "fe80::1", ""])
    func `Clients outside of the Pod see where an error is, but not its text`(address: String) throws {
        let hidden = "the error is shown only on loopback"
        let page = try Self.page("/policy", askedBy: address)
        #expect(page.contains(#""errors":["/p/a.yaml:7:24: \#(hidden)","\#(hidden)"]}"#), "\(page)")
        let readiness = try Self.page("/readyz?verbose", askedBy: address)
        #expect(readiness.contains(": /p/a.yaml:7:24: \(hidden) (and 1 more in the log)\n"), "\(readiness)")
        for text in [page, readiness] { #expect(!text.contains("robot-name")) }
    }

    @Test func `Without names of users, a rejected object has a fixed sentence for its errors`() {
        let identity = PolicyObject.Identity(
            kind: .policy,
            name: "shop",
            uid: "",
            resourceVersion: "4",
            creationTimestamp: "",
            generation: 1
        )
        let rejection = ObjectRejection(identity: identity, lines: ["spec.exempt.users[0]: \"robot-name*\" in exempt.users is a pattern"])
        let loaded = LoadedPolicies(policies: TestServer.policies([]), files: [], sha256: "", warnings: [])
            .joined(with: PolicyObjects([PolicyObjectState(.failure(rejection), after: nil)]), on: CivilDate(daysSinceEpoch: 0))
        let (snapshot, report) = PoliciesInForce(loaded, mode: .enforce, since: UnixTime(seconds: 0)).reported
        let pages = [true, false].map { namesUsers in
            let status = ClusterStatus(server: "", isSettled: true, resources: [])
            let summary = PolicySummary(snapshot, report: report, cluster: status, namesUsers: namesUsers)
            return String(decoding: summary.json, as: UTF8.self)
        }
        #expect(pages[0].contains("robot-name") && !pages[1].contains("robot-name"))
        let errors = #""name":"shop","resourceVersion":"4","errors":["the errors are shown only on loopback"]}]"#
        #expect(pages[1].contains(errors), "\(pages[1])")
    }

    @Test(arguments: ["127.0.0.1", "::1"]) func `Clients in the Pod see the text of an error`(address: String) throws {
        #expect(try Self.page("/policy", askedBy: address).contains(#"invalid service account \"kube-system/robot-name\" in"#))
        #expect(try Self.page("/readyz?verbose", askedBy: address).contains(#"invalid service account "kube-system/robot-name" in"#))
    }
}
