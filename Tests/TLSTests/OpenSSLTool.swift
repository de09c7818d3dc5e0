import Foundation

/// The `openssl` program, which the tests make certificates with and use as an independent client.
enum OpenSSLTool {
    /// What a run left behind.
    struct Run {
        let status: Int32
        /// Standard output and standard error together.
        let output: String
    }

    /// A run that should not have failed.
    struct Failure: Error {
        let arguments: [String]
        let output: String
    }

    /// Runs to the end with the given standard input.
    static func run(_ arguments: [String], in folder: URL, input: String = "") throws -> Run {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        let output = Pipe()
        let standardInput = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = standardInput
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Run(status: process.terminationStatus, output: String(decoding: bytes, as: UTF8.self))
    }

    /// Runs a command line that must succeed.
    static func require(_ commandLine: String, in folder: URL) throws {
        let arguments = commandLine.split(separator: " ").map(String.init)
        let run = try run(arguments, in: folder)
        guard run.status == 0 else { throw Failure(arguments: arguments, output: run.output) }
    }

    /// Lends an empty folder that is removed afterwards.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
