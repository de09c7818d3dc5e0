import AdmissionPolicy
import ClusterController
import KubernetesAPI
import Testing
import TestSupport

@testable import Cluster

@Suite struct PolicyReviewsTests {
    /// Pods of which some use `hostPID`.
    private static func pods(_ count: Int, deniedEvery step: Int, prefix: String = "pod") -> [String] {
        (0..<count).map { AuditedCluster.pod("\(prefix)-\($0)", owner: "ReplicaSet/r/r1", hostPID: $0 % step == 0) }
    }

    @Test func `A new policy warns of the Pods that it would deny`() async throws {
        let cluster = try PreviewedCluster()
        cluster.add(Self.pods(12, deniedEvery: 3))
        let answer = try await cluster.answer(PreviewedCluster.review(PreviewedCluster.strict("strict", "shop")))
        #expect(answer.isAllowed)
        #expect(
            answer.warnings == [
                "existing Pods in Namespace shop would be denied by policy strict: 4 of 12",
                "pod-0 (and 3 other Pods): forbidden: HostPID",
            ]
        )
        #expect(cluster.lists.count == 1)
        #expect(cluster.lists.first?.hasPrefix("/api/v1/namespaces/shop/pods?fieldSelector=status.phase%21%3DSucceeded") == true)
    }

    @Test func `An invalid policy is denied without any list, also before the cluster is known`() async throws {
        for isKnown in [true, false] {
            let cluster = try PreviewedCluster(isKnown: isKnown)
            let invalid = PreviewedCluster.object(.policy, "strict", #"{"match":{"namespaces":["shop"]},"enforc":{}}"#)
            let answer = try await cluster.answer(PreviewedCluster.review(invalid))
            #expect(!answer.isAllowed)
            #expect(answer.message.contains(#"spec.enforc: unknown field "enforc""#), "\(answer.message)")
            #expect(cluster.lists.isEmpty)
        }
    }

    @Test func `Before the cluster is known a valid policy is allowed, and the warning says what was not checked`() async throws {
        let cluster = try PreviewedCluster(isKnown: false)
        let answer = try await cluster.answer(PreviewedCluster.review(PreviewedCluster.strict("strict", "shop")))
        #expect(answer.isAllowed)
        #expect(answer.warnings.count == 1 && answer.warnings.first?.contains("not known yet") == true)
        let namespace = PreviewedCluster.review(PreviewedCluster.namespace(), kind: "Namespace", name: "shop")
        #expect(try await cluster.answer(namespace).warnings.isEmpty)
    }

    @Test func `Random changes are previewed as an independent count says`() async throws {
        var numbers = SeededNumbers(seed: 7)
        for _ in 0..<20 {
            let cluster = try PreviewedCluster(objects: [PreviewedCluster.strict("old", "shop")])
            let pods = (0..<60).map { number in
                (name: "p-\(number)", isHost: Bool.random(using: &numbers), isNetwork: Bool.random(using: &numbers))
            }
            cluster.add(
                pods.map { pod in
                    let owner = Bool.random(using: &numbers) ? "ReplicaSet/r/r\(Int.random(in: 0..<3, using: &numbers))" : nil
                    return AuditedCluster.pod(pod.name, owner: owner, hostPID: pod.isHost)
                        .replacing(#""spec":{"#, with: #""spec":{"hostNetwork":\#(pod.isNetwork),"#)
                }
            )
            let rules = [#""HostPID""#, #""HostNetwork""#].filter { _ in Bool.random(using: &numbers) } + [#""HostIPC""#]
            let spec = #"{"match":{"namespaces":["shop"]},"enforce":{"forbid":[\#(rules.joined(separator: ","))]}}"#
            let answer = try await cluster.answer(
                PreviewedCluster.review(
                    PreviewedCluster.object(.policy, "old", spec),
                    from: PreviewedCluster.strict("old", "shop"),
                    name: "old"
                )
            )
            let denied = pods.filter { pod in
                pod.isHost && rules.contains(#""HostPID""#) || pod.isNetwork && rules.contains(#""HostNetwork""#)
            }
            let new = denied.filter { !$0.isHost }
            let already = denied.count - new.count
            let rest = already > 0 ? "; \(already) already would be" : ""
            let title = "existing Pods in Namespace shop would be denied by policy old: \(new.count) of 60\(rest)"
            #expect(answer.warnings.first == (new.isEmpty ? nil : title))
        }
    }

    @Test func `A label that raises the minimum is previewed, and one that lowers it is not`() async throws {
        let policy = PreviewedCluster.object(.policy, "all", #"{"match":{"namespaces":["*"]},"enforce":{"forbid":["HostIPC"]}}"#)
        let cluster = try PreviewedCluster(objects: [policy])
        cluster.add(Self.pods(6, deniedEvery: 2))
        let label = MinimumLabel.enforce.rawValue
        let raised = PreviewedCluster.review(
            PreviewedCluster.namespace(label, "21"),
            from: PreviewedCluster.namespace(),
            kind: "Namespace",
            name: "shop"
        )
        let answer = try await cluster.answer(raised)
        #expect(answer.isAllowed)
        #expect(answer.warnings.first == "existing Pods in Namespace shop would be denied by policy all: 6 of 6")
        #expect(answer.warnings.dropFirst().allSatisfy { $0.contains(" is below the minimum 21") })
        let lowered = PreviewedCluster.review(
            PreviewedCluster.namespace(label, "1"),
            from: PreviewedCluster.namespace(label, "21"),
            kind: "Namespace",
            name: "shop"
        )
        #expect(try await cluster.answer(lowered).warnings.isEmpty)
        #expect(cluster.lists.count == 1)
    }

    @Test func `A malformed label is a warning, and never denied`() async throws {
        let cluster = try PreviewedCluster()
        let object = PreviewedCluster.namespace(MinimumLabel.enforce.rawValue, "many")
        let review = PreviewedCluster.review(object, from: PreviewedCluster.namespace(), kind: "Namespace", name: "shop")
        let answer = try await cluster.answer(review)
        #expect(answer.isAllowed)
        #expect(answer.warnings.count == 1 && answer.warnings.first?.contains(#""many" is not a whole number"#) == true)
        #expect(cluster.lists.isEmpty)
    }

    @Test func `Patterns and selectors are not previewed, and a line says what shows them`() async throws {
        for match in [#"{"namespaces":["team-*","shop"]}"#, #"{"namespaces":["shop"],"namespaceSelector":{"matchLabels":{"a":"b"}}}"#] {
            let cluster = try PreviewedCluster()
            cluster.add(Self.pods(2, deniedEvery: 1))
            let policy = PreviewedCluster.object(.policy, "strict", #"{"match":\#(match),"enforce":{"forbid":["HostPID"]}}"#)
            let answer = try await cluster.answer(PreviewedCluster.review(policy))
            #expect(answer.warnings.first?.contains("podscore policy diff --cluster") == true)
            #expect(answer.warnings.contains("existing Pods in Namespace shop would be denied by policy strict: 2 of 2"))
            #expect(cluster.lists.count == 1)
        }
    }

    @Test func `A policy that denies nothing reads no Pods`() async throws {
        let cluster = try PreviewedCluster()
        let spec = #"{"match":{"namespaces":["shop","a-*"]},"warn":{"forbid":["HostPID"]}}"#
        let answer = try await cluster.answer(PreviewedCluster.review(PreviewedCluster.object(.policy, "strict", spec)))
        #expect(answer.warnings.isEmpty && cluster.lists.isEmpty)
    }

    @Test func `A policy that loses against an older one is allowed with a warning, and has no preview`() async throws {
        let cluster = try PreviewedCluster(objects: [PreviewedCluster.strict("older", "shop")])
        cluster.add(Self.pods(2, deniedEvery: 1))
        let answer = try await cluster.answer(PreviewedCluster.review(PreviewedCluster.strict("strict", "shop")))
        #expect(
            answer.warnings == [
                #"ScorePolicy strict: not in force: policy older of the cluster also lists "shop", and the older object wins"#
            ]
        )
        #expect(cluster.lists.isEmpty)
    }

    @Test func `A change that puts a younger policy out of force says so`() async throws {
        let (old, new) = (PreviewedCluster.strict("older", "shop"), PreviewedCluster.strict("older", "shop", "pay"))
        let cluster = try PreviewedCluster(objects: [old, PreviewedCluster.strict("younger", "pay")])
        let answer = try await cluster.answer(PreviewedCluster.review(new, from: old, name: "older"))
        #expect(answer.warnings.contains { $0.hasPrefix("ScorePolicy younger: not in force: ") }, "\(answer.warnings)")
    }

    @Test func `A waiver that waives less is previewed, and one that anyone can use is risky`() async throws {
        func waiver(_ rules: String) -> String {
            let spec = #"{"match":{"namespaces":["shop"]},"rules":[\#(rules)],"expires":"2029-01-01","owner":"o","reason":"r"}"#
            return PreviewedCluster.object(.waiver, "w", spec)
        }
        let cluster = try PreviewedCluster(objects: [PreviewedCluster.strict("strict", "shop"), waiver(#""HostPID""#)])
        cluster.add(Self.pods(4, deniedEvery: 2))
        let less = try await cluster.answer(
            PreviewedCluster.review(waiver(#""HostNetwork""#), from: waiver(#""HostPID""#), kind: "ScoreWaiver", name: "w")
        )
        #expect(less.warnings.contains("existing Pods in Namespace shop would be denied by policy strict: 2 of 4"))
        #expect(less.warnings.contains { $0.hasPrefix("ScoreWaiver w: ") && $0.contains("names no image repository") })
        let new = try await cluster.answer(PreviewedCluster.review(waiver(#""HostNetwork""#), kind: "ScoreWaiver", name: "w"))
        #expect(new.isAllowed && cluster.lists.count == 1)
    }

    @Test func `A waiver that has expired is allowed with a warning`() async throws {
        let spec = #"{"match":{"namespaces":["shop"]},"rules":["CapDropAll"],"expires":"2020-01-01","owner":"o","reason":"r"}"#
        let waiver = PreviewedCluster.object(.waiver, "w", spec)
        let answer = try await PreviewedCluster().answer(PreviewedCluster.review(waiver, kind: "ScoreWaiver", name: "w"))
        #expect(answer.isAllowed)
        #expect(answer.warnings == ["ScoreWaiver w: the waiver expired on 2020-01-01 and has no effect"])
    }

    @Test func `Other kinds are allowed, and garbage is malformed`() async throws {
        let cluster = try PreviewedCluster()
        #expect(try await cluster.answer(PreviewedCluster.review("{}", kind: "Other")).isAllowed)
        await #expect(throws: DecodingFailure.self) { try await cluster.answer("garbage") }
    }
}
