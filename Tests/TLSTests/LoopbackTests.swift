import Foundation
import TestSupport
import Testing

@testable import TLS

@Suite(.serialized) struct LoopbackTests {
    private let certificates: TestCertificates
    private let context: TLSContext

    init() throws {
        certificates = try TestCertificates.shared.get()
        context = try certificates.makeContext()
    }

    /// Runs `openssl s_client` against a server that sends the line back, once for each part between semicolons.
    private func sClient(_ options: String) throws -> String {
        let server = try LoopbackServer(context: context, answeringAfter: 6)
        let output = try OpenSSLTool.withFolder { folder in
            try Data(certificates["root.pem"]).write(to: folder.appendingPathComponent("root.pem"))
            let fixed = "s_client -connect 127.0.0.1:\(server.port) -CAfile root.pem -verify_return_error -ign_eof"
            return try options.split(separator: ";").map { options in
                try OpenSSLTool.run("\(fixed) \(options)", in: folder, input: "hello\n").output
            }.joined()
        }
        try server.stop()
        return output
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `An independent client verifies the chain and gets an answer and close_notify`(version: String) throws {
        let output = try sClient("\(version) -verify_hostname localhost -msg")
        #expect(output.contains("Verification: OK"))
        #expect(output.contains("\nhello\n"))
        #expect(output.contains(/<<< TLS 1\.[23], Alert \[length 0002\], warning close_notify/))
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `An independent client resumes its session`(version: String) throws {
        let output = try sClient("\(version) -sess_out session;\(version) -sess_in session")
        #expect(output.contains("New, TLSv1."))
        #expect(output.contains("Reused, TLSv1."))
    }

    @Test(arguments: [
        ("-tls1_1 -cipher DEFAULT@SECLEVEL=0", "alert number 70"),
        ("-alpn h2", "alert number 120"),
        ("-tls1_2 -cipher AES128-SHA", "alert number 40"),
    ])
    func `An independent client is rejected with an alert`(options: String, alert: String) throws {
        #expect(try sClient(options).contains(alert))
    }

    @Test func `8 MiB are carried there and back`() throws {
        let body = (0..<8 << 20).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8)) }
        let server = try LoopbackServer(context: context, answeringAfter: body.count)
        let client = try SocketClient(port: server.port)
        try client.send(body)
        #expect(client.receiveAll() == body)
        #expect(client.hasReceivedCloseNotify)
        try server.stop()
    }

    @Test(arguments: [true, false])
    func `A client that ends its side gets an answer, and the connection is closed`(saysSo: Bool) throws {
        let server = try LoopbackServer(context: context, answeringAfter: .max)
        let client = try SocketClient(port: server.port)
        try client.send(Array("request".utf8))
        client.closeOutput(sayingSo: saysSo)
        #expect(client.receiveAll() == Array("request".utf8))
        #expect(client.hasReceivedCloseNotify)
        try server.stop()
    }

    @Test func `A rejected client that has sent its request gets the alert`() throws {
        let context = try certificates.makeContext(clientAuthorities: certificates["root.pem"])
        let server = try LoopbackServer(context: context, answeringAfter: 6)
        for _ in 0..<20 {
            let client = try SocketClient(port: server.port)
            // Many segments, some of which arrive after the alert was sent. None of them finds the connection reset.
            for _ in 0..<16 { try client.send([UInt8](repeating: 0, count: 1 << 14)) }
            #expect(client.failureToReceive() == "tlsv13 alert certificate required")
        }
        try server.stop()
    }

    @Test func `Closed connections leave nothing behind`() throws {
        let server = try LoopbackServer(context: context, answeringAfter: 6)
        for _ in 0..<300 {
            let client = try SocketClient(port: server.port)
            try client.send(Array("hello\n".utf8))
            #expect(client.receiveAll() == Array("hello\n".utf8))
        }
        try server.stop()
    }
}
