import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Testing

@testable import ClusterAudit

@Suite struct AuditFoldTests {
    private static let ofReplicaSet = Audited.owned(by: "ReplicaSet", "web-5d4f", uid: "r1")

    /// A directory with a Deployment and its ReplicaSet.
    private static func directory() throws -> OwnerDirectory {
        var directory = OwnerDirectory()
        let replicaSet = try Audited.workload(.replicaSet, "web-5d4f", uid: "r1", owner: Audited.owned(by: "Deployment", "web", uid: "d1"))
        for workload in [try Audited.workload(.deployment, "web", uid: "d1"), replicaSet] {
            directory.add(workload.identity, controller: workload.facts.controller)
        }
        for kind in WorkloadKind.allCases { directory.complete(kind) }
        return directory
    }

    private static func audited(_ pods: [RunningObject], knowing directory: OwnerDirectory? = nil) throws -> [AuditedOwner] {
        var fold = AuditFold(decidingBy: try Audited.decider())
        let directory = try directory ?? Self.directory()
        for pod in pods { fold.add(pod: pod, knowing: directory) }
        fold.settle(knowing: directory)
        return Audit(owners: fold.audited(), podCount: fold.podCount, gaps: []).owners
    }

    @Test func `The worst Pod decides for the owner, and the others are counted`() throws {
        let owners = try Self.audited([
            Audited.pod("web-c", owner: Self.ofReplicaSet, spec: Audited.allowed),
            Audited.pod("web-b", owner: Self.ofReplicaSet, spec: Audited.denied),
            Audited.pod("web-a", owner: Self.ofReplicaSet, spec: Audited.denied),
            Audited.pod("web-d", owner: Self.ofReplicaSet),
        ])
        let owner = try #require(owners.first)
        #expect(owners.count == 1)
        #expect(owner.identity.title == "Deployment/web")
        #expect(owner.source == .pods(count: 4))
        #expect(owner.worst.decision.outcome == .deny)
        #expect(owner.worst.example.name == "web-a")
        #expect(owner.podCounts.map(\.outcome) == [.deny, .warn, .allow])
        #expect(owner.podCounts.map(\.count) == [2, 1, 1])
        #expect(owner.worst.decision.violatedIDs == ["HostPID", "RunAsNonRoot"])
    }

    @Test func `The result does not depend on the order of the Pods`() throws {
        let pods = [
            try Audited.pod("web-c", owner: Self.ofReplicaSet, spec: Audited.allowed), try Audited.pod("alone", spec: Audited.denied),
            try Audited.pod("web-b", owner: Self.ofReplicaSet, image: "b"), try Audited.pod("web-a", owner: Self.ofReplicaSet),
        ]
        func facts(_ owners: [AuditedOwner]) -> [String] {
            owners.map { owner in
                let results = owner.results.map { "\($0.count) \($0.example.name) \($0.decision.key)" }
                return "\(owner.identity) \(owner.source) \(results) \(owner.images)"
            }
        }
        #expect(try facts(Self.audited(pods)) == facts(Self.audited(pods.reversed())))
    }

