import AdmissionPolicy
import KubernetesAPI
import Testing

@testable import ClusterAudit

/// The waivers for what runs, one for each owner that violates a policy.
struct ExistingWaiversTests {
    private static let digest = "sha256:" + String(repeating: "0af", count: 21) + "0"
    private static let policy = "enforce: {minimumScore: 9, require: [RunAsNonRoot], forbid: [Privileged]}\nwarn: {require: [CapDropAll]}"
    private static let privileged = """
        {hostPID: true, containers: [{name: app, image: "registry.example/app:1", securityContext: {privileged: true}}]}
        """

    @Test func `An owner gets one waiver, of the rules, the score and the images of its Pods`() throws {
        let decider = try WaiverFixtures.decider(Self.policy + "\naudit: {podSecurityStandard: {level: baseline, version: latest}}")
        let owner = try WaiverFixtures.owner(
            of: [WaiverFixtures.pod(Self.privileged)],
            digests: ["registry.example/app:1": Self.digest],
            decidedBy: decider
        )
        let found = try WaiverFixtures.waivers(for: [owner], decidedBy: decider)
        #expect(found.unwaivable == [])
        let name = try #require(found.waivers.first?.name)
        #expect(
            String(decoding: found.yaml, as: UTF8.self) == """
                apiVersion: podscore.dev/v1alpha1
                kind: ScoreWaiver
                metadata:
                  name: \(name)
                spec:
                  match:
                    namespaces:
                    - payments
                    pods:
                    - "web-*"
                    images:
                    - "registry.example/app:1"
                    - "registry.example/app@\(Self.digest)"
                  rules:
                  - Privileged
                  - RunAsNonRoot
                  minimumScore: -8
                  expires: "2027-06-30"
                  owner: billing
                  reason: Deployment web ran before this was enforced

                """
        )
    }

    @Test func `The documents are read as the waivers, without a warning`() throws {
        let decider = try WaiverFixtures.decider(Self.policy)
        let names = ["Deployment": "web", "Rollout": "roll", "Pod": "web-1"]
        let owners = try names.sorted { $0.key < $1.key }.map { kind, name in
            let identity = WaiverFixtures.identity(kind, name, group: ["Deployment": "apps", "Rollout": "argoproj.io"][kind] ?? "")
            return try WaiverFixtures.owner(identity, of: [WaiverFixtures.pod(Self.privileged)], decidedBy: decider)
        }
        let found = try WaiverFixtures.waivers(for: owners, decidedBy: decider)
        let reading = try WaiverFixtures.reading(String(decoding: found.yaml, as: UTF8.self))
        #expect(reading.waivers == found.waivers)
        #expect(reading.warnings.map(\.description) == [])
        #expect(found.waivers.map { $0.match.pods?.map(\.text) } == [["web-*"], ["web-1"], nil])
    }

    @Test(arguments: [
        "{containers: [{name: app, image: a, securityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}}]}",
        "{containers: [{name: app, image: a, securityContext: {runAsNonRoot: true}}]}",
    ])
    func `Nothing is written for what violates only weaker levels, or nothing`(specification: String) throws {
        let decider = try WaiverFixtures.decider("enforce: {require: [RunAsNonRoot]}\nwarn: {minimumScore: 21}")
        let owner = try WaiverFixtures.owner(of: [WaiverFixtures.pod(specification)], decidedBy: decider)
        let found = try WaiverFixtures.waivers(for: [owner], decidedBy: decider)
        #expect(found.waivers.isEmpty && found.unwaivable.isEmpty)
        #expect(String(decoding: found.yaml, as: UTF8.self) == "# No waiver is needed.\n")
    }

    @Test func `If no owner can be waived, the file does not say that no waiver is needed`() throws {
        let decider = try WaiverFixtures.decider(Self.policy)
        let pod = try WaiverFixtures.pod("{containers: [{name: app, image: \"a b\", securityContext: {privileged: true}}]}")
        let found = try WaiverFixtures.waivers(for: [WaiverFixtures.owner(of: [pod], decidedBy: decider)], decidedBy: decider)
        #expect(found.waivers.isEmpty && found.unwaivable.count == 1)
        #expect(String(decoding: found.yaml, as: UTF8.self) == "# No waiver helps; see the messages of the command.\n")
    }

    @Test func `Where nothing is enforced yet, the strongest level counts`() throws {
        let decider = try WaiverFixtures.decider("warn: {require: [RunAsNonRoot]}\naudit: {require: [CapDropAll]}")
        let owner = try WaiverFixtures.owner(of: [WaiverFixtures.pod(Self.privileged)], decidedBy: decider)
        #expect(try WaiverFixtures.waivers(for: [owner], decidedBy: decider).waivers.map(\.rules) == [["RunAsNonRoot"]])
    }

    @Test(arguments: ["ignore", "warn", "enforce"])
    func `A template is judged as its Pods, whatever the policy says about workloads`(workloads: String) throws {
        let decider = try WaiverFixtures.decider("enforce: {forbid: [HostPID]}\nworkloads: \(workloads)")
        let denied = try Audited.object(
            #"{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "backup", "namespace": "payments", "uid": "c1"}, "#
                + #""spec": {"jobTemplate": {"spec": {"template": {"spec": {\#(Audited.denied)"containers": []}}}}}}"#
        ).object
        #expect(decider.decide(denied)?.outcome == .deny)
    }

    @Test func `A static Pod needs no waiver`() throws {
        let decider = try WaiverFixtures.decider(Self.policy)
        let pod = try WaiverFixtures.pod(
            "{nodeName: n1, \(Self.privileged.dropFirst())",
            metadata: ", annotations: {kubernetes.io/config.mirror: x}"
        )
        let owner = try WaiverFixtures.owner(WaiverFixtures.identity("Pod", "web-1", group: ""), of: [pod], node: "n1", decidedBy: decider)
        let found = try WaiverFixtures.waivers(for: [owner], decidedBy: decider)
        #expect(found.waivers.isEmpty && found.unwaivable.isEmpty)
    }

    @Test func `The container of a debugging session is left out`() throws {
        let decider = try WaiverFixtures.decider(Self.policy)
        let pod = try WaiverFixtures.pod(
            "{containers: [{name: app, image: a, securityContext: {runAsNonRoot: true}}], "
                + "ephemeralContainers: [{name: debug, image: \"tools:1\", securityContext: {privileged: true}}]}"
        )
        let owner = try WaiverFixtures.owner(of: [pod], decidedBy: decider)
        let waiver = try #require(try WaiverFixtures.waivers(for: [owner], decidedBy: decider).waivers.first)
        #expect(waiver.match.images?.map(\.text) == ["a"])
        #expect(waiver.rules == [])
    }

    @Test func `Pods of one owner share a waiver with the lowest score and all images`() throws {
        let decider = try WaiverFixtures.decider("enforce: {minimumScore: 9}")
        let pods = try ["true", "false"].enumerated().map { index, value in
            try WaiverFixtures.pod(
                "{containers: [{name: app, image: \"a:\(index)\", securityContext: {readOnlyRootFilesystem: \(value)}}]}",
                name: "web-\(index)"
            )
        }
        let owner = try WaiverFixtures.owner(of: pods, decidedBy: decider)
        let waivers = try WaiverFixtures.waivers(for: [owner], decidedBy: decider).waivers
        let scores = pods.compactMap { decider.decide($0)?.score }
        #expect(waivers.map(\.minimumScore) == [scores.min()])
        #expect(waivers.first?.match.images?.map(\.text) == ["a:0", "a:1"])
        #expect(scores.count == 2 && scores[0] != scores[1])
    }

    @Test func `A Pod whose name was generated is admitted under the next name`() throws {
        let decider = try WaiverFixtures.decider(Self.policy)
        let pod = try WaiverFixtures.pod(Self.privileged, name: "job-x7k2p", metadata: ", generateName: job-")
        let owner = try WaiverFixtures.owner(WaiverFixtures.identity("Pod", "job-x7k2p", group: ""), of: [pod], decidedBy: decider)
        let waivers = try WaiverFixtures.waivers(for: [owner], decidedBy: decider).waivers
        #expect(waivers.first?.match.pods?.map(\.text) == ["job-*"])
        let next = try WaiverFixtures.pod(Self.privileged, name: "job-zzzzz", metadata: ", generateName: job-")
        #expect(decider.adding(waivers).violations(of: next) == [])
    }

    @Test func `A waiver that is in force is kept, replaced as a whole when it is no longer enough, and dropped when it is not needed`()
        throws
    {
        let loose = try WaiverFixtures.decider("enforce: {forbid: [Privileged]}")
        let pod = try WaiverFixtures.pod(Self.privileged)
        let first = try WaiverFixtures.waivers(for: [WaiverFixtures.owner(of: [pod], decidedBy: loose)], decidedBy: loose)
        let inForce = String(decoding: first.yaml, as: UTF8.self)
            .replacing("2027-06-30", with: "2027-03-31")
        let same = try WaiverFixtures.decider("enforce: {forbid: [Privileged]}", and: inForce)
        let kept = try WaiverFixtures.waivers(for: [WaiverFixtures.owner(of: [pod], decidedBy: same)], decidedBy: same)
        #expect(kept.waivers == same.policies.waivers && kept.waivers.map(\.expires.description) == ["2027-03-31"])
        let fixed = try WaiverFixtures.pod("{containers: [{name: app, image: a}]}")
        #expect(try WaiverFixtures.waivers(for: [WaiverFixtures.owner(of: [fixed], decidedBy: same)], decidedBy: same).waivers == [])
        let strict = try WaiverFixtures.decider("enforce: {forbid: [Privileged, HostPID]}", and: inForce)
        let second = try WaiverFixtures.waivers(for: [WaiverFixtures.owner(of: [pod], decidedBy: strict)], decidedBy: strict)
        #expect(second.waivers.map(\.name) == first.waivers.map(\.name))
        #expect(second.waivers.map(\.expires.description) == ["2027-06-30"])
        #expect(second.waivers.map(\.rules) == [["HostPID", "Privileged"]])
    }

    /// A specification that no waiver covers, and the reason.
    @Test(arguments: [
        ("{containers: [{name: app, image: \"\"}]}", "image \"\" names no repository"),
        ("{containers: [{name: app, image: \"a/*\"}]}", "image \"a/*\" names no repository"),
        ("{containers: [{name: app, image: \"a b\"}]}", "image \"a b\" names no repository"),
        (
            "{containers: [\((0..<257).map { "{name: c\($0), image: a}" }.joined(separator: ", "))]}",
            "no waiver covers RunAsNonRoot, minimumScore"
        ),
        (
            "{containers: [\((0..<129).map { "{name: c\($0), image: \"a:\($0)\"}" }.joined(separator: ", "))]}",
            "it has more than 128 images"
        ),
    ])
    func `An owner that no waiver admits is listed with the reason`(specification: String, reason: String) throws {
        let decider = try WaiverFixtures.decider(Self.policy)
        let owner = try WaiverFixtures.owner(of: [WaiverFixtures.pod(specification)], decidedBy: decider)
        let found = try WaiverFixtures.waivers(for: [owner], decidedBy: decider)
        #expect(found.waivers.isEmpty)
        #expect(found.unwaivable == [ExistingWaivers.Unwaivable(owner: owner.identity, reason: reason)])
    }

    @Test(arguments: [
        ("nginx", nil, ["nginx"]), ("nginx:1", digest, ["nginx:1", "nginx@\(digest)"]),
        ("host:5000/a/b", digest, ["host:5000/a/b", "host:5000/a/b@\(digest)"]), ("a:1@sha256:0", digest, ["a@sha256:0"]),
        ("a@sha256:0", nil, ["a@sha256:0"]),
    ])
    func `Images are listed as they are written, and by the digest that runs`(image: String, digest: String?, patterns: [String]) throws {
        let images = try WaivedImages(of: [AuditedImage(container: "c", reference: image, digest: digest)])
        #expect(images.patterns.map(\.text) == patterns)
        #expect(images.patterns.contains { $0.matches(image) })
    }

    @Test func `Names are labels of DNS, differ, and stay the same`() {
        let long = String(repeating: "x", count: 253)
        let owners = [
            ("Deployment", "web", "apps"), ("StatefulSet", "web", "apps"), ("StatefulSet", "web", "apps.kruise.io"), ("Pod", long, ""),
            ("Pod", long + "y", ""), ("Pod", "a.b-", ""), ("Ünïcode", "..", "example.com"), ("Pod", "a.b-", ""),
        ].map { WaiverFixtures.identity($0, $1, group: $2) }
        var names = WaiverNames()
        let first = owners.map { names.name(for: $0) }
        #expect(Set(first).count == owners.count)
        for name in first { #expect(throws: Never.self) { try NamePattern(parsing: name, as: .label) } }
        #expect(first[0].hasPrefix("existing-payments-deployment-web-"))
        var others = WaiverNames()
        #expect(others.name(for: owners[1]) == first[1])
    }
}
