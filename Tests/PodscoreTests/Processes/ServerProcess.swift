import Foundation
import Glibc
import TestSupport

/// A running `podscore serve` with free ports and a certificate for `localhost`.
///
/// A class because it owns the process.
final class ServerProcess {
    /// The server did not start; its messages say why.
    struct Failure: Error {
        let errors: String
    }

    let port: Int
    let operationsPort: Int
    private let process: ChildProcess
    private let folder: ScratchFolder
    private let errors: FileHandle
    private var clients: [WebhookClient] = []
    /// The messages on standard error that were read so far; all of them after the end.
    private(set) var messages = ""

    /// Starts the server and waits until it reports its address.
    ///
    /// The decision log goes to the descriptor `output`; `nil` is a file, which ``decisionLog()`` reads.
    init(policy: String = "enforcing", output: Int32? = nil, _ options: [String] = ["--drain-delay", "0"]) throws {
        folder = try ScratchFolder()
        let certificates = try ScratchFolder.certificates.get()
        let pipe = Pipe()
        errors = pipe.fileHandleForReading
        process = try ChildProcess(
            Run.podscore,
            ["serve", "--host", "127.0.0.1", "--port", "0", "--ops-port", "0", "--policy", Acceptance.policyPath(policy)]
                + ["--tls-cert", certificates.file("tls.crt"), "--tls-key", certificates.file("tls.key")] + options,
            output: output.map { .descriptor($0) } ?? .file(folder.file("output")),
            errors: .descriptor(pipe.fileHandleForWriting.fileDescriptor)
        )
        try pipe.fileHandleForWriting.close()
        var said = ""
        var ports: (Int, Int)?
        while ports == nil {
            let part = errors.availableData
            guard !part.isEmpty else { throw Failure(errors: said) }
            said += String(decoding: part, as: UTF8.self)
            guard let port = said.firstMatch(of: #/https://127\.0\.0\.1:(\d+)\//#).flatMap({ Int($0.1) }),
                let operationsPort = said.firstMatch(of: #/http://127\.0\.0\.1:(\d+)[\n"]/#).flatMap({ Int($0.1) })
            else { continue }
            ports = (port, operationsPort)
        }
        (port, operationsPort) = ports ?? (0, 0)
        messages = said
    }

    /// Connects a client, which stays connected until ``stop()``.
    func connect() throws -> WebhookClient {
        let client = try WebhookClient(port: port)
        clients.append(client)
        return client
    }

    /// Asks the server to end, without waiting for it.
    func terminate() {
        process.signal(SIGTERM)
    }

    /// Waits for the end; returns the exit code, or minus the number of the signal that ended the process.
    func waitForEnd() throws -> Int32 {
        messages += String(decoding: try errors.readToEnd() ?? Data(), as: UTF8.self)
        return process.waitForEnd()
    }

    /// Disconnects all clients, ends the server as Kubernetes does, and returns its exit code.
    func stop() throws -> Int32 {
        for client in clients { client.disconnect() }
        terminate()
        return try waitForEnd()
    }

    /// The lines of the decision log.
    func decisionLog() throws -> [Substring] {
        try String(contentsOfFile: folder.file("output"), encoding: .utf8).split(separator: "\n")
    }

    /// Fetches a page of the plain port.
    func page(_ path: String) throws -> Run {
        try Run(
            "/usr/bin/env",
            ["curl", "--silent", "--show-error", "--fail", "--max-time", "60", "http://127.0.0.1:\(operationsPort)\(path)"]
        )
    }
}
