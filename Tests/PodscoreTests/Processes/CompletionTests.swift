import Foundation
import TestSupport
import Testing

extension Processes {
    /// The completion scripts for shells.
    @Suite struct CompletionTests {
        /// Returns the completions that bash offers for the last word.
        private func offers(_ words: [String]) throws -> [String] {
            let folder = try ScratchFolder()
            let script = try Run.podscore("completions", "bash")
            let line = words.joined(separator: " ")
            let run = try Run(
                "/bin/bash",
                [
                    "--norc", "-c",
                    """
                    cd "$1" && source ./script && shift
                    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_TYPE=9 COMP_KEY=9
                    COMP_POINT=${#COMP_LINE}
                    "$(complete -p podscore | sed 's/.*-F \\([^ ]*\\).*/\\1/')" podscore "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """, "bash", URL(filePath: try folder.write(script.output, to: "script")).deletingLastPathComponent().path,
                ] + words
            )
            #expect(run.status == 0 && run.errors.isEmpty, "\(line): \(run.errors)")
            return run.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }

        @Test(arguments: [
            (["podscore", "sc"], "scan"), (["podscore", "ht"], "http"), (["podscore", "scan", "--minimum"], "--minimum-score"),
            (["podscore", "scan", "--ruleset", "kube"], "kubesec/v2"), (["podscore", "rules", "RunAsN"], "RunAsNonRoot"),
            (["podscore", "completions", "f"], "fish"), (["podscore", "http", "--max-b"], "--max-body-bytes"),
        ])
        func `bash completes commands, options and values`(words: [String], expected: String) throws {
            #expect(try offers(words).contains(expected))
        }

        @Test(arguments: [("bash", "complete "), ("zsh", "#compdef podscore"), ("fish", "complete -c 'podscore'")])
        func `Each shell has a complete script in its own syntax`(shell: String, phrase: String) throws {
            let run = try Run.podscore("completions", shell)
            #expect(run.status == 0 && run.errors.isEmpty)
            #expect(run.output.contains(phrase) && run.output.contains("minimum-score"))
            #expect(!run.output.contains("command-reference"))
            if shell == "bash" {
                #expect(try Run("/bin/bash", ["-n", "/dev/stdin"], input: run.output).errors.isEmpty)
            }
        }

        @Test func `The error names an unknown shell`() throws {
            let run = try Run.podscore("completions", "tcsh")
            #expect(run.status == 2 && run.output.isEmpty && run.errors.contains("'tcsh'") && run.errors.contains("bash"), "\(run.errors)")
        }
    }
}
