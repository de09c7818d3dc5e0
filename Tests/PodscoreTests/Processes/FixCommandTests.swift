import Foundation
import TestSupport
import Testing

extension Processes {
    /// `podscore fix` as a process.
    @Suite struct FixCommandTests {
        private static let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web}
            spec:
              containers:
              - name: web  # the server
                image: nginx

            """
        private let folder: ScratchFolder

        init() throws {
            folder = try ScratchFolder()
        }

        private func text(_ name: String) throws -> String {
            try String(contentsOfFile: folder.file(name), encoding: .utf8)
        }

        @Test func `A diff is printed that patch applies, and the file stays`() throws {
            let file = try folder.write(Self.pod, to: "pod.yaml")
            let run = try Run.podscore("fix", file)
            #expect(run.status == 0)
            #expect(run.output.contains("# Pod/web.default: score 6 of 21 (was 0)\n"))
            #expect(run.output.contains("\n--- \(file)\n+++ \(file)\n@@ -5,3 +5,12 @@\n"))
            #expect(try text("pod.yaml") == Self.pod)
            let diff = try folder.write(run.output, to: "fixes.diff")
            let patched = try Run("/usr/bin/env", ["patch", "-p0", "--output", folder.file("new.yaml"), file, diff])
            guard patched.status != 127 else { return }
            #expect(patched.status == 0)
            #expect(try Run.podscore("fix", "--write", file).status == 0)
            #expect(try text("pod.yaml") == text("new.yaml"))
        }

        @Test func `A folder is written, and a second run finds nothing`() throws {
            _ = try folder.write(Self.pod, to: "a.yaml")
            _ = try folder.write(Self.pod.replacing("Pod", with: "Service"), to: "b.yaml")
            let first = try Run.podscore("fix", "--write", folder.path)
            #expect(first.status == 0 && first.errors == "podscore: wrote 1 file\n")
            #expect(!first.output.contains("---"))
            let second = try Run.podscore("fix", "--write", folder.path)
            #expect(second.status == 0 && second.errors.isEmpty && second.output.isEmpty)
        }

        @Test func `Standard input becomes standard output`() throws {
            let run = try Run.podscore("fix", "--class", "manifest", "-", input: Self.pod)
            #expect(run.status == 0)
            #expect(
                run.output == Self.pod + """
                        securityContext:
                          allowPrivilegeEscalation: false
                      securityContext:
                        seccompProfile:
                          type: RuntimeDefault

                    """
            )
            #expect(run.errors.contains("manifest: SeccompAny +1: Pod: set securityContext.seccompProfile.type: RuntimeDefault"))
        }

        @Test(arguments: [
            (["--minimum-score", "4"], 0), (["--minimum-score", "9"], 1), (["--class", "image", "--require", "RunAsNonRoot"], 0),
            (["--require", "RunAsNonRoot"], 1), (["--standard", "baseline@v1.31"], 0), (["--class", "value"], 1),
        ])
        func `The status says whether the demands are reached`(options: [String], status: Int) throws {
            let run = try Run(Run.podscore, ["fix"] + options + [folder.write(Self.pod, to: "pod.yaml")])
            #expect(Int(run.status) == status, "\(run.output)")
            #expect(run.output.contains("#   not reached: ") == (status == 1))
        }

        @Test(arguments: [
            (["-", "pod.yaml"], "- cannot be combined"), (["--write", "-"], "--write needs files"),
            (["--class", "x", "-"], "unknown class"), (["--today", "2026-01-01", "-"], "need --policy"),
            (["--policy", "p", "--minimum-score", "1", "-"], "--policy cannot be combined"),
        ])
        func `Options that contradict each other are refused`(options: [String], message: String) throws {
            let run = try Run(Run.podscore, ["fix"] + options, input: Self.pod)
            #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
        }

        @Test func `An invalid file stays, and the others are written`() throws {
            _ = try folder.write(Self.pod, to: "a.yaml")
            _ = try folder.write(Self.pod + "---\nkind: [\n", to: "b.yaml")
            let run = try Run.podscore("fix", "--write", folder.path)
            #expect(run.status == 2 && run.errors.contains("b.yaml is invalid and stays as it is"))
            #expect(try text("a.yaml") != Self.pod)
            #expect(try text("b.yaml") == Self.pod + "---\nkind: [\n")
        }

        @Test func `A link to a file is kept, and the file is fixed once`() throws {
            let file = try folder.write(Self.pod, to: "pod.yaml")
            try FileManager.default.createSymbolicLink(atPath: folder.file("link.yaml"), withDestinationPath: "pod.yaml")
            let run = try Run.podscore("fix", "--write", folder.path, file)
            #expect(run.status == 0 && run.errors == "podscore: wrote 1 file\n")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link.yaml")) == "pod.yaml")
            #expect(try text("pod.yaml") != Self.pod)
        }

        @Test func `Nothing to score is an error only if something is demanded`() throws {
            let service = Self.pod.replacing("Pod", with: "Service")
            #expect(try Run.podscore("fix", "-", input: service).status == 0)
            #expect(try Run.podscore("fix", "--minimum-score", "1", "-", input: service).status == 2)
        }
    }
}
