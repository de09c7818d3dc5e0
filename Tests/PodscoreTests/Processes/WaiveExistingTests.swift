import Foundation
import TestSupport
import Testing

extension Processes {
    /// `podscore audit --waive-existing`, and what a change of policies does to what runs.
    @Suite struct WaiveExistingTests {
        private static let digest = "sha256:" + String(repeating: "0123456789abcdef", count: 4)
        private static let policy = """
            apiVersion: podscore.dev/v1alpha1
            kind: ScorePolicy
            metadata: {name: shop}
            spec:
              match: {namespaces: [shop]}
              enforce: {minimumScore: 9, require: [RunAsNonRoot], forbid: [HostPID]}

            """

        /// A Pod of a DaemonSet.
        private static func pod(image: String) -> String {
            let owner = #"[{"apiVersion":"apps/v1","kind":"DaemonSet","name":"agent","uid":"d","controller":true}]"#
            return
                #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"agent-x1","namespace":"shop","uid":"p","ownerReferences":\#(owner)},"#
                + #""spec":{"hostPID":true,"containers":[{"name":"a","image":"\#(image)"}]},"#
                + #""status":{"phase":"Running","containerStatuses":[{"name":"a","imageID":"i@\#(digest)"}]}}"#
        }

        /// A list with the Pod and its DaemonSet, and with more items behind them.
        private static func list(image: String = "registry.example/agent:1", and others: String = "") -> String {
            let workload =
                #"{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"agent","namespace":"shop","uid":"d"},"#
                + #""spec":{"template":{"spec":{"containers":[{"name":"a","image":"\#(image)"}]}}}}"#
            return #"{"kind":"List","apiVersion":"v1","items":[\#(pod(image: image)),\#(workload)\#(others)]}"#
        }

        private static func waive(_ policies: String, _ input: String, _ arguments: [String] = []) throws -> Run {
            let options = ["--waive-existing", "--owner", "shop-team", "--expires", "2027-06-30", "--today", "2027-01-01"]
            return try Run(Run.podscore, ["audit", "-", "--policy", policies] + options + arguments, input: input)
        }

        @Test func `With the waivers everything that runs is admitted, and another image is not`() throws {
            let folder = try ScratchFolder()
            _ = try folder.write(Self.policy, to: "shop.yaml")
            let policies = folder.path
            let run = try Self.waive(policies, Self.list(), ["--output", policies + "/existing.yaml"])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("podscore: 1 owner checked: 1 waiver\n"))
            let text = try String(contentsOfFile: policies + "/existing.yaml", encoding: .utf8)
            #expect(text.contains("    - \"registry.example/agent@\(Self.digest)\"\n"))
            #expect(text.contains("  - HostPID\n  - RunAsNonRoot\n  minimumScore: "))
            let check = try Run(Run.podscore, ["policy", "check", "--today", "2027-01-01", policies])
            #expect(check.status == 0 && check.output.hasSuffix("1 policy, 1 waiver in 2 files: no errors\n"), "\(check.output)")
            let audit = { (input: String) in
                try Run(Run.podscore, ["audit", "-", "--policy", policies, "--today", "2027-01-01"], input: input).status
            }
            #expect(try audit(Self.list()) == 0)
            #expect(try audit(Self.list(image: "registry.example/agent@\(Self.digest)")) == 0)
            #expect(try audit(Self.list(image: "registry.example/agent:2")) == 1)
        }

        @Test func `An owner that no waiver admits is listed, with status 1`() throws {
            let folder = try ScratchFolder()
            let policy = try folder.write(Self.policy, to: "shop.yaml")
            let other =
                #",{"apiVersion":"v1","kind":"Pod","metadata":{"name":"odd","namespace":"shop","uid":"o"},"#
                + #""spec":{"hostPID":true,"containers":[{"name":"a","image":"a b"}]}}"#
            let run = try Self.waive(policy, Self.list(and: other))
            #expect(run.status == 1)
            #expect(run.output.hasPrefix("apiVersion: podscore.dev/v1alpha1\nkind: ScoreWaiver\n"))
            #expect(run.errors.contains("podscore: shop/Pod/odd is not waived: image \"a b\" names no repository\n"))
            #expect(run.errors.contains("podscore: 2 owners checked: 1 waiver, 1 owner not waived\n"))
            #expect(try Self.waive(policy, Self.list(and: other), ["--exit-code", "7"]).status == 7)
        }

        @Test func `What could not be read has status 2, and nothing at all as well`() throws {
            let folder = try ScratchFolder()
            let policy = try folder.write(Self.policy, to: "shop.yaml")
            let cut = try Self.waive(policy, String(Self.list().dropLast(2)))
            #expect(cut.status == 2 && cut.errors.contains("the result is partial"))
            let empty = #"{"kind":"List","apiVersion":"v1","items":[]}"#
            #expect(try Self.waive(policy, empty).status == 2)
            let allowed = try Self.waive(policy, empty, ["--allow-empty"])
            #expect(allowed.status == 0 && allowed.output == "# No waiver is needed.\n", "\(allowed.errors)")
        }

