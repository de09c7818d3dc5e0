import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Testing

/// No two controls exclude each other, which is why reading policies knows no error for it.
struct AllControlsTests {
    /// A Pod that does everything that can be asked of one.
    private static let review = """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
          "uid": "u", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "name": "all", "namespace": "payments", "operation": "CREATE",
          "userInfo": {"username": "jane"}, "object": {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "all", "annotations": {
              "container.seccomp.security.alpha.kubernetes.io/pod": "runtime/default", "seccomp.security.alpha.kubernetes.io/pod": "runtime/default",
              "container.apparmor.security.beta.kubernetes.io/app": "runtime/default"}},
            "spec": {"serviceAccountName": "app", "automountServiceAccountToken": false, "hostUsers": false,
              "securityContext": {"runAsNonRoot": true, "runAsUser": 20000, "runAsGroup": 20000, "seccompProfile": {"type": "RuntimeDefault"},
                "appArmorProfile": {"type": "RuntimeDefault"}},
              "containers": [{"name": "app", "image": "r.example/a@sha256:\(String(repeating: "0", count: 64))",
                "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
                "securityContext": {"runAsNonRoot": true, "runAsUser": 20000, "runAsGroup": 20000, "readOnlyRootFilesystem": true,
                  "allowPrivilegeEscalation": false, "privileged": false, "capabilities": {"drop": ["ALL"]},
                  "seccompProfile": {"type": "RuntimeDefault"}, "appArmorProfile": {"type": "RuntimeDefault"}}}]}}}}
        """

    @Test(arguments: Ruleset.all.map(\.name)) func `A Pod can meet every control of a ruleset at once`(name: String) throws {
        let ruleset = try #require(Ruleset.all.first { $0.name == name })
        let rules = ruleset.entries.filter { $0.kinds.contains(.pod) }.map(\.rule)
        var level = ScorePolicy.Level()
        level.minimumScore = ruleset.bestPossibleScore(for: .pod)
        level.require = rules.filter { $0.polarity == .positive }.map(\.id)
        level.forbid = rules.filter { $0.polarity == .negative }.map(\.id)
        level.podSecurityStandard = PodSecurityStandard(.restricted, .latest)
        let policy = ScorePolicy(name: "all", namespaces: [NamePattern("*")], ruleset: ruleset, enforce: level)
        let request = try AdmissionReview(parsing: Array(Self.review.utf8).span).request
        let decision = Decider(mode: .enforce).decide(request, by: policy)
        #expect(decision.violations.map(\.id) == [])
        #expect(decision.outcome == .allow)
    }
}
