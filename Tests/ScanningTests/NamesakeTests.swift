import AdmissionPolicy
import KubernetesAPI
import Manifests
import PodScoring
import Reports
import Testing

@testable import Scanning

/// Kinds of other API groups that have the name of a kind with a Pod template.
@Suite struct NamesakeTests {
    private static let policies: PolicySet = {
        var level = ScorePolicy.Level()
        level.minimumScore = 100
        let policy = ScorePolicy(
            name: "strict",
            namespaces: [NamePattern("*")],
            ruleset: .podscoreV1,
            enforce: level,
            workloads: .enforce
        )
        return PolicySet(policies: [policy], builtInDefault: policy, ownNamespace: "")
    }()

    /// The decision of a scan.
    private func scanned(_ text: String) -> ScannedDocument.Outcome? {
        let scan = ManifestScan(ruleset: .podscoreV1, policies: Self.policies)
        return scan.scan(Array(text.utf8), named: "f").first?.outcome
    }

    /// Whether the webhook would deny the same object.
    private func isDeniedAtAdmission(group: String, kind: String) throws -> Bool {
        let review = """
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u", "operation": "CREATE",
             "kind": {"group": "\(group)", "version": "v1", "kind": "\(kind)"}, "namespace": "default", "name": "a",
             "object": {"kind": "\(kind)", "metadata": {"name": "a"}, "spec": {"template": {"spec": {"containers": [{"name": "a"}]}}}}}}
            """
        let request = try AdmissionReview(parsing: Array(review.utf8).span).request
        return Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_800)).decide(request, by: Self.policies).outcome == .deny
    }

    @Test(arguments: [
        ("batch", "Job", true), ("batch.volcano.sh", "Job", false), ("apps", "DaemonSet", true), ("apps.kruise.io", "DaemonSet", true),
        ("apps.kruise.io", "StatefulSet", true), ("extensions", "Deployment", true), ("example.com", "Deployment", false),
        ("argoproj.io", "Rollout", true), ("apps.openshift.io", "DeploymentConfig", true), ("serving.knative.dev", "Service", true),
    ])
    func `A scan with a policy decides a kind as the webhook does`(group: String, kind: String, isDenied: Bool) throws {
        #expect(try isDeniedAtAdmission(group: group, kind: kind) == isDenied)
        let text = "apiVersion: \(group)/v1\nkind: \(kind)\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a}]}}}\n"
        switch scanned(text) {
        case .scored(_, _, let decision): #expect(decision?.outcome == .deny && isDenied)
        case .skipped(_, let why, let decision):
            #expect(why == "no rules for kind \(kind) of \(group)")
            #expect(decision == nil && !isDenied)
        case .invalid(let problem): Issue.record("invalid: \(problem)")
        case nil: Issue.record("nothing scanned")
        }
    }

    @Test func `A kind without an API version is decided as Kubernetes' own`() {
        guard case .scored(_, _, let decision) = scanned("kind: Job\nmetadata: {name: a}\n") else {
            Issue.record("not scored")
            return
        }
        #expect(decision?.outcome == .deny)
    }

    @Test func `Under kubesec's rulesets a namesake has the score that kubesec gives it`() {
        let scan = ManifestScan(ruleset: .kubesecV2)
        guard case .scored = scan.scan(Array("apiVersion: apps.kruise.io/v1\nkind: DaemonSet\n".utf8), named: "f").first?.outcome else {
            Issue.record("not scored")
            return
        }
    }
}
