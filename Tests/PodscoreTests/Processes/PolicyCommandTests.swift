import Foundation
import TestSupport
import Testing

extension Processes {
    /// `podscore policy` as an administrator types it.
    @Suite struct PolicyCommandTests {
        private static let policy = """
            apiVersion: podscore.dev/v1alpha1
            kind: ScorePolicy
            metadata: {name: payments}
            spec:
              match: {namespaces: ["payments-*"]}
              enforce: {minimumScore: 2, from: [{date: 2027-03-01, minimumScore: 7}], require: [RunAsNonRoot], forbid: [HostPID]}
              exempt: {users: [ann]}
            ---
            apiVersion: podscore.dev/v1alpha1
            kind: ScoreWaiver
            metadata: {name: exporter}
            spec:
              match: {namespaces: [payments-eu], pods: [exporter], images: ["quay.io/exporter:*"]}
              rules: [HostPID]
              expires: 2027-03-31
              owner: observability
              reason: reads host counters

            """
        private static let exporter = """
            apiVersion: v1
            kind: Pod
            metadata: {name: exporter}
            spec:
              hostPID: true
              containers: [{name: a, image: "quay.io/exporter:1", securityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}}}]

            """

        /// The members of `policy diff --format json` that the tests read.
        private struct Written: Decodable {
            struct Change: Decodable {
                struct Namespace: Decodable {
                    let namespace: String
                    let count: Int
                }
                let count: Int
                let namespaces: [Namespace]
            }
            let decided: Int
            let newlyDenied: Change
            let problems: [String]

            init(_ run: Run) throws {
                self = try JSONDecoder().decode(Self.self, from: Data(run.output.utf8))
            }
        }

        private struct Asked: Decodable {
            struct Request: Decodable { let namespace: String? }
            let request: Request
        }

        @Test func `check allows selectors for a server with --cluster`() throws {
            let folder = try ScratchFolder()
            let text = Self.policy.replacing("namespaces: [\"payments-*\"]", with: "namespaceSelector: {matchLabels: {team: shop}}")
            let file = try folder.write(text, to: "policy.yaml")
            let strict = try Run.podscore("policy", "check", file, "--today", "2027-01-01")
            #expect(strict.status == 1 && strict.output.contains("namespaceSelector needs the labels of Namespaces"), "\(strict.output)")
            let allowed = try Run.podscore("policy", "check", file, "--allow-selectors", "--today", "2027-01-01")
            #expect(allowed.status == 0 && allowed.output.hasSuffix("1 policy, 1 waiver in 1 file: no errors\n"), "\(allowed.output)")
            let wrong = try folder.write(text.replacing("team: shop", with: "-team: shop"), to: "wrong.yaml")
            #expect(try Run.podscore("policy", "check", wrong, "--allow-selectors").output.contains("invalid label key \"-team\""))
            let both = try Run.podscore("policy", "check", file, "--allow-selectors", "--cluster")
            #expect(both.status == 2 && both.errors.contains("leave out --allow-selectors"), "\(both.errors)")
        }

        @Test func `A diff of recorded requests lists exactly the requests that a server denies`() throws {
            let folder = try ScratchFolder()
            let records = folder.file("records")
            let reviews = Acceptance.folder.appending(path: "reviews").path
            let names = try FileManager.default.contentsOfDirectory(atPath: reviews).filter { $0.hasSuffix(".json") }.sorted()
            let server = try ServerProcess(["--drain-delay", "0", "--record", records])
            let client = try server.connect()
            var denied: [String: Int] = [:]
            let diff = ["policy", "diff", "builtin", Acceptance.policyPath("enforcing"), "--reviews"]
            for name in names {
                let review = try Acceptance.review(name)
                let isDenied = try client.post(review).text.contains(#""allowed":false"#)
                let namespace = try JSONDecoder().decode(Asked.self, from: Data(review)).request.namespace ?? ""
                if isDenied { denied[namespace, default: 0] += 1 }
                let run = try Run(Run.podscore, diff + [reviews + "/" + name, "--fail-on", "newly-denied"])
                #expect(run.status == (isDenied ? 1 : 0), "\(name): \(run.output)")
            }
            #expect(try server.stop() == 0)
            #expect(denied.values.reduce(0, +) > 10)
            let whole = try Run(Run.podscore, diff + [reviews, "--format", "json"])
            let written = try Written(whole)
            #expect(whole.status == 0 && written.decided == names.count && written.problems.isEmpty)
            let listed = Dictionary(uniqueKeysWithValues: written.newlyDenied.namespaces.map { ($0.namespace, $0.count) })
            #expect(listed == denied)
            try expectRecords(records, diff: diff, atMost: denied)
        }

        /// Expects the server's records to be the latest request of each workload, with the same decisions.
        private func expectRecords(_ records: String, diff: [String], atMost denied: [String: Int]) throws {
            let files = try FileManager.default.contentsOfDirectory(atPath: records).sorted()
            let written = try Written(try Run(Run.podscore, diff + [records, "--format", "json"]))
            #expect(files.count > 20 && written.decided == files.count && written.problems.isEmpty)
            #expect(written.newlyDenied.count > 10)
            for namespace in written.newlyDenied.namespaces {
                #expect(namespace.count <= denied[namespace.namespace, default: 0], "\(namespace)")
            }
        }

        @Test func `Files that are neither a review nor a manifest are reported, and the others are decided`() throws {
            let folder = try ScratchFolder()
            _ = try folder.write("{\"a\":", to: "broken.json")
            _ = try folder.write("a: b\n", to: "other.yaml")
            _ = try folder.write("kind: AdmissionReview\napiVersion: admission.k8s.io/v1\n", to: "review.yaml")
            _ = try folder.write("kind: Service\napiVersion: v1\n---\n" + Self.exporter, to: "several.yaml")
            _ = try folder.write("", to: "notes.txt")
            let policy = try folder.write(Self.policy, to: "policy")
            let run = try Run.podscore(
                "policy",
                "diff",
                "builtin",
                policy,
                "--reviews",
                folder.path,
                "-n",
                "payments-us",
                "--fail-on",
                "newly-denied"
            )
            #expect(run.status == 2)
            #expect(
                run.output.hasPrefix("1 request compared: builtin (old), \(policy) (new)\n\nnewly denied: 1\n  payments-us: 1\n"),
                "\(run.output)"
            )
            let path = folder.path
            for line in [
                "podscore: \(path)/broken.json:1:6: ",
                "podscore: \(path)/other.yaml:1:1: neither an AdmissionReview nor a manifest: kind is missing",
                "podscore: \(path)/review.yaml: invalid AdmissionReview: ", "podscore: \(path)/notes.txt: skipped: ",
                "podscore: \(path)/several.yaml:1:1: skipped: policies do not apply to kind Service",
            ] {
                #expect(run.errors.contains(line), "\(line) in \(run.errors)")
            }
        }

