import Foundation
import TestSupport
import Testing

extension Processes {
    /// One client does not affect the others.
    @Suite struct HostileClientsTests {
        private let review: [UInt8]

        init() throws {
            review = try Acceptance.review("pod-create-insecure-defaults.json")
        }

        @Test func `Clients that stall in the handshake, header or body delay no other client`() throws {
            let server = try ServerProcess()
            var silent: [PlainSocket] = []
            var halfway: [WebhookClient] = []
            for _ in 0..<40 {
                silent.append(try PlainSocket(port: server.port))
                let inHandshake = try PlainSocket(port: server.port)
                try inHandshake.send([22, 3, 1, 2, 0, 1])
                silent.append(inHandshake)
                let inHeader = try server.connect()
                try inHeader.send("POST /validate HTTP/1.1\r\nHost: a\r\nContent-")
                let inBody = try server.connect()
                try inBody.send("POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{")
                halfway += [inHeader, inBody]
            }
            let client = try server.connect()
            for _ in 0..<100 { #expect(try client.post(review).status == 200) }
            #expect(silent.count == 80 && halfway.count == 80)
            silent.removeAll()
            halfway.removeAll()
            #expect(try server.stop() == 0)
        }

        @Test func `Plain HTTP on the TLS port is closed without an HTTP answer`() throws {
            let server = try ServerProcess()
            let client = try PlainSocket(port: server.port)
            try client.send(Array("POST /validate HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".utf8))
            let answer = client.receiveAll()
            // At most a TLS alert.
            #expect(answer.isEmpty || answer.first == 21 && answer.count == 7, "\(answer)")
            #expect(try server.connect().post(review).status == 200)
            #expect(try server.stop() == 0)
        }

        @Test func `A log reader that never reads delays no request`() throws {
            let pipe = Pipe()
            let server = try ServerProcess(output: pipe.fileHandleForWriting.fileDescriptor)
            let client = try server.connect()
            for _ in 0..<1_000 { try #require(try client.post(review).status == 200) }
            #expect(try server.page("/livez").status == 0)
            #expect(try server.stop() == 0)
            withExtendedLifetime(pipe) {}
        }

        @Test func `The server continues if the log reader exits`() throws {
            let pipe = Pipe()
            let server = try ServerProcess(output: pipe.fileHandleForWriting.fileDescriptor)
            try pipe.fileHandleForWriting.close()
            try pipe.fileHandleForReading.close()
            let client = try server.connect()
            for _ in 0..<100 { try #require(try client.post(review).status == 200) }
            #expect(try server.stop() == 0)
        }
    }
}
