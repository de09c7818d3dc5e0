import Foundation
import NIOPosix
import Platform
import TLS
import TestSupport
import Testing

@testable import Cluster

@Suite struct AccessTests {
    private let get = APIRequest(.get, .path("/version"))
    private static let unauthorized = ScriptedServer.Step.answer(401, #"{"kind":"Status","message":"Unauthorized","code":401}"#)

    @Test func `A token file is read again after 50 seconds`() async throws {
        let world = World()
        world["/token"] = " first\n"
        let server = try ScriptedServer { _ in [.answer("ok")] }
        let client = server.client(credential: .tokenFile("/token", initial: nil)) { world.apply(to: &$0) }
        _ = try await client.body(of: get)
        world["/token"] = "second"
        world.advance(by: .seconds(49))
        _ = try await client.body(of: get)
        world.advance(by: .seconds(1))
        _ = try await client.body(of: get)
        #expect(server.requests.map(\.token) == ["first", "first", "second"])
        #expect(world.readCount(of: "/token") == 2)
        client.close()
    }

    @Test(arguments: [nil, "", " \n"] as [String?])
    func `A token file that can't be read leaves the last token`(text: String?) async throws {
        let world = World()
        world["/token"] = "first"
        let server = try ScriptedServer { _ in [.answer("ok")] }
        let client = server.client(credential: .tokenFile("/token", initial: nil)) { world.apply(to: &$0) }
        _ = try await client.body(of: get)
        world["/token"] = text
        world.advance(by: .seconds(60))
        _ = try await client.body(of: get)
        #expect(server.requests.map(\.token) == ["first", "first"])
        client.close()
    }

    @Test func `Without any token there is no request`() async throws {
        let world = World()
        let server = try ScriptedServer { _ in [.answer("ok")] }
        let client = server.client(credential: .tokenFile("/token", initial: nil)) { world.apply(to: &$0) }
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.cause == .credentials(.file(path: "/token", reason: "No such file or directory")))
        #expect(server.requests.isEmpty)
        let other = server.client(credential: .tokenFile("/token", initial: Secret("start"))) { world.apply(to: &$0) }
        _ = try await other.body(of: get)
        #expect(server.requests.map(\.token) == ["start"])
        other.close()
    }

    @Test func `After 401 the token is read again, once`() async throws {
        let world = World()
        world["/token"] = "old"
        let server = try ScriptedServer { request in
            if request.number == 1 { world["/token"] = "new" }
            return request.token == "new" ? [.answer("ok")] : [Self.unauthorized]
        }
        let client = server.client(credential: .tokenFile("/token", initial: nil)) { world.apply(to: &$0) }
        #expect(try await client.body(of: get) == Array("ok".utf8))
        #expect(server.requests.map(\.token) == ["old", "new"])
        client.close()
    }