        @Test(arguments: [
            (["--waive-existing"], "--waive-existing needs --owner and --expires"),
            (["--owner", "a"], "--owner and --expires need --waive-existing"),
            (["--waive-existing", "--owner", " ", "--expires", "2027-06-30"], "--owner is blank"),
            (
                ["--waive-existing", "--owner", String(repeating: "a", count: 4097), "--expires", "2027-06-30"],
                "--owner is longer than 4096 characters"
            ),
            (["--waive-existing", "--owner", "a", "--expires", "soon"], "invalid date \"soon\""),
            (
                ["--waive-existing", "--owner", "a", "--expires", "2026-12-31", "--today", "2027-01-01"],
                "--expires 2026-12-31 is before 2027-01-01"
            ),
            (["--waive-existing", "--owner", "a", "--expires", "2027-06-30", "--summary"], "--summary cannot be combined with"),
        ])
        func `Options that would write invalid waivers, or none, are errors`(options: [String], message: String) throws {
            let run = try Run(Run.podscore, ["audit", "-"] + options, input: Self.list())
            #expect(run.status != 0 && run.status != 1)
            #expect(run.errors.contains(message), "\(run.errors)")
        }

        @Test func `With a cluster and no requests, a change is compared by what runs there`() throws {
            let folder = try ScratchFolder()
            let policy = try folder.write(Self.policy, to: "next.yaml")
            let metadata = #"{"metadata":{"name":"agent","namespace":"shop","uid":"d","resourceVersion":"1"}}"#
            let namespace = #"{"metadata":{"name":"shop","uid":"n","resourceVersion":"1"}}"#
            var lists: [String: [String]] = [
                "/api/v1/pods": [Self.pod(image: "registry.example/agent:1")], "/apis/apps/v1/daemonsets": [metadata],
                "/api/v1/namespaces": [namespace],
            ]
            for kind in ["replicasets", "deployments", "statefulsets"] { lists["/apis/apps/v1/\(kind)"] = [] }
            for path in [
                "/apis/batch/v1/jobs", "/apis/batch/v1/cronjobs", "/api/v1/replicationcontrollers",
                "/apis/podscore.dev/v1alpha1/scorepolicies", "/apis/podscore.dev/v1alpha1/scorewaivers",
            ] { lists[path] = [] }
            let answers = lists.mapValues { items in
                ScriptedCluster.Answer(
                    body:
                        #"{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[\#(items.joined(separator: ","))]}"#
                )
            }
            let cluster = try ScriptedCluster(answers)
            defer { cluster.stop() }
            let kubeconfig = try folder.write(cluster.kubeconfig, to: "kubeconfig")
            let run = try Run(Run.podscore, ["policy", "diff", "--cluster", "--kubeconfig", kubeconfig, policy])
            #expect(run.status == 0, "\(run.errors)")
            #expect(
                run.output.hasPrefix("1 owner compared: cluster (old), \(policy) (new)\n\nnewly denied: 1\n  shop: 1\n"),
                "\(run.output)"
            )
            #expect(run.output.contains("DaemonSet agent"))
        }

        @Test func `A change of policies is compared by what runs`() throws {
            let folder = try ScratchFolder()
            let policy = try folder.write(Self.policy, to: "next.yaml")
            let input = try folder.write(Self.list(), to: "running.json")
            let diff = ["policy", "diff", "builtin", policy, "--audit"]
            let run = try Run(Run.podscore, diff + [input, "--fail-on", "newly-denied"])
            #expect(run.status == 1, "\(run.errors)")
            #expect(
                run.output.hasPrefix("1 owner compared: builtin (old), \(policy) (new)\n\nnewly denied: 1\n  shop: 1\n"),
                "\(run.output)"
            )
            #expect(run.output.contains("1  HostPID       DaemonSet agent\n"))
            let warned = try Run(Run.podscore, diff + ["-", "--mode", "warn", "--format", "json"], input: Self.list())
            #expect(warned.status == 0)
            #expect(warned.output.contains("\"subject\": \"owner\",\n  \"decided\": 1,\n  \"newlyDenied\": {\n    \"count\": 0,"))
            let cut = try Run(Run.podscore, diff + ["-"], input: String(Self.list().dropLast(2)))
            #expect(cut.status == 2 && cut.errors.contains("the input is cut off"), "\(cut.errors)")
            #expect(try Run(Run.podscore, ["policy", "diff", "builtin", policy]).status == 2)
            #expect(try Run(Run.podscore, diff + [input, "--reviews", input]).errors.contains("--reviews cannot be combined with --audit"))
        }
    }
}
