import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Reports
import Testing

@testable import Scanning

/// Scans of workloads that are not Kubernetes' own.
@Suite struct OtherWorkloadScanTests {
    private static let pod = "{hostPID: true, containers: [{name: c, image: i, securityContext: {privileged: true}}]}"
    private static let rollout = """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: shop}
        spec: {template: {spec: \(pod)}}

        """
    private static let deploymentConfig = rollout.replacing("argoproj.io/v1alpha1", with: "apps.openshift.io/v1")
        .replacing("Rollout", with: "DeploymentConfig")

    /// The policy of `--minimum-score`.
    private static func demanding(_ minimumScore: Int) -> PolicySet {
        var level = ScorePolicy.Level()
        level.minimumScore = minimumScore
        let policy = ScorePolicy(
            name: "command-line",
            namespaces: [NamePattern("*")],
            ruleset: .podscoreV1,
            enforce: level,
            workloads: .enforce
        )
        return PolicySet(policies: [], builtInDefault: policy, ownNamespace: "")
    }

    private static func scan(_ text: String, _ policies: PolicySet? = nil, adding: String? = nil) throws -> [ScannedDocument] {
        var scan = ManifestScan(ruleset: .podscoreV1, policies: policies)
        if let adding { scan.workloads = KnownWorkloads(adding: [try OtherWorkload(parsing: adding)]) }
        return scan.scan(Array(text.utf8), named: "f")
    }

    /// The score of each document; `nil` for one that is not scored.
    private static func scores(_ documents: [ScannedDocument]) -> [Int?] {
        documents.map { if case .scored(_, let report, _) = $0.outcome { report.score } else { nil } }
    }

    private static func reason(_ document: ScannedDocument?) -> String? {
        if case .skipped(_, let why, _) = document?.outcome { why } else { nil }
    }

    @Test func `A Rollout and a DeploymentConfig score as a Deployment and fail below a minimum`() throws {
        let deployment = Self.rollout.replacing("argoproj.io/v1alpha1", with: "apps/v1").replacing("Rollout", with: "Deployment")
        let documents = try Self.scan(Self.rollout + "---\n" + Self.deploymentConfig + "---\n" + deployment, Self.demanding(5))
        let scores = Self.scores(documents)
        #expect(scores.count == 3 && Set(scores).count == 1 && scores[0] != nil)
        var tally = ScanTally()
        for document in documents { tally.count(document) }
        #expect(tally.status() == 1)
        #expect(ReportFinding.list(of: documents[0]).contains { $0.path == "spec.template.spec.hostPID" && $0.position?.line == 4 })
    }

    @Test func `Items of lists are scored, with the kind of a typed list`() throws {
        let item = "{metadata: {name: shop}, spec: {template: {spec: \(Self.pod)}}}"
        let list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: argoproj.io/v1alpha1, kind: Rollout, \(item.dropFirst())\n"
        let typed = "apiVersion: argoproj.io/v1alpha1\nkind: RolloutList\nitems:\n- \(item)\n- \(item)\n"
        let scores = Self.scores(try Self.scan(list + "---\n" + typed))
        #expect(scores.count == 3 && !scores.contains(nil))
    }

    @Test func `A Rollout that names another workload is skipped with that reason, also under a policy`() throws {
        let text = Self.rollout.replacing(
            "template: {spec: \(Self.pod)}",
            with: "workloadRef: {apiVersion: apps/v1, kind: Deployment, name: a}"
        )
        for policies in [nil, Self.demanding(5)] {
            let documents = try Self.scan(text, policies)
            #expect(documents.count == 1 && Self.reason(documents.first) == "the workload in spec.workloadRef is scored instead")
        }
    }

    @Test(arguments: [
        "argoproj.io/v1alpha1 Workflow", "argoproj.io/v1alpha1 ClusterWorkflowTemplate", "tekton.dev/v1 Task",
        "tekton.dev/v1beta1 PipelineRun",
    ])
    func `Workflows are skipped, since their Pods are scored at admission`(kind: String) throws {
        let parts = kind.split(separator: " ")
        let documents = try Self.scan("apiVersion: \(parts[0])\nkind: \(parts[1])\nspec: {template: {spec: \(Self.pod)}}\n")
        #expect(Self.reason(documents.first) == "its Pods are scored at admission")
    }

    @Test func `An added kind is scored at its path, and invalid without a template there`() throws {
        let worker = "apiVersion: example.com/v1\nkind: Worker\nspec: {pool: {template: {spec: \(Self.pod)}}}\n"
        #expect(Self.reason(try Self.scan(worker).first) == "no rules for kind Worker")
        #expect(Self.scores(try Self.scan(worker, adding: "example.com/Worker=.spec.pool.template")).first != .some(nil))
        for path in [".spec.pool", ".spec.template", ".spec.pool.template.spec"] {
            let document = try #require(try Self.scan("\n" + worker, adding: "example.com/Worker=\(path)").first)
            #expect(document.problem == "f:2:1: no Pod template at \(path)")
        }
    }

    @Test func `Positions and paths in an added kind are those of its template`() throws {
        let worker =
            "apiVersion: example.com/v1\nkind: Worker\nspec:\n  pool:\n    pods:\n      spec:\n        hostPID: true\n        containers: []\n"
        let document = try #require(try Self.scan(worker, Self.demanding(5), adding: "example.com/Worker=.spec.pool.pods").first)
        let finding = try #require(ReportFinding.list(of: document).first { $0.rule == "HostPID" })
        #expect(finding.path == "spec.pool.pods.spec.hostPID" && finding.position == Position(line: 7, column: 9))
    }

    @Test(arguments: [Ruleset.kubesecV2, .kubesecV20]) func `Under kubesec's rulesets such a kind is unknown, whatever it holds`(
        ruleset: Ruleset
    ) {
        let scan = ManifestScan(ruleset: ruleset)
        for text in [
            Self.rollout, Self.rollout.replacing("template: {spec: \(Self.pod)}", with: "template: 1"), "kind: pod\napiVersion: v1\n",
        ] {
            let document = scan.scan(Array(text.utf8), named: "f").first
            #expect(Self.reason(document) == KubesecJSON.unsupportedKind)
        }
    }

    @Test func `A kind of another group is skipped, whatever its fields hold`() throws {
        for spec in ["{template: {spec: \(Self.pod)}}", "text", "{template: [1]}"] {
            let documents = try Self.scan("apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nspec: \(spec)\n", Self.demanding(5))
            #expect(Self.reason(documents.first) == "no rules for kind Job of batch.volcano.sh")
        }
    }
}
