import Foundation
import TestSupport
import Testing

extension Processes {
    /// The commands as a new user types them.
    @Suite struct CommandLineTests {
        private static let rootPod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web}
            spec:
              containers: [{name: web, image: nginx}]

            """
        private static let privilegedPod = rootPod.replacing("image: nginx", with: "image: nginx, securityContext: {privileged: true}")

        @Test(arguments: [
            [], ["serve"], ["review"], ["scan"], ["http"], ["rules"], ["completions"], ["version"], ["policy"],
            ["policy", "check"], ["policy", "explain"], ["policy", "diff"], ["policy", "schema"],
        ])
        func `Each command has help`(command: [String]) throws {
            for run in [try Run(Run.podscore, command + ["--help"]), try Run(Run.podscore, ["help"] + command)] {
                #expect(run.status == 0 && run.errors.isEmpty)
                #expect(run.output.contains("USAGE: podscore") && run.output.contains("OVERVIEW: "))
            }
        }

        @Test(arguments: [
            ["--nonsense"], ["nonsense"], ["serve", "--nonsense"], ["serve"], ["review"], ["scan"], ["scan", "--format", "xml", "a"],
            ["scan", "--ruleset", "kubesec/v9", "a"], ["rules", "--nonsense"], ["version", "--nonsense"],
            ["policy", "check"], ["policy", "explain"], ["policy", "diff", "builtin", "builtin"], ["policy", "nonsense"],
            ["policy", "schema", "a"], ["policy", "check", "a", "--today", "31.3.2027"],
            ["serve", "--tls-cert", "a", "--tls-key", "b", "--record-max-files", "0"],
            ["serve", "--tls-cert", "a", "--tls-key", "b", "--port", "70000"],
            ["serve", "--tls-cert", "a", "--tls-key", "b", "--mode", "off"],
            ["serve", "--tls-cert", "a", "--tls-key", "b", "--client-name", "kube-apiserver"],
            ["serve", "--tls-cert", "a", "--tls-key", "b", "--client-ca", "c", "--client-name", ""],
        ])
        func `Invalid arguments exit with 2 and print the usage`(arguments: [String]) throws {
            let run = try Run(Run.podscore, arguments)
            #expect(run.status == 2 && run.output.isEmpty)
            #expect(run.errors.contains("Error: ") && run.errors.contains("podscore"))
        }

        @Test(arguments: [["version"], ["rules"], ["rules", "HostPID"], ["policy", "schema"], ["scan", "-"]])
        func `A result that cannot be written is an error`(arguments: [String]) throws {
            let folder = try ScratchFolder()
            let process = try ChildProcess(
                Run.podscore,
                arguments,
                input: folder.write(Self.rootPod, to: "input"),
                output: .file("/dev/full"),
                errors: .file(folder.file("errors"))
            )
            #expect(process.waitForEnd() == 2)
            #expect(
                try String(contentsOfFile: folder.file("errors"), encoding: .utf8)
                    == "podscore: cannot write the result to standard output\n"
            )
        }

        @Test(arguments: [
            ["scan", "/no/such.yaml"], ["review", "/no/such.yaml"], ["scan", "--policy", "/no/such.yaml", "/dev/null"],
            ["review", "--policy", "/no/such.yaml", "/dev/null"], ["serve", "--tls-cert", "/no/such.yaml", "--tls-key", "/no/such.yaml"],
        ])
        func `A missing file exits with 2 and is named`(arguments: [String]) throws {
            let run = try Run(Run.podscore, arguments)
            #expect(run.status == 2)
            #expect(
                run.errors.contains("podscore: cannot read ") && run.errors.hasSuffix("/no/such.yaml: No such file or directory\n"),
                "\(run.errors)"
            )
        }

        @Test func `An invalid policy exits with 2 and reports all errors, each with file, line and column`() throws {
            let folder = try ScratchFolder()
            let text = """
                apiVersion: podscore.dev/v1alpha1
                kind: ScorePolicy
                metadata: {name: a}
                spec:
                  match: {namespaces: [a]}
                  enforce: {minimumScor: 9, require: [RunAsNonRoo]}

