import NIOCore
import NIOEmbedded
import Testing

@testable import WebhookServer

/// Which connection is closed for another one while requests are arriving.
@Suite struct ConnectionArrivalTests {
    private let request = TestServer.post("/validate", "{  }")

    /// A server with room for three connections, each with one answered request; the clients answered first come first.
    private func fullServer() throws -> (server: EmbeddedServer, clients: [EmbeddedChannel]) {
        let server = try EmbeddedServer { $0.maxConnections = 3 }
        let clients = [try server.connect(), try server.connect(), server.channel]
        for client in clients {
            #expect(try exchange(request, on: client, of: server).hasPrefix("HTTP/1.1 200 "))
            server.pass(.milliseconds(10))
        }
        return (server, clients)
    }

    /// Delivers bytes of a client; returns what the server sends.
    private func exchange(_ text: some StringProtocol, on client: EmbeddedChannel, of server: EmbeddedServer) throws -> String {
        try client.writeInbound(ByteBuffer(string: String(text)))
        server.endTurn()
        var sent = ""
        while let bytes = try client.readOutbound(as: ByteBuffer.self) { sent += String(buffer: bytes) }
        return sent
    }

    private func end(_ clients: [EmbeddedChannel]) {
        for client in clients { _ = try? client.finish(acceptAlreadyClosed: true) }
    }

    @Test(arguments: ["P", "POST /validate HTTP/1.1\r\nHost", "POST /validate HTTP/1.1\r\nHost: a\r\n", "header", "all but the last byte"])
    func `A connection whose request is arriving stays, and an idle one is closed`(begun: String) throws {
        let (server, clients) = try fullServer()
        let count =
            switch begun {
            case "header": request.utf8.count - 4
            case "all but the last byte": request.utf8.count - 1
            default: begun.utf8.count
            }
        // Not by characters, of which a line break is one.
        let (beginning, rest) = (request.utf8.prefix(count), request.utf8.dropFirst(count))
        #expect(try exchange(String(decoding: beginning, as: UTF8.self), on: clients[0], of: server).isEmpty)
        server.pass(.milliseconds(1_999))
        let newcomer = try server.connect()
        #expect(clients.map(\.isActive) == [true, false, true])
        #expect(try exchange(String(decoding: rest, as: UTF8.self), on: clients[0], of: server).hasSuffix("any 4"))
        end(clients + [newcomer])
    }

    @Test func `A request that arrives byte by byte is answered although other clients come`() throws {
        let (server, clients) = try fullServer()
        var (answer, newcomers) = ("", [EmbeddedChannel]())
        for (index, byte) in request.utf8.enumerated() {
            answer += try exchange(String(UnicodeScalar(byte)), on: clients[0], of: server)
            if index % 20 == 19 {
                let newcomer = try server.connect()
                newcomers.append(newcomer)
                #expect(try exchange(request, on: newcomer, of: server).hasPrefix("HTTP/1.1 200 "))
            }
            server.pass(.milliseconds(10))
        }
        #expect(answer.hasSuffix("any 4"))
        #expect(newcomers.count > 3)
        end(clients + newcomers)
    }

    @Test(arguments: ["P", "header"])
    func `After 2 s, a connection whose request is arriving counts as idle since its last answer`(begun: String) throws {
        let (server, clients) = try fullServer()
        #expect(try exchange(begun == "P" ? "P" : request.dropLast(), on: clients[0], of: server).isEmpty)
        server.pass(.seconds(1))
        // More bytes do not begin the time again.
        #expect(try exchange(begun == "P" ? "O" : "", on: clients[0], of: server).isEmpty)
        server.pass(.seconds(1))
        let newcomer = try server.connect()
        #expect(clients.map(\.isActive) == [false, true, true])
        end(clients + [newcomer])
    }

    @Test func `After its answer a connection counts as idle again`() throws {
        let (server, clients) = try fullServer()
        _ = try exchange(request.dropLast(), on: clients[0], of: server)
        _ = try exchange(request.suffix(1), on: clients[0], of: server)
        server.pass(.milliseconds(10))
        for client in clients[1...] { _ = try exchange(request, on: client, of: server) }
        let newcomer = try server.connect()
        #expect(clients.map(\.isActive) == [false, true, true])
        end(clients + [newcomer])
    }

    @Test func `If requests are arriving on all connections, the one that began first gives way at once`() throws {
        let (server, clients) = try fullServer()
        for client in [clients[1], clients[2], clients[0]] {
            #expect(try exchange("P", on: client, of: server).isEmpty)
            server.pass(.milliseconds(10))
        }
        let newcomer = try server.connect()
        #expect(clients.map(\.isActive) == [true, false, true])
        #expect(try exchange(request, on: newcomer, of: server).hasPrefix("HTTP/1.1 200 "))
        #expect(try exchange(request.dropFirst(), on: clients[0], of: server).hasPrefix("HTTP/1.1 200 "))
        end(clients + [newcomer])
    }

    @Test func `Clients that begin a request whenever one ends keep nobody out`() throws {
        let (server, clients) = try fullServer()
        for client in clients { _ = try exchange(request.dropLast(), on: client, of: server) }
        var newcomers: [EmbeddedChannel] = []
        for _ in 0..<20 {
            server.pass(.milliseconds(500))
            // The end of one request and most of the next one, in one segment and then some.
            for client in clients where client.isActive { _ = try exchange(request.suffix(1) + request.dropLast(), on: client, of: server) }
            let newcomer = try server.connect()
            newcomers.append(newcomer)
            #expect(try exchange(request, on: newcomer, of: server).hasPrefix("HTTP/1.1 200 "))
        }
        end(clients + newcomers)
    }

    @Test func `A first request that is arriving does not keep its connection`() throws {
        let server = try EmbeddedServer { $0.maxConnections = 2 }
        let first = try server.connect()
        _ = try exchange(request.dropLast(), on: first, of: server)
        _ = try exchange(request, on: server.channel, of: server)
        server.pass(.milliseconds(10))
        let newcomer = try server.connect()
        #expect(server.isOpen && !first.isActive)
        end([first, newcomer])
    }
}
