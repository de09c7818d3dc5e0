import Foundation
import Glibc
import TestSupport

/// A running `podscore http` on a free port.
///
/// A class because it owns the process.
final class ScanServiceProcess {
    /// The server did not start; its messages say why.
    struct Failure: Error {
        let errors: String
    }

    /// The address for manifests, as the server reports it.
    let address: String
    /// The messages up to that report.
    let firstMessages: String
    private let process: ChildProcess
    private let folder: ScratchFolder
    private let errors: FileHandle
    /// The messages that no test has waited for yet.
    private var said = ""

    /// The host and port of the address.
    var authority: String { address.split(separator: "/")[1].description }

    /// Starts the server and waits until it reports its address.
    init(_ options: [String] = []) throws {
        folder = try ScratchFolder()
        let pipe = Pipe()
        errors = pipe.fileHandleForReading
        process = try ChildProcess(
            Run.podscore,
            ["http", "127.0.0.1:0"] + options,
            output: .file(folder.file("output")),
            errors: .descriptor(pipe.fileHandleForWriting.fileDescriptor)
        )
        try pipe.fileHandleForWriting.close()
        var start = ""
        while true {
            let part = errors.availableData
            guard !part.isEmpty else { throw Failure(errors: start) }
            start += String(decoding: part, as: UTF8.self)
            guard let match = start.firstMatch(of: #/https?://127\.0\.0\.1:\d+/scan/#) else { continue }
            address = String(match.0)
            firstMessages = start
            return
        }
    }

    /// Waits for a message and returns that line; skips earlier lines.
    ///
    /// Waits at most 20 seconds.
    func waitForWords(_ words: String) throws -> String {
        while true {
            while let end = said.firstIndex(of: "\n") {
                let line = String(said[..<end])
                said.removeSubrange(...end)
                if line.contains(words) { return line }
            }
            var readiness = pollfd(fd: errors.fileDescriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&readiness, 1, 20_000) == 1 else { throw Failure(errors: "nothing with \"\(words)\"") }
            let part = errors.availableData
            guard !part.isEmpty else { throw Failure(errors: said) }
            said += String(decoding: part, as: UTF8.self)
        }
    }

    /// The answer to a file that `curl` posts as in kubesec's README.
    func post(
        file path: String,
        query: String = "",
        _ options: [String] = [],
        to target: String? = nil
    ) throws -> (status: Int, type: String, body: String) {
        let run = try Run(
            "/usr/bin/env",
            ["curl", "-sSX", "POST", "--data-binary", "@" + path, (target ?? address) + query, "--max-time", "60"]
                + ["--write-out", "\n%{http_code} %{content_type}"] + options
        )
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
        let facts = lines.last?.split(separator: " ", maxSplits: 1) ?? []
        guard let code = facts.first, let status = Int(code) else { throw Failure(errors: run.errors) }
        return (status, facts.count > 1 ? String(facts[1]) : "", lines.dropLast().joined(separator: "\n"))
    }

    /// Ends the server as Kubernetes does and returns its exit code.
    func stop() throws -> Int32 {
        process.signal(SIGTERM)
        _ = try errors.readToEnd()
        return process.waitForEnd()
    }
}
