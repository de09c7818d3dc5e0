import Foundation
import TestSupport
import Testing

extension Processes {
    /// `podscore policy … --cluster` against an API server with prepared answers.
    @Suite struct PolicyClusterTests {
        private static func policy(_ name: String, _ spec: String, created: String = "2026-11-28T08:00:00Z") -> String {
            """
            {"apiVersion": "podscore.dev/v1alpha1", "kind": "ScorePolicy", "metadata": {"name": "\(name)", "uid": "u-\(name)",
            "resourceVersion": "7", "creationTimestamp": "\(created)"}, "spec": \(spec)}
            """
        }

        private static func list(_ items: [String]) -> ScriptedCluster.Answer {
            ScriptedCluster.Answer(
                body: #"{"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "9"}, "items": ["#
                    + items.joined(separator: ",") + "]}"
            )
        }

        private static func namespace(_ name: String, _ labels: [String: String]) -> String {
            let pairs = labels.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ", ")
            return #"{"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "\#(name)", "uid": "n-\#(name)", "#
                + #""resourceVersion": "3", "labels": {\#(pairs)}}}"#
        }

        private static let shop = policy(
            "shop",
            #"{"match": {"namespaceSelector": {"matchLabels": {"team": "shop"}}}, "enforce": {"minimumScore": 2}}"#
        )

        private static func cluster(
            policies: [String] = [shop],
            namespaces: [(String, [String: String])] = [("web", ["team": "shop", "podscore.dev/enforce-minimum-score": "6"])]
        ) throws -> ScriptedCluster {
            var answers: [String: ScriptedCluster.Answer] = [
                "/apis/podscore.dev/v1alpha1/scorepolicies": list(policies), "/apis/podscore.dev/v1alpha1/scorewaivers": list([]),
                "/api/v1/namespaces": list(namespaces.map { namespace($0.0, $0.1) }),
            ]
            for (name, labels) in namespaces {
                answers["/api/v1/namespaces/\(name)"] = ScriptedCluster.Answer(body: namespace(name, labels))
            }
            return try ScriptedCluster(answers)
        }

        /// Runs `podscore policy` with a kubeconfig for a cluster, in a folder with files.
        private static func run(_ cluster: ScriptedCluster, _ arguments: [String], files: [String: String] = [:]) throws -> Run {
            defer { cluster.stop() }
            let folder = try ScratchFolder()
            let kubeconfig = try folder.write(cluster.kubeconfig, to: "kubeconfig")
            for (name, text) in files { _ = try folder.write(text, to: name) }
            let paths = arguments.map { files[$0] == nil ? $0 : folder.file($0) }
            return try Run(Run.podscore, ["policy"] + paths + ["--cluster", "--kubeconfig", kubeconfig])
        }

