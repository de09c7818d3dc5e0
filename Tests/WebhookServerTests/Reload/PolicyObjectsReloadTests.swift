import AdmissionPolicy
import KubernetesAPI
import Metrics
import Platform
import PodScoring
import PolicySources
import Testing

@testable import WebhookServer

/// Objects of a cluster beside policy files.
@Suite struct PolicyObjectsReloadTests {
    private let log = RecordingLog()
    private let inForce: PoliciesInForce
    private let reloader: PolicyReloader

    init() {
        inForce = PoliciesInForce(Self.files(["filed"]), mode: .enforce, since: UnixTime(seconds: 0))
        reloader = PolicyReloader(inForce, metrics: WebhookMetrics(), logger: log.logger) { UnixTime(seconds: 86_400 * 20_000) }
    }

    /// Policies of files, each for the Namespace of its name.
    private static func files(_ names: [String], sha256: String = "a") -> LoadedPolicies {
        LoadedPolicies(
            policies: TestServer.policies([], naming: names.map { ($0, $0) }),
            files: [PolicyFile(path: "p.yaml", sha256: sha256)],
            sha256: sha256,
            warnings: []
        )
    }

    private static func policy(_ name: String, _ version: String, namespace: String? = nil, created: String = "10") -> PolicyObject {
        let ruleset = Ruleset(name: "test/v1", isReleased: true, zeroFails: false, entries: [])
        return PolicyObject(
            identity: identity(.policy, name, version, created),
            content: .policy(ScorePolicy(name: name, namespaces: [NamePattern(namespace ?? name)], ruleset: ruleset))
        )
    }

    private static func identity(_ kind: PolicyKind, _ name: String, _ version: String, _ created: String = "10") -> PolicyObject.Identity {
        PolicyObject.Identity(
            kind: kind,
            name: name,
            uid: "uid-\(name)",
            resourceVersion: version,
            creationTimestamp: "2026-11-28T08:09:\(created)Z"
        )
    }

    private func take(_ objects: PolicyObject..., rejecting rejections: ObjectRejection...) {
        var states = objects.map { PolicyObjectState(.success($0), after: nil) }
        for rejection in rejections {
            let index = states.firstIndex { $0.accepted?.identity.name == rejection.identity.name }
            let state = PolicyObjectState(.failure(rejection), after: index.map { states[$0] })
            if let index { states[index] = state } else { states.append(state) }
        }
        reloader.take(PolicyObjects(states))
    }

    private var names: [String] { inForce.snapshot.policies.policies.map(\.name) }

    @Test func `Objects are in force beside the files, and each source stays when the other changes`() {
        take(Self.policy("a", "1"))
        #expect(names == ["filed", "a"])
        #expect(inForce.snapshot.policyVersions == ["a": "1"])
        reloader.take(.success(Self.files(["other"], sha256: "b")))
        #expect(names == ["other", "a"])
        #expect(inForce.origin.sha256 == "b")
        take(Self.policy("b", "2"))
        #expect(names == ["other", "b"])
        #expect(inForce.reported.report.files == [PolicyFile(path: "p.yaml", sha256: "b")])
    }

    @Test func `Rejected files stay rejected while objects change`() {
        reloader.take(.failure(RejectedFiles("wrong", sha256: "b")))
        take(Self.policy("a", "1"))
        #expect(inForce.origin.rejection?.files.lines == ["wrong"])
        #expect(names == ["filed", "a"])
        reloader.take(.success(Self.files(["filed"])))
        #expect(inForce.origin.rejection == nil)
        #expect(names == ["filed", "a"])
    }