    @Test func `A token that stays wrong is reported after two attempts`() async throws {
        let world = World()
        world["/token"] = "old"
        let server = try ScriptedServer { _ in [Self.unauthorized] }
        let client = server.client(credential: .tokenFile("/token", initial: nil)) { world.apply(to: &$0) }
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.cause.status?.code == 401)
        #expect(server.requests.count == 2)
        client.close()
    }

    @Test func `A token that never changes is not tried twice`() async throws {
        let server = try ScriptedServer { _ in [Self.unauthorized] }
        let client = server.client(credential: .token(Secret("a")))
        _ = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(server.requests.count == 1)
        client.close()
    }

    private static let plugin = ExecPlugin(
        command: "login",
        arguments: [],
        environment: [],
        apiVersion: ExecPlugin.apiVersions[0],
        installHint: "install login from example.org",
        interactiveMode: .never,
        cluster: nil
    )

    private static func credential(_ token: String, expires: String? = nil) -> [UInt8] {
        let expiry = expires.map { #","expirationTimestamp":"\#($0)""# } ?? ""
        return Array(
            #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"\#(token)"\#(expiry)}}"#.utf8
        )
    }

    @Test func `A plugin runs again when its credentials expire, and after 401`() async throws {
        let world = World()
        let runs = Waits()
        let server = try ScriptedServer { request in request.number == 3 ? [Self.unauthorized] : [.answer("ok")] }
        let client = server.client(credential: .plugin(Self.plugin)) { environment in
            world.apply(to: &environment)
            environment.runPlugin = { (_) throws(PluginFailure) in
                runs.add(.zero)
                return Self.credential("t\(runs.all.count)", expires: runs.all.count == 1 ? "1970-01-01T00:01:00Z" : nil)
            }
        }
        _ = try await client.body(of: get)
        world.advance(by: .seconds(59))
        _ = try await client.body(of: get)
        world.advance(by: .seconds(1))
        _ = try await client.body(of: get)
        _ = try await client.body(of: get)
        #expect(server.requests.map(\.token) == ["t1", "t1", "t2", "t3", "t3"])
        client.close()
    }

    @Test func `A plugin that is missing is reported with its hint`() async throws {
        let server = try ScriptedServer { _ in [.answer("ok")] }
        let client = server.client(credential: .plugin(Self.plugin)) { $0.runPlugin = { (_) throws(PluginFailure) in throw .notFound } }
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.description.hasSuffix("exec plugin login: there is no such program\ninstall login from example.org") == true)
        client.close()
    }

    @Test func `A program of this machine gives a token`() async throws {
        let folder = try ScratchFolder()
        let answer = try folder.write(String(decoding: Self.credential("from a program"), as: UTF8.self), to: "answer")
        let plugin = { (script: String) in
            ExecPlugin(
                command: "sh",
                arguments: ["-c", script],
                environment: [ExecPlugin.Variable(name: "ANSWER", value: Secret(answer))],
                apiVersion: ExecPlugin.apiVersions[0],
                installHint: nil,
                interactiveMode: .never,
                cluster: nil
            )
        }
        let server = try ScriptedServer { _ in [.answer("ok")] }
        let script = #"case $KUBERNETES_EXEC_INFO in *'"interactive":false'*) cat "$ANSWER";; esac"#
        let client = server.client(credential: .plugin(plugin(script))) { $0.runPlugin = PluginProgram.run }
        _ = try await client.body(of: get)
        #expect(server.requests.map(\.token) == ["from a program"])
        client.close()
        let failing = server.client(credential: .plugin(plugin("exit 7"))) { $0.runPlugin = PluginProgram.run }
        let error = await #expect(throws: APIError.self) { try await failing.body(of: get) }
        #expect(error?.description.hasSuffix("exec plugin sh: it failed with status 7") == true)
    }

    @Test func `A process that runs no plugins says so`() async throws {
        let server = try ScriptedServer { _ in [.answer("ok")] }
        let client = server.client(credential: .plugin(Self.plugin))
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.description.contains("only commands on a user's machine run plugins; use a service account in a Pod") == true)
        client.close()
    }
}

/// Requests through TLS, with certificates that the repository's script makes.
@Suite struct SecureAccessTests {
    private static let folders = Result {
        try (0..<2).map { _ in
            let folder = try ScratchFolder()
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Certs/generate.sh").standardized
                .path
            let run = try Run("/bin/bash", [script, folder.path])
            guard run.status == 0 else { throw Run.Failure(output: run.errors) }
            return folder
        }
    }

    private let get = APIRequest(.get, .path("/version"))
    private let folders: [ScratchFolder]

    init() throws {
        folders = try Self.folders.get()
    }

    private func text(_ name: String, _ index: Int = 0) throws -> String {
        try String(decoding: FileContents.read(folders[index].file(name), byteLimit: 1 << 20), as: UTF8.self)
    }

    private func context(_ index: Int = 0) throws -> TLSContext {
        try TLSContext(certificateChainPEM: Array(text("tls.crt", index).utf8), privateKeyPEM: Array(text("tls.key", index).utf8))
    }

