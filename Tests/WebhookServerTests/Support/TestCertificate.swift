import Foundation
import Glibc
import TLS

/// The `openssl` program: makes a certificate for the tests and is a client that is not ours.
enum OpenSSLTool {
    /// The program failed.
    struct Failure: Error {
        let output: String
    }

    /// A context with a self-signed certificate, made once for all tests.
    static let context = Result { try makeContext() }

    /// Runs the program to its end and returns what it wrote.
    static func run(_ arguments: String, input: String = "", in folder: URL? = nil) throws -> String {
        let folder = try folder ?? makeFolder()
        try Data(input.utf8).write(to: folder.appendingPathComponent("input"))
        let script = "cd '\(folder.path)' && exec openssl \(arguments) <input >output 2>&1"
        // Safety: `posix_spawn` reads the copied strings during the call; they are freed after it.
        let arguments: [UnsafeMutablePointer<CChar>?] = unsafe ["sh", "-c", script].map { (text: String) in unsafe strdup(text) }
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var process: pid_t = 0
        guard unsafe posix_spawn(&process, "/bin/sh", nil, nil, arguments + [nil], environ) == 0 else { throw Failure(output: "sh") }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return try String(decoding: Data(contentsOf: folder.appendingPathComponent("output")), as: UTF8.self)
    }

    private static func makeContext() throws -> TLSContext {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = try run(
            "req -x509 -config /dev/null -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=a -days 2 -keyout key -out chain"
                + " -addext subjectAltName=DNS:localhost",
            in: folder
        )
        guard let chain = try? Data(contentsOf: folder.appendingPathComponent("chain")) else { throw Failure(output: output) }
        let key = try Data(contentsOf: folder.appendingPathComponent("key"))
        return try TLSContext(certificateChainPEM: [UInt8](chain), privateKeyPEM: [UInt8](key))
    }

    private static func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("webhook-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
