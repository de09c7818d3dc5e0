import AdmissionPolicy
import PolicySources
import Synchronization
import Testing

@testable import Cluster

/// The policies of a cluster, from an API server's answers to the objects that can be put in force.
@Suite struct ClusterPoliciesTests {
    private typealias Object = PolicyServer.Object

    private static let invalid = #"{"match":{"namespaces":["x"]},"enforce":{"minimumScor":1}}"#

    @Test func `Policies and waivers are reported once both were listed, and then after each change`() async throws {
        let server = try PolicyServer(
            policies: .serve(
                list: [Object("a", version: 3, namespaces: ["x"])],
                version: 5,
                events: [PolicyServer.event("ADDED", Object("b", version: 6, namespaces: ["y"]))]
            ),
            waivers: .serve(list: [.waiver("w", version: 4)], version: 4, events: [])
        )
        let followed = try FollowedPolicies(server)
        await followed.wait { $0.accepted == ["ScorePolicy a 3", "ScorePolicy b 6", "ScoreWaiver w 4"] }
        #expect(followed.all.allSatisfy { $0.accepted.contains { $0.identity.kind == .waiver } })
        await followed.waitForStatus { $0.isSettled }
        #expect(followed.policies.status.resources.map(\.name) == ["scorepolicies", "scorewaivers", "namespaces"])
        #expect(followed.policies.status.resources.map(\.objectCount) == [2, 1, 0])
        #expect(followed.policies.status.resources.map(\.listCount) == [1, 1, 1])
        await followed.stop()
    }

