import AdmissionPolicy
import NIOHTTP1
import PolicySources
import Synchronization
import Testing

@testable import Cluster

/// The Namespaces of a cluster with the labels that policies read.
@Suite struct ClusterNamespacesTests {
    private typealias Object = PolicyServer.Object

    private static let enforce = MinimumLabel.enforce.rawValue

    /// The keys that policies read; a class because the thread of the watches reads them.
    private final class Keys: Sendable {
        let all = Mutex(MinimumLabel.keys)
    }

    @Test func `Namespaces are listed and watched as metadata alone, and each change is reported without the policies`() async throws {
        let server = try PolicyServer(
            namespaces: .serve(
                list: [.namespace("a", version: 3, [Self.enforce: "7", "team": "x"]), .namespace("b", version: 4)],
                version: 5,
                events: [
                    PolicyServer.event("ADDED", .namespace("c", version: 6, [Self.enforce: "9"])),
                    PolicyServer.event("MODIFIED", .namespace("a", version: 7, [Self.enforce: "8"])),
                    PolicyServer.event("DELETED", .namespace("b", version: 8)),
                ]
            )
        )
        let followed = try FollowedPolicies(server, deletionHold: .seconds(600))
        await followed.waitForNamespaces { $0.names == ["a", "c"] && $0["a"]?[Self.enforce] == "8" && $0["c"]?[Self.enforce] == "9" }
        await followed.waitForStatus { $0.isSettled && $0.resources.last?.objectCount == 2 }
        let accepts = server.requests.filter { $0.uri.contains("namespaces") }.map { $0.headers.first(name: "Accept") }
        #expect(accepts.prefix(2) == [APIResource.metadataOnly, APIResource.metadataOfOne])
        await followed.wait { $0.latest != nil }
        #expect(followed.all == [PolicyObjects()])
        await followed.stop()
    }

    @Test func `The server is not settled before the Namespaces were listed`() async throws {
        let server = try PolicyServer(namespaces: .refuse(403))
        let followed = try FollowedPolicies(server, absence: .zero)
        await followed.wait { $0.latest != nil }
        await followed.waitForStatus { $0.resources.last?.failureCount ?? 0 > 3 }
        #expect(!followed.policies.status.isSettled)
        #expect(followed.policies.status.resources.last?.problem?.contains(#"resources: ["namespaces"], verbs: ["list"]"#) == true)
        server.set("namespaces", .serve(list: [], version: 5, events: []))
        await followed.waitForStatus { $0.isSettled }
        await followed.stop()
    }

    @Test func `A label that policies read later: the Namespaces are listed again, and only then have it`() async throws {
        let server = try PolicyServer(
            namespaces: .serve(list: [.namespace("a", version: 3, [Self.enforce: "7", "team": "x"])], version: 5, events: [])
        )
        let keys = Keys()
        let followed = try FollowedPolicies(server, labelKeys: { keys.all.withLock { $0 } })
        await followed.waitForStatus { $0.isSettled }
        #expect(followed.directories.map(\.keys) == [MinimumLabel.keys])
        keys.all.withLock { $0 += ["team"] }
        followed.policies.policiesChanged()
        await followed.waitForNamespaces { $0["a"]?["team"] == "x" && $0["a"]?[Self.enforce] == "7" }
        keys.all.withLock { $0 = MinimumLabel.keys }
        followed.policies.policiesChanged()
        server.set("namespaces", .serve(list: [], version: 5, events: [PolicyServer.event("ADDED", .namespace("b", version: 9))]))
        try await server.closeConnections()
        await followed.waitForNamespaces { $0.names == ["a", "b"] }
        #expect(followed.policies.status.resources.last?.listCount == 2)
        #expect(followed.directories.last?.keeps(["team"]) == true)
        await followed.stop()
    }

    @Test func `A Namespace that is deleted while labels change and change back is gone`() async throws {
        let server = try PolicyServer(
            namespaces: .serve(list: [.namespace("a", version: 3), .namespace("b", version: 4)], version: 5, events: [])
        )
        let keys = Keys()
        keys.all.withLock { $0 = ["team"] }
        let followed = try FollowedPolicies(server, labelKeys: { keys.all.withLock { $0 } })
        await followed.waitForStatus { $0.isSettled }
        server.set("namespaces", .refuse(403))
        keys.all.withLock { $0 = ["tier"] }
        followed.policies.policiesChanged()
        await followed.waitForStatus { $0.resources.last?.failureCount ?? 0 > 0 }
        keys.all.withLock { $0 = ["team"] }
        followed.policies.policiesChanged()
        server.set("namespaces", .serve(list: [.namespace("a", version: 3)], version: 9, events: []))
        await followed.waitForNamespaces { $0.names == ["a"] }
        #expect(followed.directories.last?.keys == ["team"])
        await followed.stop()
    }

    @Test func `A label that policies of the cluster read is known before the server is settled`() async throws {
        let server = try PolicyServer(
            policies: .serve(list: [Object("a", version: 3, namespaces: ["x"])], version: 5, events: []),
            namespaces: .serve(list: [.namespace("a", version: 3, ["team": "x"])], version: 5, events: [])
        )
        let keys = Keys()
        let followed = try FollowedPolicies(
            server,
            labelKeys: { keys.all.withLock { $0 } },
            also: { _ in keys.all.withLock { $0 = ["team"] } }
        )
        await followed.waitForStatus { $0.isSettled }
        #expect(followed.directories.last?["a"]?["team"] == "x")
        await followed.stop()
    }

    @Test func `A Namespace that is deleted is gone at once, also with many others, and has its new labels when it is created again`()
        async throws
    {
        let names = (10..<30).map { "n\($0)" }
        let list = names.map { Object.namespace($0, version: 3, [Self.enforce: "7"]) }
        let deletions = names.enumerated().map { PolicyServer.event("DELETED", .namespace($1, version: 10 + $0)) }
        let server = try PolicyServer(namespaces: .serveAndClose(list: list, version: 5, events: deletions))
        let followed = try FollowedPolicies(server, deletionHold: .seconds(600))
        await followed.waitForNamespaces { $0.names.isEmpty }
        let created = PolicyServer.event("ADDED", .namespace("n10", version: 99, [Self.enforce: "9"], uid: "other"))
        server.set("namespaces", .serve(list: [], version: 98, events: [created]))
        await followed.waitForNamespaces { $0["n10"]?[Self.enforce] == "9" }
        await followed.stop()
    }

    @Test func `Labels that cannot be read leave the Namespace unknown, or as it was`() async throws {
        let broken = #"{"kind":"PartialObjectMetadata","metadata":{"name":"NAME","uid":"uid-NAME","resourceVersion":"VERSION","labels":7}}"#
        let events = [("a", "8"), ("b", "9")].map { name, version in
            let object = broken.split(separator: "NAME").joined(separator: name).split(separator: "VERSION").joined(separator: version)
            return #"{"type":"MODIFIED","object":\#(object)}"#
        }
        let server = try PolicyServer(
            namespaces: .serve(
                list: [.namespace("a", version: 3, [Self.enforce: "7"])],
                version: 5,
                events: events + [PolicyServer.event("ADDED", .namespace("c", version: 10))]
            )
        )
        let followed = try FollowedPolicies(server)
        await followed.waitForNamespaces { $0["c"] != nil }
        #expect(followed.directories.last?["a"]?[Self.enforce] == "7")
        #expect(followed.directories.last?.names == ["a", "c"])
        await followed.stop()
    }
}
