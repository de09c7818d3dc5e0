import Foundation
import TestSupport
import Testing

extension Processes {
    /// The commands in docs/pipelines.md, and those of the hooks for pre-commit.
    @Suite struct PipelineTests {
        private static let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n"

        /// The calls of podscore, without the syntax of the pipeline around them.
        private static let commands: [String] = {
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            let text = { (name: String) -> String in (try? String(contentsOf: root.appending(path: name), encoding: .utf8)) ?? "" }
            let blocks = text("docs/pipelines.md").components(separatedBy: "```")
            let lines = blocks.enumerated().filter { !$0.offset.isMultiple(of: 2) }.flatMap { $0.element.split(separator: "\n") }
            return (lines + text(".pre-commit-hooks.yaml").split(separator: "\n")).compactMap { line in
                let pattern = #/^\s*(- |run: |entry: |.*\| )?((?:kubectl )?podscore (?:scan|rules|http) .*)$/#
                guard let match = line.firstMatch(of: pattern) else { return nil }
                // pre-commit adds the files of the commit after the entry.
                return String(match.2) + (match.1 == "entry: " ? " manifests/pod.yaml" : "")
            }
        }()

        /// Runs a command of the page in a folder with its files, with the plugin for kubectl installed.
        private func run(_ command: String) throws -> Run {
            let folder = try ScratchFolder()
            for name in ["bin", "manifests", "platform", "policies"] {
                try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: false)
            }
            for name in ["podscore", "kubectl-podscore"] {
                try FileManager.default.createSymbolicLink(atPath: folder.file("bin/\(name)"), withDestinationPath: Run.podscore)
            }
            for name in ["pod.yaml", "manifests/pod.yaml"] { _ = try folder.write(Self.pod, to: name) }
            _ = try folder.write("minimumScore: 9\n", to: "platform/podscore.yaml")
            let policy = URL(filePath: Acceptance.policyPath("enforcing"))
            try FileManager.default.copyItem(at: policy, to: URL(filePath: folder.file("policies/policy.yaml")))
            let baseline = try Run.podscore("scan", "--write-baseline", folder.file("podscore-baseline.json"), folder.file("manifests"))
            #expect(baseline.status == 0, "\(baseline.errors)")
            return try Run("/bin/sh", ["-c", "cd '\(folder.path)' && PATH=\"$PWD/bin:$PATH\" && \(command)"], input: Self.pod)
        }

        @Test func `The page has a command for each feature`() {
            for part in ["--format sarif", "--format github", "--format junit", "--policy policies", "--write-baseline", "--format table"] {
                #expect(Self.commands.contains { $0.contains(part) }, "\(part)")
            }
        }

        @Test(arguments: commands.filter { !$0.hasPrefix("kubectl") })
        func `Each command of the page passes or fails, without an error`(command: String) throws {
            let run = try run(command)
            #expect(run.status == 0 || run.status == 1, "\(run.errors)")
        }

        @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/kubectl"), "kubectl is not here"))
        func `kubectl runs podscore as a plugin`() throws {
            let run = try run("/usr/bin/kubectl podscore scan --minimum-score 20 --format json pod.yaml")
            #expect(run.status == 1)
            #expect(run.output.contains(#""object": "Pod/a.default""#), "\(run.errors)")
        }
    }
}