    private func client(
        _ server: ScriptedServer,
        name: String = "127.0.0.1",
        trust: ClusterConfiguration.Trust,
        _ change: (inout ClientEnvironment) -> Void = { _ in }
    ) throws -> APIClient {
        var environment = ClientEnvironment()
        change(&environment)
        let configuration = ClusterConfiguration(
            server: ServerAddress(host: "127.0.0.1", port: server.port),
            serverName: try #require(TLSServerName(name)),
            trust: trust,
            origin: "a test"
        )
        return APIClient(configuration, userAgent: "t", on: MultiThreadedEventLoopGroup.singleton.next(), environment: environment)
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `A request goes through TLS, and the next one uses the connection again`(name: String) async throws {
        let server = try ScriptedServer(tls: context()) { _ in [.answer("ok")] }
        let client = try client(server, name: name, trust: .authorities(.data(Array(text("ca.crt").utf8))))
        for _ in 1...2 { #expect(try await client.body(of: get) == Array("ok".utf8)) }
        #expect(server.connectionCount == 1)
        client.close()
    }

    @Test func `A large list goes through TLS`() async throws {
        let items = (0..<2_000).map { #"{"metadata":{"name":"n\#($0)"},"x":"\#(String(repeating: "y", count: 500))"}"# }
        let body = #"{"metadata":{"resourceVersion":"9"},"items":[\#(items.joined(separator: ","))]}"#
        let server = try ScriptedServer(tls: context()) { _ in [.answer(body)] }
        let client = try client(server, trust: .everything)
        #expect(try await client.list(.namespaces) { _ in 1 }.elements.count == 2_000)
        client.close()
    }

    @Test func `A certificate of another CA is rejected, and the message says what to check`() async throws {
        let server = try ScriptedServer(tls: context(1)) { _ in [.answer("ok")] }
        let client = try client(server, trust: .authorities(.data(Array(text("ca.crt").utf8))))
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.description.contains("server certificate rejected: it is not issued by a trusted CA") == true)
        #expect(error?.advice == "check certificate-authority of the kubeconfig, or ca.crt of the service account")
    }

    @Test func `A certificate for another name is rejected, and the message lists its names`() async throws {
        let server = try ScriptedServer(tls: context()) { _ in [.answer("ok")] }
        let client = try client(server, name: "api.example.org", trust: .authorities(.data(Array(text("ca.crt").utf8))))
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.description.contains("it is for ") == true)
        #expect(error?.description.contains("localhost") == true)
        #expect(error?.advice == "set tls-server-name to one of these names")
    }

    @Test func `A server without TLS is reported as such`() async throws {
        let server = try ScriptedServer { _ in [.answer("ok")] }
        let client = try client(server, trust: .everything)
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        guard case .tls = error?.cause else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `A handshake that never ends is given up`() async throws {
        let silent = try SilentServer()
        var timeouts = ClientTimeouts()
        timeouts.handshake = .milliseconds(20)
        let configuration = ClusterConfiguration(
            server: ServerAddress(host: "127.0.0.1", port: silent.port),
            serverName: .address("127.0.0.1"),
            trust: .everything,
            origin: "a test"
        )
        let client = APIClient(configuration, userAgent: "t", on: MultiThreadedEventLoopGroup.singleton.next(), timeouts: timeouts)
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.cause == .handshakeTimedOut(.milliseconds(20)))
    }

    @Test func `A CA that is rotated is taken over, and waiting connections are replaced`() async throws {
        let world = World()
        world["/ca"] = try text("ca.crt")
        let first = try ScriptedServer(tls: context()) { _ in [.answer("ok")] }
        let client = try client(first, trust: .authorities(.file("/ca"))) { world.apply(to: &$0) }
        _ = try await client.body(of: get)
        world["/ca"] = try text("ca.crt") + text("ca.crt", 1)
        world.advance(by: .seconds(60))
        _ = try await client.body(of: get)
        #expect(first.connectionCount == 2)
        world["/ca"] = try text("ca.crt", 1)
        world.advance(by: .seconds(60))
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.advice.hasPrefix("check certificate-authority") == true)
        client.close()
    }

    @Test(arguments: [nil, "", "nonsense"] as [String?])
    func `A CA file that is no longer good leaves the last one in force`(text: String?) async throws {
        let world = World()
        world["/ca"] = try self.text("ca.crt")
        let server = try ScriptedServer(tls: context()) { _ in [.answer("ok")] }
        let client = try client(server, trust: .authorities(.file("/ca"))) { world.apply(to: &$0) }
        _ = try await client.body(of: get)
        world["/ca"] = text
        world.advance(by: .seconds(60))
        #expect(try await client.body(of: get) == Array("ok".utf8))
        #expect(server.connectionCount == 1)
        client.close()
    }

    @Test func `A CA file that was never good is reported`() async throws {
        let world = World()
        world["/ca"] = "nonsense"
        let server = try ScriptedServer(tls: context()) { _ in [.answer("ok")] }
        let client = try client(server, trust: .authorities(.file("/ca"))) { world.apply(to: &$0) }
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.description.contains("no certificate found in the PEM text of the certificate authorities") == true)
        #expect(server.connectionCount == 0)
    }
}
