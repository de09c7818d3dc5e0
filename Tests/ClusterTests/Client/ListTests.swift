import NIOCore
import Testing

@testable import Cluster

@Suite struct ListTests {
    private static func page(_ names: [String], token: String? = nil, version: String = "9") -> String {
        let items = names.map { #"{"metadata":{"name":"\#($0)"}}"# }.joined(separator: ",")
        return #"{"kind":"List","metadata":{"resourceVersion":"\#(version)","continue":"\#(token ?? "")"},"items":[\#(items)]}"#
    }

    private static let expired = ScriptedServer.Step.answer(
        410,
        #"{"kind":"Status","metadata":{"continue":"newer"},"message":"The provided continue parameter is too old","reason":"Expired","code":410}"#
    )

    /// Lists the names of the objects.
    private func names(_ client: APIClient, query: [(name: String, value: String)] = []) async throws(APIError) -> CompleteList<String> {
        try await client.list(.scorePolicies, query: query) { object in
            let name = (try? ObjectHeader(readingBeginning: object.bytes.span))?.name
            return object.isCut ? "large: \(name ?? "")" : name
        }
    }

    @Test func `Pages of 500 follow each other by their token, without a resourceVersion`() async throws {
        let server = try ScriptedServer { request in
            switch request.number {
            case 1: [.answer(Self.page(["a", "b"], token: "x=1/&"))]
            // A page with a selector can be empty and still have a token.
            case 2: [.answer(Self.page([], token: "y"))]
            default: [.answer(Self.page(["c"]))]
            }
        }
        let client = server.client()
        let list = try await names(client, query: [("labelSelector", "a=b")])
        #expect(list.elements == ["a", "b", "c"])
        #expect(list.resourceVersion == "9")
        let path = "/apis/podscore.dev/v1alpha1/scorepolicies?labelSelector=a%3Db&limit=500"
        #expect(server.requests.map(\.uri) == [path, path + "&continue=x%3D1%2F%26", path + "&continue=y"])
        #expect(server.connectionCount == 1)
        client.close()
    }

    @Test(arguments: ["scorepolicies-list", "namespaces-list-metadata-only", "pods-list-rv0"])
    func `A recorded list arrives whole`(name: String) async throws {
        let recording = try Recording(name)
        let server = try ScriptedServer { _ in ScriptedServer.Step.recording(recording) }
        let client = server.client()
        let list = try await names(client)
        #expect(!list.elements.isEmpty)
        #expect(!list.elements.contains(""))
        #expect(!list.resourceVersion.isEmpty)
        client.close()
    }

    @Test func `A list whose token expired begins again, and nothing is listed twice`() async throws {
        let server = try ScriptedServer { request in
            switch request.number {
            case 1: [.answer(Self.page(["old", "gone"], token: "x"))]
            case 2: [Self.expired]
            case 3: [.answer(Self.page(["new"], token: "y", version: "20"))]
            default: [.answer(Self.page(["last"], version: "20"))]
            }
        }
        let client = server.client()
        let list = try await names(client)
        #expect(list.elements == ["new", "last"])
        #expect(list.resourceVersion == "20")
        client.close()
    }

    @Test func `A list that expires again and again is given up`() async throws {
        let server = try ScriptedServer { request in
            request.number % 2 == 1 ? [.answer(Self.page(["a"], token: "x"))] : [Self.expired]
        }
        let client = server.client()
        let error = await #expect(throws: APIError.self) { try await names(client) }
        #expect(error?.cause.status?.isExpired == true)
        #expect(error?.cause.status?.continueToken == "newer")
        #expect(server.requests.count == 8)
        client.close()
    }

    @Test func `A page that is cut off is asked for again, and nothing of it is kept`() async throws {
        let page = Self.page(["b", "c"])
        let server = try ScriptedServer { request in
            switch request.number {
            case 1: [.answer(Self.page(["a"], token: "x"))]
            case 2: [.chunkedHead, .chunk(Array(page.utf8.prefix(page.utf8.count - 3))), .close]
            default: [.answer(page)]
            }
        }
        let client = server.client()
        #expect(try await names(client).elements == ["a", "b", "c"])
        #expect(server.requests.map { $0.uri.hasSuffix("continue=x") } == [false, true, true])
        client.close()
    }

    @Test func `A list that is cut off each time is no list`() async throws {
        let server = try ScriptedServer { _ in [.chunkedHead, .chunk(Array(Self.page(["a"]).utf8)), .close] }
        let client = server.client()
        let error = await #expect(throws: APIError.self) { try await names(client) }
        #expect(error?.cause == .cutOff)
        #expect(server.requests.count == 3)
        client.close()
    }

    @Test(arguments: ["{}", #"{"metadata":{"resourceVersion":"1"}}"#, "[", "<html>", ""])
    func `A body that is no list is a failure, never an empty list`(body: String) async throws {
        let server = try ScriptedServer { _ in [.answer(body)] }
        let client = server.client()
        let error = await #expect(throws: APIError.self) { try await names(client) }
        guard case .invalidBody = error?.cause else {
            Issue.record("\(String(describing: error))")
            return
        }
        client.close()
    }

    @Test func `A server that repeats a token is stopped`() async throws {
        let server = try ScriptedServer { _ in [.answer(Self.page(["a"], token: "x"))] }
        let client = server.client()
        let error = await #expect(throws: APIError.self) { try await names(client) }
        #expect(error?.cause == .endlessList(pageLimit: 2))
        client.close()
    }

    @Test func `An object that is too large is reported, and the others are listed`() async throws {
        let large = #"{"metadata":{"name":"huge"},"data":"\#(String(repeating: "x", count: ReceivedText.byteLimit))"}"#
        let body = #"{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a"}},\#(large),{"metadata":{"name":"b"}}]}"#
        let server = try ScriptedServer { _ in [.answer(body)] }
        let client = server.client()
        #expect(try await names(client).elements == ["a", "large: huge", "b"])
        client.close()
    }
}

@Suite struct DedicatedThreadTests {
    @Test func `Work runs on the thread, also after it has waited`() async throws {
        let thread = DedicatedThread()
        let server = try ScriptedServer { _ in [.answer("ok")] }
        let client = server.client()
        let ids = try await thread.run { () async throws(APIError) -> [UInt] in
            let before = currentThread()
            _ = try await client.body(of: APIRequest(.get, .path("/version")))
            return [before, currentThread()]
        }
        let own = await thread.run { currentThread() }
        #expect(ids == [own, own])
        #expect(currentThread() != own)
        client.close()
        await thread.stop()
    }
}
