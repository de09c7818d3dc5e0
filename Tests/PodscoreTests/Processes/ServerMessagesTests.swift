import Foundation
import TestSupport
import Testing

extension Processes {
    /// The messages of the servers on standard error.
    @Suite struct ServerMessagesTests {
        /// One line of JSON.
        private struct Message {
            let level: String
            let text: String
            let fields: [String: Any]

            init(_ line: Substring) throws {
                fields = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
                level = try #require(fields["level"] as? String)
                text = try #require(fields["message"] as? String)
                let time = try #require(fields["time"] as? String)
                #expect(time.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil, "\(time)")
                // As in the decision log, so that a reader of both finds the time at one place.
                #expect(line.hasPrefix(#"{"time":""#))
            }
        }

        private func messages(_ text: String) throws -> [Message] {
            try text.split(separator: "\n").map { try Message($0) }
        }

        @Test func `Every message of serve is one line of JSON with its fields, from the start to the end`() throws {
            let server = try ServerProcess(policy: "enforcing", ["--drain-delay", "0", "--log-format", "json", "--log-level", "debug"])
            let port = server.port
            #expect(try server.stop() == 0)
            let messages = try messages(server.messages)
            let serving = try #require(messages.first { $0.text.hasPrefix("serving ") })
            #expect(serving.level == "info")
            #expect(serving.fields["url"] as? String == "https://127.0.0.1:\(port)/validate")
            #expect(serving.fields["mode"] as? String == "enforce")
            #expect(messages.contains { $0.text.hasPrefix("policy ") && ($0.fields["namespaces"] as? [String])?.isEmpty == false })
            #expect(messages.contains { $0.level == "debug" && $0.fields["maxInFlight"] as? Int == 256 })
            #expect(messages.contains { $0.fields["signal"] as? String == "SIGTERM" && $0.fields["drainDelaySeconds"] as? Int == 0 })
            #expect(messages.last?.text == "drained")
        }

        @Test func `A level leaves out the lower ones`() throws {
            let folder = try ScratchFolder()
            let files = ["--tls-cert", folder.file("a.crt"), "--tls-key", folder.file("a.key")]
            let run = try Run(Run.podscore, ["serve", "--log-level", "error"] + files)
            #expect(run.status == 2)
            #expect(run.errors.split(separator: "\n").count == 1 && run.errors.contains("a.crt"), "\(run.errors)")
        }

        @Test(arguments: ["serve", "http"]) func `The reason why a server does not start is JSON too`(command: String) throws {
            let folder = try ScratchFolder()
            let files = ["--tls-cert", folder.file("a\u{1B}.crt"), "--tls-key", folder.file("a.key")]
            let run = try Run(Run.podscore, [command, "--log-format", "json"] + files)
            #expect(run.status == 2 && run.output.isEmpty)
            let last = try #require(try messages(run.errors).last)
            #expect(last.level == "error" && last.text.contains("a\u{1B}.crt"), "\(run.errors)")
            #expect(!run.errors.contains("\u{1B}"))
        }

        @Test func `Each problem of rejected policies is a line of JSON`() throws {
            let folder = try ScratchFolder()
            let text = "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: a}\nspec: {x: 1}\n"
            let files = ["--policy", try folder.write(text, to: "p.yaml"), "--tls-cert", folder.file("a"), "--tls-key", folder.file("b")]
            let run = try Run(Run.podscore, ["serve", "--log-format", "json"] + files)
            #expect(run.status == 2)
            let messages = try messages(run.errors)
            #expect(messages.contains { $0.level == "error" && $0.text.contains("p.yaml:4:8") }, "\(run.errors)")
        }

        @Test func `podscore http writes JSON`() throws {
            let server = try ScanServiceProcess(["--log-format", "json"])
            let first = try #require(try messages(server.firstMessages).last)
            #expect(first.fields["url"] as? String == server.address && first.fields["ruleset"] as? String == "kubesec/v2")
            #expect(try server.stop() == 0)
        }

        @Test(arguments: [["--log-format", "yaml"], ["--log-level", "loud"]])
        func `Unknown formats and levels are rejected`(options: [String]) throws {
            let run = try Run(Run.podscore, ["http", "127.0.0.1:0"] + options)
            #expect(run.status == 2 && run.output.isEmpty)
            #expect(run.errors.contains(options[0]), "\(run.errors)")
        }
    }
}
