import Foundation
import Platform
import TestSupport
import Testing

extension Processes {
    /// File names that would add lines to the program's output; a pull request can bring them into a pipeline.
    @Suite struct HostileFileNamesTests {
        /// A line that GitHub's runner would execute as a command, wherever it is printed.
        private static let command = "\n::error::evil\n"

        private static func isPlain(_ text: String) -> Bool {
            text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\u{85}" && $0 != "\u{202E}" || $0 == "\n" }
                && !text.contains("\n::error::evil") && !text.hasPrefix("::error::evil")
        }

        private static func expectPlain(_ run: Run, _ note: String) {
            #expect(isPlain(run.output) && isPlain(run.errors), "\(note): \(run.output)\(run.errors)")
            #expect((run.output + run.errors).contains("u{A}::error::evil") || (run.output + run.errors).contains("%0A"), "\(note)")
        }

        private static func folder() throws -> ScratchFolder {
            let folder = try ScratchFolder()
            let names = ["good\(command).yaml", "bad\(command).yaml", "\u{1B}[2J\u{85}\u{202E}bad.yaml"]
            _ = try folder.write("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {hostPID: true}\n", to: names[0])
            for name in names.dropFirst() { _ = try folder.write("kind: [\n", to: name) }
            return folder
        }

        @Test(arguments: ["table", "yaml", "sarif", "junit", "github", "html"])
        func `Neither a report nor the messages beside it contain a line from a file name`(format: String) throws {
            let folder = try Self.folder()
            let run = try Run.podscore("scan", "--format", format, folder.path)
            #expect(run.status == 2)
            #expect(Self.isPlain(run.output) && Self.isPlain(run.errors), "\(run.output)\(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 2, "\(run.errors)")
        }

        @Test func `JSON has the exact name, escaped`() throws {
            let folder = try Self.folder()
            let run = try Run.podscore("scan", "--format", "json", folder.path)
            #expect(Self.isPlain(run.output))
            let elements = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]
            #expect(elements?.last?["fileName"] as? String == folder.file("good\(Self.command).yaml"))
        }

        @Test func `Every other command keeps a file name on one line`() throws {
            let folder = try Self.folder()
            let (good, bad) = (folder.file("good\(Self.command).yaml"), folder.file("bad\(Self.command).yaml"))
            let missing = folder.file("missing\(Self.command)")
            Self.expectPlain(try .podscore("policy", "check", folder.path), "check")
            Self.expectPlain(try .podscore("policy", "explain", "-n", "a", good, bad), "explain")
            Self.expectPlain(try .podscore("policy", "explain", "-n", "a\(Self.command)"), "explain a namespace")
            Self.expectPlain(try .podscore("policy", "diff", "builtin", "builtin", "--reviews", folder.path), "diff")
            Self.expectPlain(try .podscore("review", good), "review")
            Self.expectPlain(try .podscore("review", "--format", "html", good), "review as a page")
            Self.expectPlain(try .podscore("review", missing), "review of nothing")
            Self.expectPlain(try .podscore("scan", missing), "scan of nothing")
            Self.expectPlain(try .podscore("scan", "--policy", missing, good), "policy that is missing")
            Self.expectPlain(try .podscore("scan", "--baseline", bad, good), "baseline")
            Self.expectPlain(try .podscore("scan", "--output", folder.file("none/x\(Self.command)"), good), "output")
            Self.expectPlain(try .podscore("fix", good), "fix")
            Self.expectPlain(try .podscore("fix", bad), "fix of an invalid file")
            Self.expectPlain(try .podscore("fix", missing), "fix of nothing")
            Self.expectPlain(try .podscore("audit", bad), "audit")
            Self.expectPlain(try .podscore("audit", missing), "audit of nothing")
            Self.expectPlain(try .podscore("doctor", bad), "doctor")
            Self.expectPlain(try .podscore("doctor", missing), "doctor of nothing")
            Self.expectPlain(try .podscore("rules", "x\(Self.command)"), "rule")
            Self.expectPlain(try .podscore("scan", "--rules", "x\(Self.command)", good), "rules")
            Self.expectPlain(try .podscore("serve", "--tls-cert", missing, "--tls-key", missing), "serve")
            Self.expectPlain(try .podscore("scan", "--nonsense\(Self.command)", good), "option")
        }

        /// Whether no line of the run begins with a command for a runner, and none contains one in the older notation.
        private static func hasNoCommand(_ run: Run) -> Bool {
            (run.output + run.errors).split(separator: "\n").allSatisfy { line in
                !line.drop { $0.isWhitespace }.hasPrefix("::") && !line.contains("##[") && !line.contains("##vso[")
            }
        }

        @Test(arguments: [
            ["scan", "--format", "table"], ["scan", "--format", "table", "--summary"], ["scan", "--format", "junit"], ["fix"],
            ["audit", "--format", "table"],
        ])
        func `A file name that looks like a command is not one in the output`(arguments: [String]) throws {
            let folder = try ScratchFolder()
            let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: '::error::n'}\nspec: {hostPID: true}\n"
            let names = ["::error::good.yaml", " ::error::good.yaml", "##[error]good.yaml", "##vso[task.complete]good.yaml"]
            for name in names { _ = try folder.write(pod, to: name) }
            for name in ["::error::bad.yaml", "##[error]bad.yaml"] { _ = try folder.write("kind: [\n", to: name) }
            let files = names + ["::error::bad.yaml", "##[error]bad.yaml", "::error::missing.yaml"]
            let script = "cd \"$1\" && shift && exec \"$@\""
            let run = try Run("/bin/bash", ["-c", script, "bash", folder.path, Run.podscore] + arguments + files)
            #expect(Self.hasNoCommand(run), "\(arguments)")
        }

        @Test func `A file name that is neither UTF-8 nor on one line is on one line of the report`() throws {
            let folder = try ScratchFolder()
            let made = try Run("/bin/bash", ["-c", "printf 'kind: [\\n' > \"$1\"/$'a\\xff\\n.yaml'", "bash", folder.path])
            #expect(made.status == 0)
            let run = try Run.podscore("scan", "--format", "table", folder.path)
            #expect(run.status == 2)
            #expect(run.errors.hasPrefix("\(folder.path)/a\\xFF\\u{A}.yaml:2:1: ") && run.lines.count == 1, "\(run.errors)")
        }
    }
}
