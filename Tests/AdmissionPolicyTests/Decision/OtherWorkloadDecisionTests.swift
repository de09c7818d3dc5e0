import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The rows for workloads that are not Kubernetes' own.
struct OtherWorkloadDecisionTests {
    private static let bare = #"{"serviceAccountName": "app", "containers": [{"name": "app", "image": "registry.example/app:1"}]}"#
    private static let worse = #"{"serviceAccountName": "app", "hostPID": true, "containers": [{"name": "app", "image": "i"}]}"#
    private static let added = KnownWorkloads(adding: (try? OtherWorkload(parsing: "example.com/Worker=.spec.pods")).map { [$0] } ?? [])

    private static let kinds = [
        ("argoproj.io", "Rollout"), ("apps.openshift.io", "DeploymentConfig"), ("serving.knative.dev", "Service"),
        ("serving.knative.dev", "Configuration"), ("apps.kruise.io", "CloneSet"), ("apps.kruise.io", "StatefulSet"),
        ("apps.kruise.io", "DaemonSet"), ("example.com", "Worker"),
    ]

    /// A request as the API server sends it.
    private static func request(
        _ group: String,
        _ kind: String,
        _ object: String,
        old: String = "null",
        operation: String = "CREATE",
        subResource: String = ""
    ) throws -> AdmissionRequest {
        let text = """
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u", "operation": "\(operation)",
             "kind": {"group": "\(group)", "version": "v1", "kind": "\(kind)"}, "subResource": "\(subResource)", "namespace": "payments",
             "name": "web", "userInfo": {"username": "jane"}, "object": \(object), "oldObject": \(old)}}
            """
        return try AdmissionReview(parsing: Array(text.utf8).span, among: added).request
    }

    private static func object(_ pod: String, of kind: String = "Rollout", metadata: String = #"{"name": "web"}"#) -> String {
        #"{"kind": "\#(kind)", "metadata": \#(metadata), "spec": {"\#(kind == "Worker" ? "pods" : "template")": {"spec": \#(pod)}}}"#
    }

    @Test(arguments: kinds, At.allCases) func `Such a kind causes a warning about its Pods`(kind: (String, String), at: At) throws {
        let request = try Self.request(kind.0, kind.1, Self.object(Self.bare, of: kind.1))
        let outcome: Decision.Outcome = at == .audit ? .audit : .warn
        #expect(Decider.summary(request, by: .payments(at: at)) == Summary(outcome, 3, PodDecisionTests.everything))
    }

    @Test(arguments: kinds, At.allCases) func `With workloads: enforce such a kind is decided like its Pods`(
        kind: (String, String),
        at: At
    ) throws {
        let request = try Self.request(kind.0, kind.1, Self.object(Self.bare, of: kind.1))
        let summary = Decider.summary(request, by: .payments(at: at, workloads: .enforce))
        #expect(summary == Summary(at.outcome, 3, PodDecisionTests.everything))
        #expect(Decider.summary(request, by: .payments(at: at, workloads: .ignore)) == Summary(.allow))
    }

    @Test func `The denial names the kind and the path of the field`() throws {
        let request = try Self.request("example.com", "Worker", Self.object(Self.worse, of: "Worker"))
        let policy = ScorePolicy.payments(enforce: .asking(forbid: ["HostPID"]), workloads: .enforce, ruleset: .podscoreV1)
        let denial = try #require(Decider(mode: .enforce).decide(request, by: policy).response.denial)
        #expect(denial.message.hasPrefix("Worker payments/web "))
        #expect(denial.causes.contains { $0.field == "spec.pods.spec.hostPID" })
    }

    @Test(arguments: [
        (bare, bare, Decision.Outcome.unchanged), (worse, bare, .deny), (bare, worse, .warn), (bare, "null", .deny),
    ])
    func `An update is decided by what it makes worse`(new: String, old: String, outcome: Decision.Outcome) throws {
        let request = try Self.request(
            "argoproj.io",
            "Rollout",
            Self.object(new),
            old: old == "null" ? "null" : Self.object(old),
            operation: "UPDATE"
        )
        let policy = ScorePolicy.payments(enforce: .asking(9), workloads: .enforce, ruleset: .podscoreV1)
        #expect(Decider.summary(request, by: policy).outcome == outcome)
    }

