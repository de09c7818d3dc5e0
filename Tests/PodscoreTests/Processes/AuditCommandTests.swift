import Foundation
import TestSupport
import Testing

extension Processes {
    /// `podscore audit`.
    @Suite struct AuditCommandTests {
        private static func metadata(_ name: String, owner: String = "") -> String {
            #""metadata":{"name":"\#(name)","namespace":"shop","uid":"u-\#(name)","resourceVersion":"1"\#(owner)}"#
        }

        private static func pod(_ name: String, owner: String = "", hostPID: Bool = false) -> String {
            #"{"apiVersion":"v1","kind":"Pod",\#(metadata(name, owner: owner)),"spec":{"hostPID":\#(hostPID),"#
                + #""containers":[{"name":"a","image":"i"}]}}"#
        }

        private static func owned(by kind: String, _ name: String) -> String {
            #","ownerReferences":[{"apiVersion":"apps/v1","kind":"\#(kind)","name":"\#(name)","uid":"u-\#(name)","controller":true}]"#
        }

        private static func workload(_ kind: String, _ name: String, owner: String = "") -> String {
            #"{"apiVersion":"apps/v1","kind":"\#(kind)",\#(metadata(name, owner: owner)),"#
                + #""spec":{"template":{"spec":{"containers":[{"name":"a","image":"i"}]}}}}"#
        }

        private static func list(_ items: [String]) -> String {
            #"{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[\#(items.joined(separator: ","))]}"#
        }

        private static let policy = """
            apiVersion: podscore.dev/v1alpha1
            kind: ScorePolicy
            metadata: {name: strict}
            spec:
              match: {namespaces: ["*"]}
              enforce: {forbid: [HostPID]}

            """

        /// The answers of a cluster with two Pods of a Deployment and a policy.
        private static var answers: [String: ScriptedCluster.Answer] {
            let policy =
                #"{"metadata":{"name":"strict","uid":"p","resourceVersion":"1","creationTimestamp":"2026-11-28T08:00:00Z"},"#
                + #""spec":{"match":{"namespaceSelector":{"matchLabels":{"team":"shop"}}},"enforce":{"forbid":["HostPID"]}}}"#
            let namespace = #"{"metadata":{"name":"shop","uid":"n","resourceVersion":"1","labels":{"team":"shop"}}}"#
            let lists: [String: [String]] = [
                "/apis/podscore.dev/v1alpha1/scorepolicies": [policy], "/apis/podscore.dev/v1alpha1/scorewaivers": [],
                "/api/v1/namespaces": [namespace],
                "/api/v1/pods": [
                    pod("web-a", owner: owned(by: "ReplicaSet", "web-5d4f")),
                    pod("web-b", owner: owned(by: "ReplicaSet", "web-5d4f"), hostPID: true),
                ],
                "/apis/apps/v1/replicasets": [workload("ReplicaSet", "web-5d4f", owner: owned(by: "Deployment", "web"))],
                "/apis/apps/v1/deployments": [workload("Deployment", "web")], "/apis/apps/v1/statefulsets": [workload("StatefulSet", "db")],
                "/apis/apps/v1/daemonsets": [], "/apis/batch/v1/jobs": [], "/apis/batch/v1/cronjobs": [],
                "/api/v1/replicationcontrollers": [],
            ]
            return lists.mapValues { ScriptedCluster.Answer(body: list($0)) }
        }

        private static func audit(_ cluster: ScriptedCluster, _ arguments: [String] = []) throws -> Run {
            defer { cluster.stop() }
            let folder = try ScratchFolder()
            let kubeconfig = try folder.write(cluster.kubeconfig, to: "kubeconfig")
            return try Run(Run.podscore, ["audit", "--kubeconfig", kubeconfig] + arguments)
        }

        @Test func `A cluster is decided by its policies and the labels of its Namespaces`() throws {
            let run = try Self.audit(try ScriptedCluster(Self.answers), ["--format", "table"])
            #expect(run.status == 1, "\(run.errors)")
            #expect(run.output.contains("2 Pods of 2 owners: 2 scored (1 failed), 0 skipped, 0 not read"), "\(run.output)")
            #expect(run.output.contains("Deployment/web scores "))
            #expect(run.output.contains("2 Pods, 1 denied, 1 allowed; shown: web-b"))
            #expect(run.output.contains("denied by policy strict: forbidden: HostPID"))
            #expect(run.output.contains("StatefulSet/db passed"))
            #expect(run.errors.split(separator: "\n").filter { $0.contains("the creator of a running Pod is unknown") }.count == 1)
        }

        @Test func `Thresholds have no exemptions, so nothing is said about creators`() throws {
            let run = try Self.audit(try ScriptedCluster(Self.answers), ["--minimum-score", "20"])
            #expect(run.status == 1, "\(run.errors)")
            #expect(!run.errors.contains("the creator of a running Pod is unknown"), "\(run.errors)")
        }

