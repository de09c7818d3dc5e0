import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// Requesters and runtime classes to which a policy does not apply.
struct ExemptDecisionTests {
    static let policy = policy(workloads: .enforce)

    private static func policy(workloads: ScorePolicy.Workloads) -> ScorePolicy {
        var exempt = Exemptions()
        exempt.users = ["jane", "CN=Jane"]
        exempt.groups = ["ops"]
        exempt.serviceAccounts = ["backup:velero"]
        exempt.runtimeClasses = ["kata"]
        return .payments(enforce: .strict, workloads: workloads, exempt: exempt)
    }

    private static func request(user: String = "joe", groups: [String] = ["devs"], runtimeClass: String? = nil) -> AdmissionRequest {
        AdmissionRequest.create(.pod(.of(.bare("app")) { $0.runtimeClassName = runtimeClass })).with { request in
            request.userInfo.username = user
            request.userInfo.groups = groups
        }
    }

    @Test(
        arguments: [
            ("jane", ["devs"], nil, Exemption.user("jane")), ("CN=Jane", [], nil, .user("CN=Jane")),
            ("joe", ["devs", "ops"], nil, .group("ops")),
            ("system:serviceaccount:backup:velero", ["system:serviceaccounts"], nil, .serviceAccount("backup:velero")),
            ("joe", [], "kata", .runtimeClass("kata")), ("jane", ["ops"], "kata", .user("jane")),
        ] as [(String, [String], String?, Exemption)]
    )
    func `An exempt request is allowed without a score, with the reason`(user: String, groups: [String], runtime: String?, why: Exemption) {
        let decision = Decider(mode: .enforce).decide(Self.request(user: user, groups: groups, runtimeClass: runtime), by: Self.policy)
        #expect(Summary(decision) == Summary(.exempt))
        #expect(decision.exemption == why)
        #expect(decision.response.isAllowed)
        let annotations = decision.response.auditAnnotations.map { "\($0.key)=\($0.value)" }
        #expect(annotations.suffix(2) == ["decision=exempt", "exempt=\(why)"])
    }

    @Test(
        arguments: [
            ("Jane", ["devs"], nil), ("jan", [], nil), ("janes", [], nil), ("backup:velero", [], nil), ("velero", [], nil),
            ("system:serviceaccount:backup:velero2", [], nil), ("system:serviceaccount:payments:velero", [], nil),
            ("joe", ["Ops", "jane"], nil),
            ("ops", [], nil), ("joe", [], "Kata"), ("joe", [], ""), ("kata", ["kata"], nil), ("", [], nil),
        ] as [(String, [String], String?)]
    )
    func `Nobody else is exempt`(user: String, groups: [String], runtime: String?) {
        let request = Self.request(user: user, groups: groups, runtimeClass: runtime)
        #expect(Decider(mode: .enforce).decide(request, by: Self.policy).outcome == .deny)
    }

    @Test func `An exemption applies to every row that would be evaluated, and only there`() {
        let good = KubernetesObject.pod(.of(.good("app")))
        let debugged = KubernetesObject.pod(.of(.good("app")) { $0.ephemeralContainers = [.bare("debug")] })
        let workload = KubernetesObject.workload(.deployment, .of(.bare("app")))
        let unreadable = Self.request().with { $0.object = .undecodable(DecodingFailure(.missingField("spec"), at: .byteOffset(0))) }
        let rows: [(AdmissionRequest, Decision.Outcome)] = [
            (.create(.pod(.of(.bare("app")))), .exempt), (.update(.pod(.of(.bare("other"))), from: good), .exempt),
            (.update(debugged, from: good, subResource: "ephemeralcontainers"), .exempt),
            (.update(.pod(.of(.bare("app"))), from: good, subResource: "resize"), .exempt), (.create(workload), .exempt),
            (.update(workload, from: .workload(.deployment, .of(.good("app")))), .exempt), (unreadable, .exempt),
            (.update(good, from: good), .unchanged), (.update(workload, from: workload), .unchanged),
            (.update(good, from: good, subResource: "status"), .unchanged),
            (AdmissionRequest.create(good).with { $0.operation = .delete }, .allow),
        ]
        for (request, outcome) in rows {
            let asked = request.with { $0.userInfo.username = "jane" }
            #expect(Decider(mode: .enforce).decide(asked, by: Self.policy).outcome == outcome)
        }
    }

    @Test func `With workloads: ignore no exemption is recorded for workloads`() {
        let policy = Self.policy(workloads: .ignore)
        let request = AdmissionRequest.create(.workload(.deployment, .of(.bare("app")))).with { $0.userInfo.username = "jane" }
        #expect(Decider(mode: .enforce).decide(request, by: policy).outcome == .allow)
    }
}
