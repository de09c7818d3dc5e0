import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Reports
import Testing

@testable import Scanning

/// Kinds that are spelled wrong or have the wrong API version.
@Suite struct KindMistakeTests {
    private static func problem(_ text: String, ruleset: Ruleset = .podscoreV1) -> String? {
        ManifestScan(ruleset: ruleset).scan(Array(text.utf8), named: "f").first?.problem
    }

    @Test(arguments: [
        ("v1", "pod", "unknown kind \"pod\"; did you mean Pod?"), ("v1", "POD", "unknown kind \"POD\"; did you mean Pod?"),
        ("apps/v1", "Deploymnet", "unknown kind \"Deploymnet\"; did you mean Deployment?"),
        ("apps/v1", "deployment", "unknown kind \"deployment\"; did you mean Deployment?"),
        ("apps/v1beta1", "StatefullSet", "unknown kind \"StatefullSet\"; did you mean StatefulSet?"),
        ("batch/v1", "Cronjob", "unknown kind \"Cronjob\"; did you mean CronJob?"),
        ("v1", "Pods", "unknown kind \"Pods\"; did you mean Pod?"),
        ("extensions/v1beta1", "Daemonset", "unknown kind \"Daemonset\"; did you mean DaemonSet?"),
        ("v1", "Configmap", "unknown kind \"Configmap\"; did you mean ConfigMap?"),
        ("rbac.authorization.k8s.io/v1", "rolebinding", "unknown kind \"rolebinding\"; did you mean RoleBinding?"),
        ("argoproj.io/v1alpha1", "rollout", "unknown kind \"rollout\"; did you mean Rollout?"),
        ("v1", "Deployment", "apiVersion \"v1\" has no kind Deployment; did you mean apps/v1?"),
        ("apps/v1", "Pod", "apiVersion \"apps/v1\" has no kind Pod; did you mean v1?"),
        ("apps", "Deployment", "apiVersion \"apps\" has no kind Deployment; did you mean apps/v1?"),
    ])
    func `A misspelled kind of Kubernetes is invalid, with what was meant`(version: String, kind: String, message: String) {
        #expect(Self.problem("apiVersion: \(version)\nkind: \(kind)\nspec: {hostPID: true}\n") == "f:2:7: \(message)")
    }

    @Test func `It is invalid also without an API version, and as an item of a list`() {
        #expect(Self.problem("kind: pod\n") == "f:1:7: unknown kind \"pod\"; did you mean Pod?")
        let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: pod\n"
        #expect(Self.problem(list) == "f:5:9: unknown kind \"pod\"; did you mean Pod?")
    }

    @Test(arguments: [
        "v1 Service", "v1 ConfigMap", "v1 Secret", "apps/v1 ControllerRevision", "v1 Config", "v1 Template", "v1 Event", "v1 Route",
        "v1 Status", "batch/v1 JobTemplate", "v1 DeploymentConfigList", "example.com/v1 pod", "example.com/v1 Deploymnet", "v1 Foo",
        "argoproj.io/v1alpha1 Application", "argoproj.io/v1alpha1 Rolout", "serving.knative.dev/v1 Route", "ci.example/v1 pipeline",
        "kustomize.config.k8s.io/v1beta1 Kustomization", "networking.k8s.io/v1 ingress", "v1 PodList", "v1 Policy", "v1 Build",
    ])
    func `Other kinds are skipped, not misspelled`(kind: String) {
        let parts = kind.split(separator: " ")
        #expect(Self.problem("apiVersion: \(parts[0])\nkind: \(parts[1])\n") == nil)
    }

    @Test(arguments: ["secret", "pipeline", "Jobs", "configmap", "Deploymnet"])
    func `Without an API version only another letter case of a workload counts`(kind: String) {
        #expect(Self.problem("kind: \(kind)\n") == nil)
    }

    @Test func `It is invalid under a policy too, also if that has a ruleset of kubesec`() {
        for ruleset in [Ruleset.podscoreV1, .kubesecV2] {
            let policy = ScorePolicy(name: "p", namespaces: [NamePattern("*")], ruleset: ruleset)
            let policies = PolicySet(policies: [policy], builtInDefault: policy, ownNamespace: "")
            let scan = ManifestScan(ruleset: ruleset, policies: policies)
            let document = scan.scan(Array("apiVersion: v1\nkind: pod\n".utf8), named: "f").first
            #expect(document?.problem == "f:2:7: unknown kind \"pod\"; did you mean Pod?")
            var tally = ScanTally()
            if let document { tally.count(document) }
            #expect(tally.status() == 2)
        }
    }
}
