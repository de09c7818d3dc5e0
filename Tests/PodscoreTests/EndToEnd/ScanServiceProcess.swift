import Foundation
import Glibc
import TestSupport

/// A running `podscore http` on a free port.
///
/// A class because it owns the process.
final class ScanServiceProcess {
    /// It did not start; what it said instead.
    struct Failure: Error {
        let errors: String
    }

    /// Where it says that manifests are posted to.
    let address: String
    private let process: ChildProcess
    private let folder: ScratchFolder
    private let errors: FileHandle

    /// Starts the server and waits until it says where it serves.
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
        var said = ""
        while true {
            let part = errors.availableData
            guard !part.isEmpty else { throw Failure(errors: said) }
            said += String(decoding: part, as: UTF8.self)
            guard let match = said.firstMatch(of: #/https?://127\.0\.0\.1:\d+/scan/#) else { continue }
            address = String(match.0)
            return
        }
    }

    /// What `curl` got back for a file that it posted as kubesec's README says.
    func post(file path: String, query: String = "", _ options: [String] = []) throws -> (status: Int, type: String, body: String) {
        let run = try Run(
            "/usr/bin/env",
            ["curl", "-sSX", "POST", "--data-binary", "@" + path, address + query, "--max-time", "60"]
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