        @Test(arguments: [("enforce", "newlyDenied", 1), ("warn", "newlyWarned", 0), ("audit", nil, 0)] as [(String, String?, Int32)])
        func `The mode limits both sides of a diff`(mode: String, change: String?, status: Int32) throws {
            let folder = try ScratchFolder()
            // No policy has a warn level, so every warning comes from the mode.
            let before = "match: {namespaces: [\"payments-*\"]}\n  audit: {minimumScore: 2}\n"
            let old = try folder.write(Self.policy.split(separator: "  match:")[0] + "  " + before, to: "old")
            let new = try folder.write(Self.policy, to: "new")
            let pod = try folder.write(Self.exporter, to: "pod.yaml")
            let options = ["-n", "payments-us", "--fail-on", "newly-denied", "--format", "json", "--mode", mode]
            let run = try Run(Run.podscore, ["policy", "diff", old, new, "--reviews", pod] + options)
            #expect(run.status == status, "\(run.errors)")
            for name in ["newlyDenied", "newlyWarned", "newlyAllowed", "noLongerWarned"] {
                let count = name == change ? 1 : 0
                #expect(run.output.contains("\"\(name)\": {\n    \"count\": \(count),"), "\(run.output)")
            }
        }

        @Test func `A check counts policies and waivers, or reports all errors at once`() throws {
            let folder = try ScratchFolder()
            let good = try folder.write(Self.policy, to: "good.yaml")
            let run = try Run.podscore("policy", "check", good, "--today", "2026-11-25")
            #expect(run.status == 0 && run.output == "1 policy, 1 waiver in 1 file: no errors\n", "\(run.output)\(run.errors)")
            let ended = try Run.podscore("policy", "check", good, "--today", "2027-04-01")
            #expect(ended.status == 0 && ended.output.hasSuffix("1 policy, 1 waiver in 1 file: no errors, 1 warning\n"), "\(ended.output)")
            let second = try folder.write(Self.policy.replacing("RunAsNonRoot", with: "RunAsNonRoo"), to: "second.yaml")
            let broken = try Run.podscore("policy", "check", good, second, "--today", "2026-11-25")
            #expect(broken.status == 1 && broken.output.contains("\(second):6:"), "\(broken.output)")
            #expect(broken.output.contains("did you mean RunAsNonRoot?") && broken.output.hasSuffix("errors\n"), "\(broken.output)")
            let missing = try Run.podscore("policy", "check", good, folder.file("missing"))
            #expect(missing.status == 2 && missing.errors.hasSuffix("missing: No such file or directory\n"), "\(missing.errors)")
        }

        @Test func `The printed schema is that of the documentation`() throws {
            let run = try Run.podscore("policy", "schema")
            #expect(run.status == 0 && run.errors.isEmpty)
            let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "docs/policy.schema.json")
            #expect(try run.output == String(contentsOf: file, encoding: .utf8), "run make docs")
        }

        @Test func `An explanation shows which policy applies and what it requires, and decides rule by rule`() throws {
            let folder = try ScratchFolder()
            let policy = try folder.write(Self.policy, to: "policy.yaml")
            let pod = try folder.write(Self.exporter, to: "pod.yaml")
            let options = ["--policy", policy, "--today", "2027-02-01", "--namespace"]
            let run = try Run(Run.podscore, ["policy", "explain", pod] + options + ["payments-eu", "--user", "bob"])
            #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
            for text in [
                "Namespace payments-eu on 2027-02-01\n", "  payments  applies: payments-* is the most specific match\n",
                "  enforce    minimum score 2; minimum score 7 from 2027-03-01; requires\n             RunAsNonRoot; forbids HostPID\n",
                "  exempt     users ann\n  bob is not exempt\n",
                "  exporter: expires 2027-03-31, 58 days left; owner: observability; reason:\n      reads host counters\n",
                "      waives HostPID for Pods exporter, images quay.io/exporter:*\n", "HostPID", "waived by exporter", "[enforce]",
            ] {
                #expect(run.output.contains(text), "\(text) in \(run.output)")
            }
            #expect(!run.output.contains("\u{1B}"))
            let exempt = try Run(Run.podscore, ["policy", "explain"] + options + ["payments-eu", "--user", "ann"])
            #expect(exempt.output.contains("  ann is exempt (user ann)\n"), "\(exempt.output)")
            let other = try Run(Run.podscore, ["policy", "explain", "--format", "json"] + options + ["web"])
            #expect(
                other.output.contains(#""builtIn": true"#) && other.output.contains(#""why": "does not apply: matches only payments-*""#),
                "\(other.output)"
            )
        }
    }
}