    @Test func `An invalid object: it is rejected alone, with the path of its field`() async throws {
        let server = try PolicyServer(
            policies: .serve(
                list: [Object("a", version: 3, namespaces: ["x"]), Object("b", version: 4, spec: Self.invalid)],
                version: 5,
                events: []
            )
        )
        let followed = try FollowedPolicies(server)
        await followed.wait { $0.latest != nil }
        #expect(followed.accepted == ["ScorePolicy a 3"])
        #expect(
            followed.latest?.rejections.map { "\($0.identity): \($0.lines.first ?? "")" } == [
                #"ScorePolicy b: spec.enforce.minimumScor: unknown field "minimumScor" in enforce; did you mean minimumScore?"#
            ]
        )
        await followed.stop()
    }

    @Test func `An object that becomes invalid: its last valid version stays until it is valid again`() async throws {
        let good = Object("a", version: 3, namespaces: ["x"])
        let bad = PolicyServer.event("MODIFIED", Object("a", version: 6, spec: Self.invalid))
        let server = try PolicyServer(policies: .serveAndClose(list: [good], version: 5, events: [bad]))
        let followed = try FollowedPolicies(server)
        await followed.wait { $0.latest?.rejections.isEmpty == false }
        #expect(followed.accepted == ["ScorePolicy a 3"])
        #expect(followed.latest?.rejections.map(\.identity.resourceVersion) == ["6"])
        let fixed = PolicyServer.event("MODIFIED", Object("a", version: 7, namespaces: ["x"], minimum: 2))
        server.set("scorepolicies", .serve(list: [good], version: 7, events: [fixed]))
        await followed.wait { $0.latest?.rejections.isEmpty == true && $0.accepted == ["ScorePolicy a 7"] }
        await followed.stop()
    }

    @Test func `An object beyond 2 MiB is rejected alone`() async throws {
        var large = Object("b", version: 4, namespaces: ["y"])
        large.padding = 3 << 20
        let server = try PolicyServer(policies: .serve(list: [Object("a", version: 3, namespaces: ["x"]), large], version: 5, events: []))
        let followed = try FollowedPolicies(server)
        await followed.wait { $0.latest != nil }
        #expect(followed.accepted == ["ScorePolicy a 3"])
        #expect(followed.latest?.rejections.map(\.lines) == [["the object is larger than 2097152 bytes"]])
        await followed.stop()
    }

    @Test func `Kinds that are not installed: an empty report after a while, and the objects when they are`() async throws {
        let server = try PolicyServer(policies: .absent, waivers: .absent)
        let followed = try FollowedPolicies(server, absence: .milliseconds(50))
        await followed.wait { $0.latest != nil }
        #expect(followed.latest == PolicyObjects())
        #expect(followed.policies.status.resources.map(\.isAbsent) == [true, true, false])
        let problem = followed.policies.status.resources.first?.problem
        #expect(problem?.hasSuffix("scorepolicies.podscore.dev is not installed; install its CustomResourceDefinition") == true)
        server.set("scorepolicies", .serve(list: [Object("a", version: 3, namespaces: ["x"])], version: 5, events: []))
        await followed.wait { $0.accepted == ["ScorePolicy a 3"] }
        #expect(followed.policies.status.resources.map(\.isAbsent) == [false, true, false])
        await followed.stop()
    }

    @Test func `A kind that is not installed delays the first report`() async throws {
        let server = try PolicyServer(
            policies: .serve(list: [Object("a", version: 3, namespaces: ["x"])], version: 5, events: []),
            waivers: .absent
        )
        let followed = try FollowedPolicies(server)
        await followed.waitForStatus { $0.resources.first?.isSynced == true && $0.resources[1].failureCount > 3 }
        #expect(!followed.policies.status.isSettled)
        #expect(followed.all.isEmpty)
        await followed.stop()
    }

    /// A clock that can be moved forward; a class because the threads of the watches share it.
    private final class MovedClock: Sendable {
        private let offset = Mutex(Duration.zero)

        var now: ContinuousClock.Instant { ContinuousClock.now + offset.withLock { $0 } }

        func move(by duration: Duration) { offset.withLock { $0 += duration } }
    }

    @Test func `A kind that is not installed delays the first report from its first 404 on, however long the server was lost`() async throws
    {
        let server = try PolicyServer(policies: .refuse(503), waivers: .refuse(503))
        let clock = MovedClock()
        var environment = ClientEnvironment()
        environment.now = { clock.now }
        let followed = try FollowedPolicies(server, environment: environment)
        await followed.waitForStatus { $0.resources.prefix(2).allSatisfy { $0.failureCount > 3 } }
        clock.move(by: .seconds(601))
        for resource in ["scorepolicies", "scorewaivers"] { server.set(resource, .absent) }
        await followed.waitForStatus { $0.resources.prefix(2).allSatisfy(\.isAbsent) }
        let counts = followed.policies.status.resources.prefix(2).map(\.failureCount)
        await followed.waitForStatus { status in zip(status.resources, counts).allSatisfy { $0.failureCount > $1 + 3 } }
        #expect(!followed.policies.status.isSettled)
        clock.move(by: .seconds(601))
        await followed.wait { $0.latest == PolicyObjects() }
        await followed.stop()
    }

    @Test func `Status 403 for one kind: nothing is reported, and the problem names the rights`() async throws {
        let server = try PolicyServer(
            policies: .serve(list: [Object("a", version: 3, namespaces: ["x"])], version: 5, events: []),
            waivers: .refuse(403)
        )
        let followed = try FollowedPolicies(server, absence: .zero)
        await followed.waitForStatus { $0.resources.first?.isSynced == true && $0.resources[1].problem != nil }
        #expect(!followed.policies.status.isSettled)
        #expect(followed.policies.status.resources[1].problem?.contains(#"resources: ["scorewaivers"], verbs: ["list"]"#) == true)
        await followed.stop()
    }

    @Test func `A server that is lost: all objects stay, and a status says so`() async throws {
        let server = try PolicyServer(policies: .serve(list: [Object("a", version: 3, namespaces: ["x"])], version: 5, events: []))
        let followed = try FollowedPolicies(server)
        await followed.wait { $0.latest != nil }
        await followed.waitForStatus { $0.isSettled }
        for resource in ["scorepolicies", "scorewaivers", "namespaces"] { server.set(resource, .refuse(503)) }
        try await server.closeConnections()
        await followed.waitForStatus { $0.resources.allSatisfy { $0.problem != nil && $0.failureCount > 5 } }
        #expect(followed.policies.status.isSettled)
        #expect(followed.all.count == 1)
        #expect(followed.policies.status.resources.map(\.objectCount) == [1, 0, 0])
        // The same failure is not new each time, and its end is an event.
        let isNew = followed.events.map { if case .note(.failed, _, let isRepeated) = $0.kind { !isRepeated } else { false } }
        #expect(isNew.count { $0 } <= 9)
        for resource in ["scorepolicies", "scorewaivers", "namespaces"] { server.set(resource, .serve(list: [], version: 9, events: [])) }
        await followed.waitForStatus { $0.resources.allSatisfy { $0.problem == nil } }
        #expect(followed.events.contains { $0.kind == .answersAgain })
        await followed.stop()
    }

    @Test func `A kind that is removed: its objects stay until a list succeeds, which counts although it is empty`() async throws {
        let a = Object("a", version: 3, namespaces: ["x"])
        let server = try PolicyServer(
            policies: .serveAndClose(
                list: [a],
                version: 5,
                events: [PolicyServer.event("DELETED", Object("a", version: 6, namespaces: ["x"]))]
            )
        )
        let followed = try FollowedPolicies(server, absence: .zero, deletionHold: .seconds(600))
        await followed.wait { $0.latest != nil }
        server.set("scorepolicies", .absent)
        await followed.waitForStatus { $0.resources.first?.isAbsent == true && $0.isSettled }
        #expect(followed.accepted == ["ScorePolicy a 3"])
        server.set("scorepolicies", .serve(list: [], version: 20, events: []))
        await followed.wait { $0.accepted.isEmpty }
        await followed.stop()
    }

    @Test func `A deletion is reported`() async throws {
        let a = Object("a", version: 3, namespaces: ["x"])
        let deletion = PolicyServer.event("DELETED", Object("a", version: 6, namespaces: ["x"]))
        let server = try PolicyServer(policies: .serve(list: [a], version: 5, events: [deletion]))
        let followed = try FollowedPolicies(server)
        await followed.wait { $0.latest != nil && $0.accepted.isEmpty }
        await followed.stop()
    }

    @Test func `A change that leaves the generation as it is: the object is not read again, and nothing is reported`() async throws {
        let a = Object("a", version: 3, namespaces: ["x"])
        // Only a reader that reads it again would reject it.
        var written = Object("a", version: 6, spec: Self.invalid)
        written.generation = a.generation
        let server = try PolicyServer(
            policies: .serve(
                list: [a],
                version: 5,
                events: [PolicyServer.event("MODIFIED", written), PolicyServer.event("ADDED", Object("b", version: 7, namespaces: ["y"]))]
            )
        )
        let followed = try FollowedPolicies(server)
        await followed.wait { $0.accepted == ["ScorePolicy a 3", "ScorePolicy b 7"] }
        #expect(followed.all.allSatisfy { $0.rejections.isEmpty })
        #expect(followed.all.count <= 2)
        await followed.stop()
    }

    @Test func `An object that is listed again with the same generation keeps the version that was read`() async throws {
        let a = Object("a", version: 3, namespaces: ["x"])
        let server = try PolicyServer(policies: .serveAndClose(list: [a], version: 5, events: [#"{"type":"ERROR","object":{"code":410}}"#]))
        let followed = try FollowedPolicies(server)
        await followed.wait { $0.latest != nil }
        var written = Object("a", version: 8, namespaces: ["x"])
        written.generation = a.generation
        server.set("scorepolicies", .serve(list: [written, Object("b", version: 9, namespaces: ["y"])], version: 9, events: []))
        await followed.wait { $0.accepted == ["ScorePolicy a 3", "ScorePolicy b 9"] }
        await followed.stop()
    }

    @Test func `An object that is created again with the same generation is read`() async throws {
        let a = Object("a", version: 3, namespaces: ["x"])
        var second = Object("a", version: 6, namespaces: ["y"])
        (second.generation, second.uid) = (a.generation, "uid-second")
        let server = try PolicyServer(policies: .serve(list: [a], version: 5, events: [PolicyServer.event("ADDED", second)]))
        let followed = try FollowedPolicies(server)
        await followed.wait { $0.accepted == ["ScorePolicy a 6"] }
        await followed.stop()
    }

    @Test func `Many events at once: few reports, and the last one is right`() async throws {
        let events = (10..<1_010).map { PolicyServer.event("MODIFIED", Object("a", version: $0, namespaces: ["x"], minimum: $0 % 9)) }
        let server = try PolicyServer(policies: .serve(list: [Object("a", version: 3, namespaces: ["x"])], version: 5, events: events))
        let followed = try FollowedPolicies(server)
        await followed.wait { $0.accepted == ["ScorePolicy a 1009"] }
        #expect(followed.all.count < 500)
        await followed.stop()
    }
}