    @Test func `The first objects are counted, and each later change is a line`() {
        take(Self.policy("a", "1"))
        #expect(log.takeLines() == ["info: in force from the cluster: policies 1, waivers 0"])
        take(Self.policy("a", "2"), Self.policy("b", "3"))
        #expect(
            log.takeLines() == [
                "info: ScorePolicy a of the cluster is in force, resourceVersion 2",
                "info: ScorePolicy b of the cluster is in force, resourceVersion 3",
            ]
        )
        take(Self.policy("b", "3"))
        #expect(log.takeLines() == ["info: ScorePolicy a of the cluster is no longer in force"])
    }

    @Test func `Rejected objects and losers are logged once`() {
        take(Self.policy("a", "1"))
        _ = log.takeLines()
        let rejection = ObjectRejection(identity: Self.identity(.policy, "a", "2"), lines: ["spec: x", "spec: y"])
        let other = ObjectRejection(identity: Self.identity(.waiver, "w", "2"), lines: ["spec: z"])
        for _ in 0..<2 { take(Self.policy("a", "1"), Self.policy("c", "4", namespace: "filed"), rejecting: rejection, other) }
        #expect(
            log.takeLines() == [
                "error: ScorePolicy a rejected, its resourceVersion 1 stays in force: spec: x; spec: y",
                "error: ScoreWaiver w rejected, no version of it is in force: spec: z",
                #"warning: ScorePolicy c is not in force: policy filed of a file also lists "filed", and files win"#,
            ]
        )
        #expect(names == ["filed", "a"])
    }

    @Test func `Many rejected objects do not cut off the number of those in force`() {
        let rejections = (0..<60).map { ObjectRejection(identity: Self.identity(.policy, "r\($0)", "2"), lines: ["spec: x"]) }
        let states = [PolicyObjectState(.success(Self.policy("a", "1")), after: nil)]
        reloader.take(PolicyObjects(states + rejections.map { PolicyObjectState(.failure($0), after: nil) }))
        let lines = log.takeLines()
        #expect(lines.count == 51)
        #expect(lines.first == "info: in force from the cluster: policies 1, waivers 0")
        #expect(lines.last == "info: and 11 more changes")
    }

    @Test func `A file that takes the name of an object puts it out of force, and back when the file is gone`() {
        take(Self.policy("a", "1", namespace: "x"))
        _ = log.takeLines()
        reloader.take(.success(Self.files(["a"], sha256: "b")))
        #expect(
            log.takeLines() == [
                "info: policy reloaded: a; SHA-256 b",
                "warning: ScorePolicy a is not in force: a document of a file has the same name, and files win",
            ]
        )
        #expect(inForce.snapshot.policies.policies.map { $0.namespaces.map(\.text) } == [["a"]])
        #expect(inForce.snapshot.policyVersions.isEmpty)
        #expect(inForce.reported.report.objects?.losers.map(\.object.identity.name) == ["a"])
        reloader.take(.success(Self.files(["filed"], sha256: "c")))
        #expect(inForce.snapshot.policyVersions == ["a": "1"])
        #expect(
            log.takeLines() == [
                "info: policy reloaded: filed; SHA-256 c",
                "info: ScorePolicy a of the cluster is in force, resourceVersion 1",
            ]
        )
    }

    @Test func `Waivers of objects that end soon are warnings, and are logged once when they are applied`() {
        let day = CivilDate(daysSinceEpoch: 20_003)
        let waiver = ScoreWaiver(
            name: "w",
            match: ScoreWaiver.Match(namespaces: [NamePattern("x")]),
            rules: ["HostPID"],
            expires: day,
            owner: "o",
            reason: "r"
        )
        take(PolicyObject(identity: Self.identity(.waiver, "w", "1"), content: .waiver(waiver)))
        #expect(inForce.reported.report.warnings == ["ScoreWaiver w: warning: the waiver expires on \(day), in 3 days"])
        let line = "warning: ScoreWaiver w: warning: the waiver expires on \(day), in 3 days"
        #expect(log.takeLines() == ["info: in force from the cluster: policies 0, waivers 1", line])
        take(
            PolicyObject(identity: Self.identity(.waiver, "w", "1"), content: .waiver(waiver)),
            Self.policy("a", "2")
        )
        #expect(log.takeLines() == ["info: ScorePolicy a of the cluster is in force, resourceVersion 2"])
    }
}
