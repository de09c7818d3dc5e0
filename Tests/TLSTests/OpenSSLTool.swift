import Foundation
import Glibc

/// The `openssl` program, which the tests make certificates with and use as an independent client.
enum OpenSSLTool {
    /// The result of a run.
    struct Run {
        let hasSucceeded: Bool
        /// Standard output and standard error together.
        let output: String
    }

    /// A failed run that should have succeeded.
    struct Failure: Error {
        let commandLine: String
        let output: String
    }

    /// Runs to the end with the given standard input.
    ///
    /// Foundation's `Process` leaks a few bytes, which the leak checker reports.
    static func run(_ commandLine: String, in folder: URL, input: String = "") throws -> Run {
        let inputFile = folder.appendingPathComponent("standard-input")
        let outputFile = folder.appendingPathComponent("standard-output")
        try Data(input.utf8).write(to: inputFile)
        let script = "cd '\(folder.path)' && exec openssl \(commandLine) <standard-input >standard-output 2>&1"
        // Safety: `posix_spawn` reads the copied strings during the call; they are freed after it.
        let arguments: [UnsafeMutablePointer<CChar>?] = unsafe ["sh", "-c", script].map { (text: String) in unsafe strdup(text) }
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var process: pid_t = 0
        guard unsafe posix_spawn(&process, "/bin/sh", nil, nil, arguments + [nil], environ) == 0 else {
            throw Failure(commandLine: commandLine, output: "posix_spawn failed")
        }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return Run(hasSucceeded: status == 0, output: String(decoding: try bytes(of: outputFile), as: UTF8.self))
    }

    /// Runs a command line that must succeed.
    static func require(_ commandLine: String, in folder: URL) throws {
        let run = try run(commandLine, in: folder)
        guard run.hasSucceeded else { throw Failure(commandLine: commandLine, output: run.output) }
    }

    /// Reads a whole file.
    static func bytes(of file: URL) throws -> [UInt8] {
        // `Data(contentsOf:)` leaks the memory that it reads an empty file into.
        [UInt8](try FileHandle(forReadingFrom: file).readToEnd() ?? Data())
    }

    /// Creates an empty folder for the closure, and removes it afterwards.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
