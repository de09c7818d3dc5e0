import Foundation
import TestSupport
import Testing

extension Processes {
    /// TLS clients, and the end of the server.
    @Suite struct ServedConnectionsTests {
        @Test(arguments: ["-tls1_2", "-tls1_3"])
        func `openssl verifies the certificate, resumes its session and gets a close notification`(version: String) throws {
            let server = try ServerProcess()
            let first = try sClient("\(version) -verify_hostname localhost -alpn http/1.1 -sess_out session -msg", server)
            #expect(first.output.contains("Verification: OK") && first.output.contains("New, TLSv1."))
            #expect(first.output.contains("ALPN protocol: http/1.1") && first.output.contains("HTTP/1.1 405"))
            #expect(first.output.contains(/<<< TLS 1\.[23], Alert \[length 0002\], warning close_notify/))
            let second = try sClient("\(version) -sess_in session", server)
            #expect(second.output.contains("Reused, TLSv1."))
            #expect(try server.stop() == 0)
        }

        @Test(arguments: [
            ("-tls1_1 -cipher DEFAULT@SECLEVEL=0", "alert number 70"),
            ("-alpn h2", "alert number 120"),
        ])
        func `openssl is rejected with the alert`(options: String, alert: String) throws {
            let server = try ServerProcess()
            let run = try sClient(options, server)
            #expect(run.output.contains(alert), "\(run.output)")
            #expect(try server.stop() == 0)
        }

        @Test func `SIGTERM loses no request of clients that send continuously`() throws {
            let server = try ServerProcess(["--drain-delay", "1"])
            let review = try Acceptance.review("pod-create-insecure-defaults.json")
            let port = server.port
            let clients = (0..<4).map { _ in LoadingClient(port: port, review: review) }
            for client in clients { client.start() }
            // Each client has had answers, so the server is under load.
            for client in clients { client.waitForAnswers(50) }
            server.terminate()
            #expect(try server.waitForEnd() == 0)
            for client in clients {
                client.waitForEnd()
                #expect(client.lost.isEmpty, "\(client.lost)")
                #expect(client.closingAnswerCount > 0)
            }
            #expect(try server.decisionLog().count == clients.map(\.answerCount).reduce(0, +))
        }

        @Test func `SIGTERM ends a server whose clients are idle`() throws {
            let server = try ServerProcess()
            let idle = try (0..<10).map { _ in try server.connect() }
            for client in idle { #expect(try client.request("GET /", []).status == 404) }
            server.terminate()
            for client in idle { #expect(client.isClosedByServer) }
            for client in idle { client.disconnect() }
            #expect(try server.waitForEnd() == 0)
        }

        private func sClient(_ options: String, _ server: ServerProcess) throws -> Run {
            let folder = try ScratchFolder.certificates.get().path
            // The session is in the folder of the certificates, in a file named after this server's port.
            let options = options.replacing("session", with: "session-\(server.port)")
            let script =
                "cd '\(folder)' && openssl s_client -connect 127.0.0.1:\(server.port) -CAfile ca.crt -verify_return_error -ign_eof \(options) 2>&1"
            return try Run("/bin/sh", ["-c", script], input: "GET /validate HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        }
    }
}