                """
            let policy = try folder.write(text, to: "policy.yaml")
            let pod = try folder.write(Self.rootPod, to: "pod.yaml")
            let certificates = try ScratchFolder.certificates.get()
            let tls = [
                "--tls-cert", certificates.file("tls.crt"), "--tls-key", certificates.file("tls.key"), "--port", "0", "--ops-port", "0",
            ]
            for command in [["scan", pod], ["review", pod], ["serve"] + tls] {
                let run = try Run(Run.podscore, command + ["--policy", policy])
                let lines = run.errors.split(separator: "\n")
                #expect(run.status == 2 && run.output.isEmpty && lines.count == 2, "\(run.errors)")
                #expect(
                    lines.first?.hasPrefix("\(policy):6:13: ") ?? false && lines.first?.contains("minimumScore?") ?? false,
                    "\(run.errors)"
                )
                #expect(
                    lines.last?.hasPrefix("\(policy):6:39: ") ?? false && lines.last?.contains("RunAsNonRoot?") ?? false,
                    "\(run.errors)"
                )
            }
        }

        @Test func `review writes one line for each answer, in the order of the files, and the worst one decides its status`() throws {
            let reviews = Acceptance.folder.appending(path: "reviews")
            let files = ["pod-delete.json", "pod-create-v1beta1.json", "pod-create-insecure-defaults.json"].map {
                reviews.appending(path: $0).path
            }
            let run = try Run(Run.podscore, ["review", "--format", "json", "--policy", Acceptance.policyPath("enforcing")] + files)
            #expect(run.status == 1 && run.errors.isEmpty && run.lines.count == 3)
            for (file, line) in zip(files, run.lines) {
                let asked = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: file))) as? [String: Any]
                let answered = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                let uids = [(asked, "request"), (answered, "response")].map { ($0?[$1] as? [String: Any])?["uid"] as? String }
                #expect(uids[0] != nil && uids[0] == uids[1])
                #expect(asked?["apiVersion"] as? String == answered?["apiVersion"] as? String)
            }
            let allowed = try Run(Run.podscore, ["review", "--policy", Acceptance.policyPath("warning")] + files)
            #expect(allowed.status == 0)
        }

        @Test func `review reads standard input, and continues after a file that is not a review`() throws {
            let review = String(decoding: try Acceptance.review("pod-create-insecure-defaults.json"), as: UTF8.self)
            let run = try Run.podscore("review", "--format", "json", "/dev/null", "-", input: review)
            #expect(run.status == 2 && run.lines.count == 1)
            #expect(run.errors.hasPrefix("podscore: /dev/null contains no AdmissionReview: "))
            #expect(try Run.podscore("review", "-", input: review).status == 0)
        }

        @Test(
            arguments: [
                (rootPod, [], 0), (privilegedPod, [], 1), (rootPod + "---\n" + privilegedPod, [], 1),
                (rootPod, ["--ruleset", "kubesec/v2"], 2),
                (rootPod, ["--policy", Acceptance.policyPath("enforcing")], 1),
                (rootPod, ["--policy", Acceptance.policyPath("warning")], 0),
                (privilegedPod, ["--policy", Acceptance.policyPath("warning")], 0),
                ("kind: ConfigMap\napiVersion: v1\n", [], 0), ("kind: Pod\nspec: 7\n", [], 2), ("kind: [\n", [], 2), ("", [], 2),
                (privilegedPod + "---\nkind: [\n", [], 2),
            ] as [(String, [String], Int32)]
        )
        func `The exit status of scan says whether the manifests passed`(text: String, options: [String], status: Int32) throws {
            let run = try Run(Run.podscore, ["scan", "-"] + options, input: text)
            #expect(run.status == status, "\(run.output)\(run.errors)")
            // Standard error also says that nothing was scored.
            let hasNote = status == 2 && !options.contains("kubesec/v2") || text.contains("ConfigMap")
            #expect(run.errors.isEmpty != hasNote, "\(run.errors)")
        }

        @Test func `Each hardening step has the same score in YAML, in JSON and at admission`() throws {
            let folder = try ScratchFolder()
            var files: [String] = []
            for (number, step) in HardeningStep.all.enumerated() {
                files.append(try folder.write(step.manifest.json, to: "\(number).json"))
                files.append(try folder.write(step.manifest.yaml(), to: "\(number).yaml"))
            }
            let scan = try Run(Run.podscore, ["scan", "--format", "json"] + files)
            let scanned = try JSONDecoder().decode([HardeningStep.Scanned].self, from: Data(scan.output.utf8))
            #expect(scan.status == 0 && scanned.map(\.score) == [0, 0, 4, 4, 7, 7, 9, 9, 12, 12])
            let recordings = HardeningStep.all.map { Acceptance.folder.appending(path: "reviews/\($0.recording)").path }
            let review = try Run(
                Run.podscore,
                ["review", "--format", "json", "--policy", Acceptance.policyPath("audit-only")] + recordings
            )
            #expect(review.lines.map { $0.firstMatch(of: /"score":"(-?\d+)"/)?.1 } == ["0", "4", "7", "9", "12"])
        }

        @Test func `rules lists every rule and explains one, and version prints the version`() throws {
            #expect(try Run.podscore("rules").lines.count >= 30)
            #expect(try Run.podscore("rules", "RunAsNonRoot").output.contains("runAsNonRoot"))
            let unknown = try Run.podscore("rules", "RunAsNonRot")
            #expect(unknown.status == 2 && unknown.errors.contains("did you mean RunAsNonRoot?"))
            #expect(try Run.podscore("rules", "--format", "json").output.hasPrefix("[\n  {\n    \"id\": \"WindowsHostProcess\",\n"))
            #expect(try Run.podscore("rules", "RunAsNonRoot", "--format", "json").output.hasPrefix("{\n  \"id\": \"RunAsNonRoot\",\n"))
            #expect(try Run.podscore("rules", "--format", "yaml").output.hasPrefix("- id: WindowsHostProcess\n"))
            #expect(try Run.podscore("rules", "RunAsNonRoot", "--format", "yaml").output.hasPrefix("id: RunAsNonRoot\n"))
            #expect(try Run.podscore("version").status == 0)
            #expect(try Run.podscore("--version").status == 0)
        }
    }
}
