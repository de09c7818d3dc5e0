import Foundation
import Glibc
import Platform
import TLS

@testable import WebhookServer

/// The `openssl` program: makes certificates for tests and is an independent client.
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

    /// A context with a self-signed certificate that is valid between two seconds since 1970-01-01 UTC, and an intermediate with another end.
    static func makeContext(validFrom start: Int64, to end: Int64, intermediateTo intermediateEnd: Int64? = nil) throws -> TLSContext {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = """
            [ca]
            default_ca = test
            [test]
            database = index
            unique_subject = no
            new_certs_dir = .
            default_md = sha256
            rand_serial = yes
            policy = any
            x509_extensions = names
            [any]
            commonName = supplied
            [names]
            subjectAltName = DNS:localhost
            """
        try Data(configuration.utf8).write(to: folder.appendingPathComponent("configuration"))
        try Data().write(to: folder.appendingPathComponent("index"))
        let request = "req -new -config /dev/null -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=a -keyout key -out request"
        var output = try run(request, in: folder)
        var chain = Data()
        for end in [end, intermediateEnd].compactMap(\.self) {
            let dates = [start, end].map { UnixTime(seconds: $0).timestamp.prefix(19).filter(\.isNumber) + "Z" }
            output += try run(
                "ca -batch -config configuration -selfsign -keyfile key -in request -out chain -notext -startdate \(dates[0]) -enddate \(dates[1])",
                in: folder
            )
            guard let certificate = try? Data(contentsOf: folder.appendingPathComponent("chain")) else { throw Failure(output: output) }
            chain += certificate
        }
        let key = try Data(contentsOf: folder.appendingPathComponent("key"))
        return try TLSContext(certificateChainPEM: [UInt8](chain), privateKeyPEM: [UInt8](key))
    }

    private static func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("webhook-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
