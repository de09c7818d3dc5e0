import Foundation
import TestSupport
import Testing

/// `podscore scan` over files and directories, as a process.
@Suite struct ScanRunTests {
    private static func pod(_ name: String, _ spec: String = "") -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name)}\nspec: {\(spec)}\n"
    }

    private static func folder(_ count: Int, brokenEvery step: Int = .max) throws -> ScratchFolder {
        let folder = try ScratchFolder()
        for number in 0..<count {
            let text = number % step == step - 1 ? "kind: [\n" : pod("p\(number)")
            _ = try folder.write(text, to: "f\(1000 + number).yaml")
        }
        return folder
    }

    private struct Element: Decodable {
        let object: String
        let valid: Bool
        let fileName: String
    }

    @Test(arguments: ["json", "yaml", "sarif", "junit", "github", "table", "html"])
    func `Results are in the order of the files with any number of jobs`(format: String) throws {
        let folder = try Self.folder(300, brokenEvery: 30)
        let one = try Run.podscore("scan", "--format", format, "--jobs", "1", folder.path)
        #expect(one.status == 2 && one.errors.split(separator: "\n").count == 10)
        for jobs in ["2", "8"] {
            let several = try Run.podscore("scan", "--format", format, "--jobs", jobs, folder.path)
            #expect(several.output == one.output && several.errors == one.errors && several.status == one.status)
        }
        if format == "json" {
            let elements = try JSONDecoder().decode([Element].self, from: Data(one.output.utf8))
            #expect(elements.map(\.fileName) == (0..<300).map { "\(folder.path)/f\(1000 + $0).yaml" })
            #expect(elements.filter { !$0.valid }.count == 10)
        }
    }

    @Test(arguments: ["json", "yaml", "sarif", "junit", "github", "table", "html"])
    func `Long files have the same report with any number of jobs`(format: String) throws {
        let folder = try ScratchFolder()
        let documents = (0..<700).map { number in
            switch number % 50 {
            case 7: "# nothing\n"
            case 11: "kind: [\n"
            case 13:
                "apiVersion: v1\nkind: List\nitems:\n"
                    + (0..<3).map { "- {apiVersion: v1, kind: Pod, metadata: {name: i\(number)-\($0)}}\n" }.joined()
            case 17: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
            default: Self.pod("p\(number)", number % 3 == 0 ? "hostPID: true" : "")
            }
        }
        let paths = [
            try folder.write(documents.joined(separator: "---\n"), to: "a"), try folder.write(Self.pod("between"), to: "b"),
            try folder.write(documents.reversed().joined(separator: "--- # next\r\n") + "...\n\n", to: "c"),
            // A list is one document, however long.
            try folder.write(
                "apiVersion: v1\nkind: List\nitems:\n"
                    + (0..<500).map { "- {apiVersion: v1, kind: Pod, metadata: {name: l\($0)}}\n" }.joined() + "---\n" + Self.pod("last"),
                to: "d"
            ),
        ]
        let one = try Run(Run.podscore, ["scan", "--format", format, "--jobs", "1"] + paths)
        // SARIF has more results than code scanning takes.
        #expect(one.status == 2 && one.errors.split(separator: "\n").count == (format == "sarif" ? 29 : 28))
        for jobs in ["2", "3", "16"] {
            let several = try Run(Run.podscore, ["scan", "--format", format, "--jobs", jobs] + paths)
            #expect(several.output == one.output && several.errors == one.errors && several.status == one.status, "\(jobs) jobs")
        }
    }

    @Test func `A report that cannot be written ends the scan of a long file`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write((0..<4000).map { Self.pod("long\($0)") }.joined(separator: "---\n"), to: "long")
        let run = try Run("/bin/sh", ["-c", "\(Run.podscore) scan --format json --jobs 4 \(path) \(path) \(path) >/dev/full"])
        #expect(run.status == 2 && run.errors == "podscore: cannot write the result to standard output\n")
    }

    @Test func `The results of a long file are complete and in order`() throws {
        let folder = try ScratchFolder()
        let long = (0..<3000).map { Self.pod("long\($0)") }.joined(separator: "---\n")
        let paths = try [folder.write(Self.pod("a"), to: "a"), folder.write(long, to: "b"), folder.write(Self.pod("c"), to: "c")]
        let run = try Run(Run.podscore, ["scan", "--format", "json", "--jobs", "3"] + paths)
        let elements = try JSONDecoder().decode([Element].self, from: Data(run.output.utf8))
        #expect(elements.map(\.object) == (["a"] + (0..<3000).map { "long\($0)" } + ["c"]).map { "Pod/\($0).default" })
    }

    @Test func `A report in a file equals the one on standard output`() throws {
        let folder = try Self.folder(3)
        let report = folder.file("report")
        let run = try Run.podscore("scan", "--format", "sarif", "--output", report, folder.path)
        #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
        #expect(try String(contentsOfFile: report, encoding: .utf8) == Run.podscore("scan", "--format", "sarif", folder.path).output)
        let unwritable = try Run.podscore("scan", "--output", "/no/such/report", folder.path)
        #expect(unwritable.status == 2 && unwritable.errors == "podscore: cannot write /no/such/report: No such file or directory\n")
    }

    @Test func `A file that cannot be read is in the report, is an error and hides no other file`() throws {
        let folder = try Self.folder(1)
        let run = try Run.podscore("scan", "--format", "json", folder.file("none"), folder.path)
        #expect(run.status == 2 && run.errors == "podscore: cannot read \(folder.file("none")): No such file or directory\n")
        let elements = try JSONDecoder().decode([Element].self, from: Data(run.output.utf8))
        #expect(elements.map(\.valid) == [false, true])
    }

    @Test func `A file that is not a manifest is invalid if named, and skipped in a directory`() throws {
        let folder = try ScratchFolder()
        let values = try folder.write("replicas: 3\n", to: "values.yaml")
        #expect(try Run.podscore("scan", values).status == 2)
        let run = try Run.podscore("scan", "--format", "table", folder.path)
        #expect(run.status == 0)
        #expect(run.output.contains("not a Kubernetes object: apiVersion and kind are missing"))
        _ = try folder.write("kind: [\n", to: "broken.yaml")
        #expect(try Run.podscore("scan", folder.path).status == 2)
        #expect(try Run.podscore("scan", "--exclude", "broken.yaml", folder.path).status == 0)
    }

    @Test(
        arguments: [
            (["--rules", "HostPID"], 1), (["--rules", "HostIPC,RunAsNonRoot"], 0), (["-r", "HostIPC", "-r", "HostPID"], 1),
            (["--rules", "HostPid"], 2), (["--exit-code", "0"], 0), (["--exit-code", "9"], 9), (["--exit-code", "256"], 2),
            (["--jobs", "0"], 2),
            (["--as-user", "x"], 2), (["--ruleset", "kubesec/v2", "--exit-code", "3"], 3),
            (["--minimum-score", "5", "--exit-code", "4"], 4),
        ] as [([String], Int32)]
    )
    func `Options select the rules and the exit status of a failure`(options: [String], status: Int32) throws {
        let run = try Run(Run.podscore, ["scan"] + options + ["-"], input: Self.pod("a", "hostPID: true"))
        #expect(run.status == status, "\(run.errors)")
        #expect(run.output.isEmpty == (status == 2))
        if options.contains("HostPid") {
            #expect(run.errors == "podscore: podscore/v1 has no rule \"HostPid\"; did you mean HostPID?\n")
        }
    }

    @Test func `A policy exempts the given user and group`() throws {
        let folder = try ScratchFolder()
        let policy = try folder.write(
            """
            apiVersion: podscore.dev/v1alpha1
            kind: ScorePolicy
            metadata: {name: a}
            spec:
              match: {namespaces: ["*"]}
              enforce: {minimumScore: 20}
              exempt: {users: [alice], groups: [ops]}

            """,
            to: "policy.yaml"
        )
        for (options, status) in [([], 1), (["--as-user", "alice"], 0), (["--as-user", "bob"], 1), (["--as-group", "ops"], 0)]
            as [([String], Int32)]
        {
            let run = try Run(Run.podscore, ["scan", "--policy", policy] + options + ["-"], input: Self.pod("a"))
            #expect(run.status == status, "\(options): \(run.output)\(run.errors)")
        }
    }

    @Test func `A waived rule costs no points until the waiver expires, and is reported as waived`() throws {
        let folder = try ScratchFolder()
        let policy = try folder.write(
            """
            apiVersion: podscore.dev/v1alpha1
            kind: ScorePolicy
            metadata: {name: a}
            spec:
              match: {namespaces: [default]}
              enforce: {minimumScore: 0, podSecurityStandard: {level: baseline, version: v1.31}}
            ---
            apiVersion: podscore.dev/v1alpha1
            kind: ScoreWaiver
            metadata: {name: w}
            spec:
              match: {namespaces: [default], pods: [a], serviceAccounts: [s]}
              rules: [HostPID, "baseline/hostNamespaces"]
              expires: 2027-03-31
              owner: o
              reason: r

            """,
            to: "policy.yaml"
        )
        let pod = Self.pod("a", "hostPID: true, serviceAccountName: s")
        let options = ["scan", "--format", "table", "--policy", policy]
        let waived = try Run(Run.podscore, options + ["--today", "2027-01-31", "-"], input: pod)
        #expect(waived.status == 0 && waived.output.contains("scores 3 of 21"), "\(waived.output)\(waived.errors)")
        #expect(waived.output.contains("  waived by w through 2027-03-31: HostPID, baseline/hostNamespaces\n"), "\(waived.output)")
        #expect(waived.output.components(separatedBy: "waived").count == 2, "\(waived.output)")
        let expired = try Run(Run.podscore, options + ["--today", "2027-04-01", "-"], input: pod)
        #expect(expired.status == 1 && expired.output.contains("scores -6 of 21") && !expired.output.contains("waived"))
        let annotations = try Run(
            Run.podscore,
            ["scan", "--format", "github", "--policy", policy, "--today", "2027-01-31", "-"],
            input: pod
        )
        #expect(!annotations.output.contains("HostPID") && !annotations.output.contains("hostNamespaces"))
    }

    @Test func `--absolute-path reports absolute paths`() throws {
        let folder = try Self.folder(1)
        let run = try Run.podscore("scan", "--absolute-path", "--format", "json", folder.path + "/./x/../f1000.yaml")
        #expect(run.output.contains("\"fileName\": \"\(folder.path)/f1000.yaml\""))
    }

    @Test(arguments: [
        "a: &a [1,2,3,4,5,6,7,8,9]\n"
            + (1..<12).map { n in "a\(n): &a\(n) [\(Array(repeating: n == 1 ? "*a" : "*a\(n - 1)", count: 9).joined(separator: ","))]\n" }
            .joined(),
        "a: " + String(repeating: "[", count: 64_000) + "\n", "a: " + String(repeating: "{a: ", count: 64_000) + "\n",
        "\u{FEFF}kind: [\r\n", "a: *b\n",
    ])
    func `A hostile document hides no later document, with any separator`(text: String) throws {
        for separator in ["---\n", "--- # next\r\n", "...\n---\n", "---\r\n", "--- \n"] {
            let run = try Run.podscore("scan", "--format", "json", "-", input: text + separator + Self.pod("a") + separator + Self.pod("b"))
            let elements = try JSONDecoder().decode([Element].self, from: Data(run.output.utf8))
            #expect(run.status == 2 && elements.map(\.valid) == [false, true, true], "\(run.errors.prefix(300))")
        }
    }

    @Test func `Lines of JSON and concatenated JSON are separate documents`() throws {
        let pod = #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"#
        for text in ["\(pod)\n\(pod)\n\(pod)", pod + pod + pod, "[\n" + pod + "\n" + pod, pod + "\n\n  " + pod + "\r\n" + pod] {
            let run = try Run.podscore("scan", "--format", "json", "-", input: text)
            let elements = try JSONDecoder().decode([Element].self, from: Data(run.output.utf8))
            #expect(elements.count == (text.hasPrefix("[") ? 2 : 3), "\(run.output.prefix(400))")
        }
    }
}