        @Test func `explain says by which labels a policy of the cluster applies, and which label set the minimum`() throws {
            let cluster = try Self.cluster()
            let run = try Self.run(cluster, ["explain", "--namespace", "web"])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("shop  applies: the Namespace has the labels team=shop"))
            #expect(run.output.contains("minimum score 6 (set by label podscore.dev/enforce-minimum-score)"))
            #expect(cluster.requests.contains("/api/v1/namespaces/web"))
            #expect(!cluster.requests.contains { $0.hasPrefix("/api/v1/namespaces?") })
        }

        @Test func `explain decides an object by the labels of its Namespace`() throws {
            let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: a}]}\n"
            let run = try Self.run(Self.cluster(), ["explain", "--namespace", "web", "pod.yaml"], files: ["pod.yaml": pod])
            #expect(run.output.contains("below the minimum 6"), "\(run.output)\(run.errors)")
        }

        @Test func `A Namespace that the cluster does not have is explained without labels`() throws {
            let run = try Self.run(Self.cluster(), ["explain", "--namespace", "gone"])
            #expect(run.status == 0)
            #expect(run.errors.contains("has no Namespace gone; explained as one without labels"))
            #expect(run.output.contains("shop              does not apply: matches only the labels team=shop"))
        }

        @Test(arguments: [["explain", "--namespace", "web"], ["check"]])
        func `Labels that cannot be read are an error, and not a Namespace without labels`(arguments: [String]) throws {
            let web = Self.namespace("web", ["team": "shop"]).replacing("\"shop\"", with: "7")
            let cluster = try ScriptedCluster([
                "/apis/podscore.dev/v1alpha1/scorepolicies": Self.list([Self.shop]),
                "/apis/podscore.dev/v1alpha1/scorewaivers": Self.list([]), "/api/v1/namespaces": Self.list([web]),
                "/api/v1/namespaces/web": ScriptedCluster.Answer(body: web),
            ])
            let run = try Self.run(cluster, arguments)
            #expect(run.status == 2, "\(run.output)")
            #expect(run.errors.contains("the labels of Namespace web cannot be read"), "\(run.errors)")
        }

        @Test func `check reports invalid objects, those that lose, and labels without effect`() throws {
            let invalid = Self.policy("broken", #"{"match": {"namespaces": ["a"]}, "enforce": {"minimumScor": 2}}"#)
            let older = Self.policy(
                "older",
                #"{"match": {"namespaces": ["a"]}, "warn": {"minimumScore": 2}}"#,
                created: "2026-01-01T00:00:00Z"
            )
            let younger = Self.policy("younger", #"{"match": {"namespaces": ["a"]}, "warn": {"minimumScore": 3}}"#)
            let cluster = try Self.cluster(
                policies: [invalid, younger, older],
                namespaces: [("a", ["podscore.dev/warn-minimum-score": "high"])]
            )
            let run = try Self.run(cluster, ["check"])
            #expect(run.status == 1, "\(run.errors)")
            #expect(run.output.contains("ScorePolicy broken: spec.enforce.minimumScor: unknown field"))
            #expect(run.output.contains("ScorePolicy younger: not in force: policy older of the cluster also lists \"a\""))
            #expect(run.output.contains("warning: Namespace a: label podscore.dev/warn-minimum-score has no effect: \"high\""))
            #expect(run.output.hasSuffix("1 policy, 0 waivers in the cluster: 2 errors, 1 warning\n"), "\(run.output)")
        }

        @Test func `check applies documents to what the cluster has`() throws {
            let text =
                "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: shop}\n"
                + "spec: {match: {namespaceSelector: {matchLabels: {team: shop}}}, warn: {minimumScore: 3}}\n"
            let run = try Self.run(Self.cluster(), ["check", "next.yaml"], files: ["next.yaml": text])
            #expect(run.output == "1 policy, 0 waivers in 1 file and the cluster: no errors\n", "\(run.errors)")
            #expect(run.status == 0)
            let other = text.replacing("{name: shop}", with: "{name: other}")
            let losing = try Self.run(Self.cluster(), ["check", "next.yaml"], files: ["next.yaml": other])
            #expect(losing.status == 1)
            #expect(losing.output.contains("ScorePolicy other: not in force: policy shop of the cluster also selects \"team=shop\""))
        }

        @Test func `check reports the end of an applied waiver once`() throws {
            let text =
                "apiVersion: podscore.dev/v1alpha1\nkind: ScoreWaiver\nmetadata: {name: w}\n"
                + "spec: {match: {namespaces: [web]}, rules: [HostPID], expires: 2027-03-31, owner: o, reason: r}\n"
            let run = try Self.run(Self.cluster(), ["check", "next.yaml", "--today", "2027-03-29"], files: ["next.yaml": text])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.split(separator: "\n").count { $0.contains("2027-03-31") } == 1, "\(run.output)")
        }

        @Test func `diff compares what is in force with what is after the documents are applied`() throws {
            let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: web}\nspec: {containers: [{name: a, image: a}]}\n"
            let text =
                "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: shop}\n"
                + "spec: {match: {namespaceSelector: {matchLabels: {team: shop}}}, enforce: {require: [RunAsNonRoot]}}\n"
            let warning = Self.policy(
                "shop",
                #"{"match": {"namespaceSelector": {"matchLabels": {"team": "shop"}}}, "warn": {"minimumScore": 2}}"#
            )
            let run = try Self.run(
                Self.cluster(policies: [warning], namespaces: [("web", ["team": "shop"])]),
                ["diff", "next.yaml", "--reviews", "pod.yaml", "--fail-on", "newly-denied"],
                files: ["next.yaml": text, "pod.yaml": pod]
            )
            #expect(run.errors == "")
            #expect(run.status == 1, "\(run.output)")
            #expect(run.output.hasPrefix("1 request compared: cluster (old), "), "\(run.output)")
            #expect(run.output.contains("newly denied: 1\n  web: 1\n"), "\(run.output)")
            #expect(run.output.contains("RunAsNonRoot  Pod p"), "\(run.output)")
        }

        @Test(arguments: [("", 0), ("web", 1)] as [(String, Int32)])
        func `diff decides a request without a Namespace by the name alone`(namespace: String, status: Int32) throws {
            let review =
                #"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u", "name": "p", "namespace": "#
                + "\"\(namespace)\""
                + #", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "operation": "CREATE", "userInfo": {"username": "jane"}, "#
                + #""object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "#
                + #""spec": {"containers": [{"name": "a", "image": "a"}]}}}}"#
            let text =
                "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: others}\n"
                + "spec: {match: {namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}, "
                + "enforce: {require: [RunAsNonRoot]}}\n"
            let run = try Self.run(
                Self.cluster(policies: [], namespaces: [("web", [:])]),
                ["diff", "next.yaml", "--reviews", "review.json", "--fail-on", "newly-denied"],
                files: ["next.yaml": text, "review.json": review]
            )
            #expect(run.status == status, "\(run.output)\(run.errors)")
        }

        @Test func `A kind that is not installed is a warning, and a refusal names what is missing`() throws {
            let empty = try ScriptedCluster(["/api/v1/namespaces/web": ScriptedCluster.Answer(body: Self.namespace("web", [:]))])
            let run = try Self.run(empty, ["explain", "--namespace", "web"])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("has no scorepolicies.podscore.dev; install its CustomResourceDefinition"))
            let refusal =
                #"{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403, "message": "no"}"#
            let forbidding = try ScriptedCluster([
                "/apis/podscore.dev/v1alpha1/scorepolicies": ScriptedCluster.Answer(status: "403 Forbidden", body: refusal)
            ])
            let denied = try Self.run(forbidding, ["check"])
            #expect(denied.status == 2)
            #expect(denied.errors.contains("list scorepolicies.podscore.dev at http://127.0.0.1:"))
            #expect(denied.errors.contains("verbs: [\"list\"]"), "\(denied.errors)")
        }

        @Test func `A context needs --cluster, and so do files and the Namespace of a server`() throws {
            #expect(try Run.podscore("policy", "check", "x", "--context", "c").errors.contains("--context needs --cluster"))
            #expect(try Run.podscore("policy", "check", "x", "--policy", "c").errors.contains("--policy needs --cluster"))
            let own = try Run.podscore("policy", "check", "x", "--own-namespace", "podscore")
            #expect(own.errors.contains("--own-namespace needs --cluster"))
            #expect(try Run.podscore("policy", "check").status == 2)
        }
    }
}