    @Test func `A Rollout that names another workload is not scored, and is scored when it gets a template`() throws {
        let reference = #"{"kind": "Rollout", "metadata": {"name": "web"}, "spec": {"workloadRef": {"kind": "Deployment", "name": "web"}}}"#
        let policy = ScorePolicy.payments(at: .enforce, workloads: .enforce)
        #expect(Decider.summary(try Self.request("argoproj.io", "Rollout", reference), by: policy) == Summary(.allow))
        let update = try Self.request("argoproj.io", "Rollout", Self.object(Self.bare), old: reference, operation: "UPDATE")
        #expect(Decider.summary(update, by: policy) == Summary(.deny, 3, PodDecisionTests.everything))
        let back = try Self.request("argoproj.io", "Rollout", reference, old: Self.object(Self.bare), operation: "UPDATE")
        #expect(Decider.summary(back, by: policy) == Summary(.allow))
    }

    @Test(arguments: [("{}", "no Pod template at .spec.pods"), (#"{"spec": {"pods": 1}}"#, "expected object, found number")])
    func `An object without a template cannot be evaluated`(object: String, reason: String) throws {
        let request = try Self.request("example.com", "Worker", object)
        let policy = ScorePolicy.payments(at: .enforce, workloads: .enforce)
        let decision = Decider(mode: .enforce).decide(request, by: policy)
        #expect(decision.outcome == .deny && decision.response.denial?.code == 422)
        #expect(decision.response.denial?.message.contains(reason) == true)
        #expect(Decider.summary(request, by: .payments(at: .enforce)) == Summary(.warn, nil, ["undecodable"]))
        #expect(Decider.summary(request, by: .payments(at: .enforce, workloads: .ignore)) == Summary(.allow))
    }

    @Test(arguments: [("UPDATE", "status"), ("UPDATE", "scale"), ("DELETE", ""), ("CONNECT", "")])
    func `Other requests about such a kind are not scored`(operation: String, subResource: String) throws {
        let object = Self.object(Self.bare)
        let request = try Self.request("argoproj.io", "Rollout", object, operation: operation, subResource: subResource)
        #expect(Decider.summary(request, by: .payments(at: .enforce, workloads: .enforce)) == Summary(.allow))
    }

    @Test func `A workload that is being deleted is admitted`() throws {
        let deleted = #"{"name": "web", "deletionTimestamp": "2027-01-01T00:00:00Z"}"#
        let object = Self.object(Self.worse, metadata: deleted)
        let request = try Self.request("argoproj.io", "Rollout", object, old: Self.object(Self.bare), operation: "UPDATE")
        #expect(Decider.summary(request, by: .payments(at: .enforce, workloads: .enforce)) == Summary(.unchanged))
    }

    @Test func `Under a ruleset of kubesec only mandatory controls count`() throws {
        let request = try Self.request("argoproj.io", "Rollout", Self.object(Self.worse))
        let policy = ScorePolicy.payments(enforce: .asking(5, forbid: ["HostPID"]), workloads: .enforce, ruleset: .kubesecV2)
        #expect(Decider.summary(request, by: policy) == Summary(.deny, nil, ["HostPID"]))
    }

    @Test(arguments: [("web-*", Decision.Outcome.allow), ("web", .deny)])
    func `A waiver applies to the beginning of the name that the Pods get`(pattern: String, outcome: Decision.Outcome) throws {
        let request = try Self.request("argoproj.io", "Rollout", Self.object(Self.worse))
        let waiver = ScoreWaiver.of("HostPID") { $0.pods = .of(pattern) }
        let policy = ScorePolicy.payments(enforce: .asking(forbid: ["HostPID"]), workloads: .enforce, ruleset: .podscoreV1)
        #expect(Decider(mode: .enforce).decide(request, by: policy, waivers: [waiver]).outcome == outcome)
    }
}