    @Test func `Results grow with distinct violations and not with Pods`() throws {
        let owner = try #require(
            try Self.audited((1...50).map { try Audited.pod("web-\($0)", owner: Self.ofReplicaSet, image: "nginx:\($0 % 2)") }).first
        )
        #expect(owner.results.count == 1)
        #expect(owner.worst.count == 50)
        #expect(owner.images.map(\.reference) == ["nginx:0", "nginx:1"])
    }

    @Test func `Pods that differ only in names that the API server generates are one content`() throws {
        let pods = try (1...3).map { number in
            let volume = #""volumes": [{"name": "kube-api-access-\#(number)", "projected": {"sources": [{"serviceAccountToken": {}}]}}], "#
            return AuditedExample(try Audited.pod("web-\(number)", spec: volume).object)
        }
        #expect(pods[0].hasSameContent(as: pods[1]))
        #expect(try pods[2].object().metadata.name == "web-3")
        let other = #""volumes": [{"name": "kube-api-access-1", "hostPath": {"path": "/"}}], "#
        #expect(!AuditedExample(try Audited.pod("a", spec: other).object).hasSameContent(as: pods[0]))
    }

    @Test func `Pods with a false owner are listed by themselves, each with its own result`() throws {
        let forged = Audited.owned(by: "ReplicaSet", "web-5d4f", uid: "forged")
        let owners = try Self.audited([
            Audited.pod("b", owner: forged, spec: Audited.denied), Audited.pod("a", owner: forged), Audited.pod("c", owner: forged),
        ])
        #expect(owners.map(\.identity.title) == ["Pod/a", "Pod/b", "Pod/c"])
        #expect(owners.map(\.worst.decision.outcome) == [.warn, .deny, .warn])
        #expect(owners.map(\.worst.example.name) == ["a", "b", "c"])
        #expect(owners.map(\.podCount) == [1, 1, 1])
    }

    @Test func `Pods with a false owner have their own images alone`() throws {
        let forged = Audited.owned(by: "ReplicaSet", "web-5d4f", uid: "forged")
        let owners = try Self.audited([
            Audited.pod("a", owner: forged, image: "nginx:1"), Audited.pod("b", owner: forged, image: "nginx:2"),
            Audited.pod("c", owner: forged, image: "nginx:1"),
        ])
        #expect(owners.map { $0.images.map(\.reference) } == [["nginx:1"], ["nginx:2"], ["nginx:1"]])
    }

    @Test func `Pods wait for an owner that is read later`() throws {
        var fold = AuditFold(decidingBy: try Audited.decider())
        fold.add(pod: try Audited.pod("web-a", owner: Self.ofReplicaSet), knowing: OwnerDirectory())
        fold.add(pod: try Audited.pod("web-b", owner: Self.ofReplicaSet, spec: Audited.denied), knowing: OwnerDirectory())
        #expect(fold.claimedKinds == [.replicaSet])
        fold.settle(knowing: try Self.directory())
        let owners = fold.audited()
        #expect(owners.map(\.identity.title) == ["Deployment/web"])
        #expect(owners.first?.podCounts.map(\.count) == [1, 1])
        #expect(owners.first?.images.map(\.reference) == ["nginx:1"])
    }

    @Test func `Finished Pods and those that are being deleted do not count`() throws {
        let owners = try Self.audited([
            Audited.pod("done", status: #""phase": "Succeeded""#), Audited.pod("failed", status: #""phase": "Failed""#),
            Audited.pod("leaving", metadata: #""deletionTimestamp": "2026-11-29T00:00:00Z", "#), Audited.pod("new", status: ""),
        ])
        #expect(owners.map(\.identity.title) == ["Pod/new"])
    }

    @Test func `A workload without Pods is decided by its template`() throws {
        var fold = AuditFold(decidingBy: try Audited.decider())
        var directory = try Self.directory()
        let gone = Audited.owned(by: "Deployment", "gone", uid: "d9")
        let orphan = try Audited.workload(.replicaSet, "orphan", uid: "o2", owner: gone)
        let old = try Audited.workload(.replicaSet, "old", uid: "o1", owner: Audited.owned(by: "Deployment", "web", uid: "d1"))
        for replicaSet in [orphan, old] {
            directory.add(replicaSet.identity, controller: replicaSet.facts.controller)
            fold.add(workload: replicaSet)
        }
        fold.add(workload: try Audited.workload(.deployment, "web", uid: "d1", spec: Audited.denied))
        fold.add(workload: try Audited.workload(.daemonSet, "agent", uid: "a1", spec: Audited.denied))
        fold.add(pod: try Audited.pod("web-a", owner: Self.ofReplicaSet), knowing: directory)
        fold.settle(knowing: directory)
        let owners = Audit(owners: fold.audited(), podCount: 1, gaps: []).owners
        #expect(owners.map(\.identity.title) == ["DaemonSet/agent", "Deployment/web", "ReplicaSet/orphan"])
        #expect(owners.map(\.source) == [.template, .pods(count: 1), .template])
        #expect(owners.map(\.worst.decision.outcome) == [.deny, .warn, .warn])
    }

    @Test func `The images that run are shown by digest`() throws {
        let status = #""containerStatuses": [{"name": "a", "image": "nginx:1", "imageID": "docker.io/library/nginx@sha256:abcd"}]"#
        let owners = try Self.audited([Audited.pod("a", status: status), Audited.pod("b")])
        #expect(owners.map { $0.images.first?.digest } == ["sha256:abcd", nil])
    }

    @Test func `A waiver that names Pods applies to those Pods alone`() throws {
        var match = ScoreWaiver.Match(namespaces: [NamePattern("*")])
        match.pods = [NamePattern("web-a*")]
        let waiver = ScoreWaiver(
            name: "w",
            match: match,
            rules: ["HostPID"],
            expires: try #require(CivilDate(parsing: "2027-01-01")),
            owner: "o",
            reason: "r"
        )
        var fold = AuditFold(decidingBy: try Audited.decider([waiver]))
        let directory = try Self.directory()
        for name in ["web-a1", "web-b1"] {
            fold.add(pod: try Audited.pod(name, owner: Self.ofReplicaSet, spec: Audited.denied), knowing: directory)
        }
        let owner = try #require(fold.audited().first)
        #expect(owner.podCounts.map(\.outcome) == [.deny, .warn])
        #expect(owner.worst.example.name == "web-b1")
    }

    @Test func `A static Pod is decided as a Pod of the kubelet`() throws {
        let mirror = #""annotations": {"kubernetes.io/config.mirror": "x"}, "#
        let owner = Audited.owned(by: "Node", "node-etcd", uid: "n1", apiVersion: "v1")
        let owners = try Self.audited([
            Audited.pod("etcd", owner: owner, spec: Audited.denied, metadata: mirror),
            Audited.pod("imitation", owner: owner, spec: Audited.denied, metadata: mirror),
        ])
        #expect(owners.map(\.identity.title) == ["Pod/etcd", "Pod/imitation"])
        #expect(owners.map(\.worst.decision.outcome) == [.audit, .deny])
        let (object, decision) = try Audited.decider().decided(try #require(owners.first).worst.example)
        #expect(object.metadata.name == "etcd")
        #expect(decision?.outcome == .audit)
    }
}