        @Test func `The same cluster gives the same bytes`() throws {
            let runs = try (1...2).map { _ in try Self.audit(try ScriptedCluster(Self.answers)).output }
            #expect(runs.first == runs.last)
        }

        @Test func `A kind that may not be listed makes the result partial, with status 2`() throws {
            var answers = Self.answers
            answers["/apis/batch/v1/jobs"] = ScriptedCluster.Answer(
                status: "403 Forbidden",
                body: #"{"kind":"Status","message":"jobs.batch is forbidden","reason":"Forbidden","code":403}"#
            )
            let run = try Self.audit(try ScriptedCluster(answers))
            #expect(run.status == 2)
            #expect(run.errors.contains("list jobs.batch at "))
            #expect(
                run.errors.contains(
                    "add to a ClusterRole of this account: apiGroups: [\"batch\"], resources: [\"jobs\"], verbs: [\"list\"]"
                )
            )
            #expect(run.errors.contains("the result is partial"))
            #expect(run.output.contains("Deployment/web.shop"))
        }

        @Test func `Policies that cannot be read are an error, because every decision would be wrong`() throws {
            var answers = Self.answers
            answers["/apis/podscore.dev/v1alpha1/scorepolicies"] = ScriptedCluster.Answer(
                status: "403 Forbidden",
                body: #"{"kind":"Status","message":"no","reason":"Forbidden","code":403}"#
            )
            let run = try Self.audit(try ScriptedCluster(answers))
            #expect(run.status == 2)
            #expect(run.output.isEmpty)
            #expect(run.errors.contains("list scorepolicies.podscore.dev"))
            let ignoring = try Self.audit(try ScriptedCluster(answers), ["--ignore-policy-objects", "--minimum-score", "20"])
            #expect(ignoring.status == 1, "\(ignoring.errors)")
        }

        @Test func `Namespaces that cannot be listed make the result partial, and warnings say so`() throws {
            var answers = Self.answers
            answers["/api/v1/namespaces"] = ScriptedCluster.Answer(
                status: "403 Forbidden",
                body: #"{"kind":"Status","message":"no","reason":"Forbidden","code":403}"#
            )
            let run = try Self.audit(try ScriptedCluster(answers))
            #expect(run.status == 2)
            #expect(run.output.contains("labels not yet known, so the policy was chosen by the name alone"))
        }

        @Test func `The output of kubectl is decided by the policies of files`() throws {
            let folder = try ScratchFolder()
            let policy = try folder.write(Self.policy, to: "policy.yaml")
            let input = Self.list([
                Self.pod("web-a", owner: Self.owned(by: "DaemonSet", "agent"), hostPID: true), Self.workload("DaemonSet", "agent"),
            ])
            let run = try Run(Run.podscore, ["audit", "--policy", policy, "-"], input: input)
            #expect(run.status == 1, "\(run.errors)")
            #expect(run.output.contains(#""object": "DaemonSet/agent.shop""#))
            let passed = try Run(Run.podscore, ["audit", "--policy", policy, "-n", "shop", "-"], input: Self.list([Self.pod("a")]))
            #expect(passed.status == 0, "\(passed.errors)")
        }

        @Test func `Without a policy the built-in default warns and denies nothing`() throws {
            let run = try Run(Run.podscore, ["audit", "--format", "table", "-"], input: Self.list([Self.pod("a", hostPID: true)]))
            #expect(run.status == 0)
            #expect(run.output.contains("allowed with warnings by policy built-in default"))
        }

        @Test func `Input that is cut off is partial, with status 2`() throws {
            let text = Self.list([Self.pod("a")])
            let run = try Run(Run.podscore, ["audit", "-"], input: String(text.dropLast(2)))
            #expect(run.status == 2)
            #expect(run.output.contains("Pod/a.shop"))
            #expect(run.errors.contains("the input is cut off"))
        }

        @Test func `Nothing that runs is an error unless that is expected`() throws {
            let run = try Run(Run.podscore, ["audit", "-"], input: Self.list([]))
            #expect(run.status == 2)
            #expect(run.errors.contains("nothing that runs was found"))
            #expect(try Run(Run.podscore, ["audit", "--allow-empty", "-"], input: Self.list([])).status == 0)
        }

        @Test(arguments: [
            (["-", "--kubeconfig", "x"], "--kubeconfig cannot be combined with PATH"),
            (["-", "-l", "a>b"], "invalid label selector \"a>b\""),
            (["-n", "a", "-A"], "cannot be combined with --all-namespaces"),
            (["-n", "a/b"], "\"a/b\" is not the name of a Namespace"),
            (["--policy", "a", "--minimum-score", "1"], "--policy cannot be combined"),
            (["--summary", "--format", "sarif"], "--summary needs --format table or json"),
            (["--ruleset", "kubesec/v2"], "--ruleset needs"),
        ])
        func `Options that contradict each other are rejected`(arguments: [String], message: String) throws {
            let run = try Run(Run.podscore, ["audit"] + arguments)
            #expect(run.status == 2)
            #expect(run.errors.contains(message), "\(run.errors)")
        }
    }
}
