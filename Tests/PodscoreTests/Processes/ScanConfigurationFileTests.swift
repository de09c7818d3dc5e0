import Foundation
import TestSupport
import Testing

extension Processes {
    /// `.podscore.yaml`: where it is found, and what the command line overrides.
    @Suite struct ScanConfigurationFileTests {
        private static let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: nginx}]}\n"

        /// A repository with a manifest in a directory below its root.
        private let folder: ScratchFolder
        private let root: String

        init() throws {
            folder = try ScratchFolder()
            root = folder.file("repo")
            for directory in ["repo/.git", "repo/deploy/web", "repo/policies"] {
                try FileManager.default.createDirectory(atPath: folder.file(directory), withIntermediateDirectories: true)
            }
            _ = try folder.write(Self.pod, to: "repo/deploy/web/pod.yaml")
        }

        private func scan(in directory: String, _ arguments: String...) throws -> Run {
            try Run("/usr/bin/env", ["-C", folder.file(directory), Run.podscore, "scan"] + arguments)
        }

        @Test func `The nearest file up to the root of the repository counts, and is named`() throws {
            #expect(try scan(in: "repo/deploy/web", "pod.yaml").status == 0)
            _ = try folder.write("minimumScore: 5\n", to: "repo/.podscore.yaml")
            let run = try scan(in: "repo/deploy/web", "pod.yaml")
            #expect(run.status == 1 && run.errors == "podscore: options from \(root)/.podscore.yaml\n", "\(run.errors)")
            _ = try folder.write("minimumScore: 0\n", to: "repo/deploy/.podscore.yaml")
            #expect(try scan(in: "repo/deploy/web", "pod.yaml").status == 0)
            #expect(try scan(in: "repo", "deploy").errors == "podscore: options from .podscore.yaml\n")
            #expect(try scan(in: "repo/deploy/web", "--no-config", "pod.yaml").errors.isEmpty)
        }

        @Test func `A file above the repository, or above a directory outside of one, does not count`() throws {
            _ = try folder.write("minimumScore: 5\n", to: ".podscore.yaml")
            #expect(try scan(in: "repo/deploy/web", "pod.yaml").status == 0)
            try FileManager.default.removeItem(atPath: folder.file("repo/.git"))
            #expect(try scan(in: "repo/deploy/web", "pod.yaml").errors.isEmpty)
            #expect(try scan(in: ".", "repo/deploy").status == 1)
        }

        @Test func `The command line overrides single options, and a policy all demands`() throws {
            _ = try folder.write("minimumScore: 5\nrequire: [RunAsNonRoot]\nformat: table\n", to: "repo/.podscore.yaml")
            let lower = try scan(in: "repo", "--minimum-score", "0", "deploy")
            #expect(lower.status == 1 && lower.output.contains("required: RunAsNonRoot"))
            #expect(lower.errors == "podscore: options from .podscore.yaml; overridden: --minimum-score\n")
            _ = try folder.write(
                """
                apiVersion: podscore.dev/v1alpha1
                kind: ScorePolicy
                metadata: {name: a}
                spec: {match: {namespaces: [default]}, warn: {minimumScore: 1}}

                """,
                to: "repo/policies/a.yaml"
            )
            let policy = try scan(in: "repo", "--policy", "policies", "deploy")
            #expect(policy.status == 0 && policy.errors.hasSuffix("overridden: --minimum-score, --require\n"), "\(policy.errors)")
            _ = try folder.write("policy: policies\n", to: "repo/.podscore.yaml")
            let below = try scan(in: "repo/deploy", "--format", "table", "web")
            #expect(below.output.contains("allowed with warnings by policy a"), "\(below.output)\(below.errors)")
        }

        @Test func `--show-config prints each option with its origin`() throws {
            _ = try folder.write("minimumScore: 5\nexclude: [charts]\n", to: "repo/.podscore.yaml")
            let run = try scan(in: "repo", "--show-config", "--format", "json", "--exclude", "x")
            #expect(
                run.output == """
                    namespace: "default"  # default
                    ruleset: "podscore/v1"  # default
                    minimumScore: 5  # .podscore.yaml:1
                    exclude: ["x"]  # command line
                    format: "json"  # command line
                    strict: false  # default
                    allowEmpty: false  # default

                    """
            )
            #expect(run.status == 0)
        }

        @Test func `A file with a mistake or without a way to read it stops the scan`() throws {
            _ = try folder.write("minimumscore: 5\n", to: "repo/.podscore.yaml")
            let run = try scan(in: "repo", "deploy")
            #expect(run.status == 2 && run.output.isEmpty)
            #expect(run.errors == ".podscore.yaml:1:1: unknown field \"minimumscore\"; did you mean minimumScore?\n", "\(run.errors)")
            #expect(try scan(in: "repo", "--config", "none.yaml", "deploy").status == 2)
            #expect(try scan(in: "repo", "--config", "policies", "deploy").status == 2)
            #expect(try scan(in: "repo", "--config", "a", "--no-config", "deploy").status == 2)
        }
    }
}
