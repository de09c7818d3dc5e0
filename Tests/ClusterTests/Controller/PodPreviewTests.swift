import AdmissionPolicy
import ClusterController
import Metrics
import Testing

@testable import Cluster

/// Previews whose lists are long, slow or fail.
@Suite struct PodPreviewTests {
    private static let review = PreviewedCluster.review(PreviewedCluster.strict("strict", "shop"))

    private static func preview(in cluster: PreviewedCluster, within time: Duration? = nil) throws -> any PolicyPreview {
        let body = Array(review.utf8)
        guard case .preview(let preview) = cluster.reviews.answer(body.span, within: time) else { throw NoPreview() }
        return preview
    }

    /// The review was answered without a preview.
    private struct NoPreview: Error {}

    private static func pods(_ count: Int) -> [String] {
        (0..<count).map { AuditedCluster.pod("p-\($0)", owner: "ReplicaSet/r/r1", hostPID: true) }
    }

    @Test func `Of more Pods than the limit the first are decided, and the answer says so`() async throws {
        let cluster = try PreviewedCluster()
        cluster.add(Self.pods(3_200))
        let answer = try await cluster.answer(Self.review)
        #expect(answer.warnings.first == "only 3000 of 3200 running Pods were checked")
        #expect(answer.warnings.dropFirst().first == "existing Pods in Namespace shop would be denied by policy strict: 3000 of 3000")
    }

    @Test func `Behind the limit one Pod of each further controller is decided`() async throws {
        let cluster = try PreviewedCluster()
        cluster.add(Self.pods(3_100))
        for name in ["x", "y"] { cluster.add([AuditedCluster.pod(name, owner: "StatefulSet/s/s1", hostPID: true)]) }
        cluster.add([AuditedCluster.pod("z", hostPID: true)])
        let answer = try await cluster.answer(Self.review)
        #expect(answer.warnings.first == "only 3001 of 3103 running Pods were checked")
        #expect(answer.warnings.dropFirst().first?.hasSuffix(": 3001 of 3001") == true)
    }

    @Test func `As many Pods as the limit are all`() async throws {
        let cluster = try PreviewedCluster()
        cluster.add(Self.pods(3_000))
        #expect(try await cluster.answer(Self.review).warnings.first?.hasSuffix(": 3000 of 3000") == true)
    }

    @Test func `The limit is one for all Namespaces`() async throws {
        let cluster = try PreviewedCluster()
        cluster.add(Self.pods(2_999), to: "shop")
        cluster.add(Self.pods(600), to: "pay")
        let review = PreviewedCluster.review(PreviewedCluster.strict("strict", "shop", "pay", "web"))
        let answer = try await cluster.answer(review)
        #expect(answer.warnings.first == "only 3000 of 3599 running Pods were checked")
        #expect(answer.warnings.contains("existing Pods in Namespace pay would be denied by policy strict: 1 of 1"))
    }

    @Test func `A list that does not come in time is cut, and the answer has what was read`() async throws {
        let cluster = try PreviewedCluster()
        cluster.add(Self.pods(700))
        cluster.answer { _, number in number == 2 ? [] : nil }
        let preview = try Self.preview(in: cluster)
        let (done, end) = AsyncStream.makeStream(of: Void.self)
        let hasBegun = preview.begin { end.finish() }
        #expect(hasBegun)
        while cluster.lists.count < 2 { await Task.yield() }
        let answer = try PreviewedCluster.Answer(preview.finish())
        #expect(answer.isAllowed)
        #expect(answer.warnings.first == "only 500 running Pods were checked in time")
        #expect(answer.warnings.contains("existing Pods in Namespace shop would be denied by policy strict: 500 of 500"))
        // The list ends, so that its place is free again.
        for await _ in done {}
    }

    @Test func `An API server that does not answer leaves nothing checked`() async throws {
        let cluster = try PreviewedCluster()
        cluster.answer { _, _ in [] }
        let preview = try Self.preview(in: cluster)
        let hasBegun = preview.begin {}
        #expect(hasBegun)
        while cluster.lists.isEmpty { await Task.yield() }
        #expect(try PreviewedCluster.Answer(preview.finish()).warnings == ["running Pods were not checked in time"])
    }

    @Test func `A list that is refused is a warning, and the other Namespaces are decided`() async throws {
        let cluster = try PreviewedCluster()
        cluster.add(Self.pods(2), to: "pay")
        cluster.answer { namespace, _ in namespace == "shop" ? [AuditedCluster.forbidden("pods")] : nil }
        let answer = try await cluster.answer(PreviewedCluster.review(PreviewedCluster.strict("strict", "shop", "pay")))
        #expect(answer.isAllowed)
        #expect(answer.warnings.first?.hasPrefix("the Pods of Namespace shop cannot be listed: list pods in Namespace shop") == true)
        #expect(answer.warnings.contains("existing Pods in Namespace pay would be denied by policy strict: 2 of 2"))
    }

    @Test func `A list that begins again counts no Pod twice`() async throws {
        let cluster = try PreviewedCluster()
        cluster.add(Self.pods(700))
        cluster.answer { _, number in
            number == 2 ? [.answer(410, #"{"kind":"Status","reason":"Expired","message":"too old","code":410}"#)] : nil
        }
        #expect(try await cluster.answer(Self.review).warnings.first?.hasSuffix(": 700 of 700") == true)
    }

    @Test func `The third preview at once has no place, and its policy is validated all the same`() async throws {
        let cluster = try PreviewedCluster()
        cluster.answer { _, _ in [] }
        let running = [try Self.preview(in: cluster), try Self.preview(in: cluster)]
        let begun = running.map { $0.begin {} }
        #expect(begun == [true, true])
        let third = try await cluster.answer(Self.review)
        #expect(third.isAllowed)
        #expect(third.warnings == ["running Pods were not checked, because other previews run; apply the change again to see them"])
        let invalid = PreviewedCluster.object(.policy, "strict", "{}")
        #expect(try await !cluster.answer(PreviewedCluster.review(invalid)).isAllowed)
        for preview in running { preview.cancel() }
        // A cancelled preview gives its place back when its list has ended.
        cluster.answer { _, _ in nil }
        while try !Self.preview(in: cluster).begin(whenDone: {}) { await Task.yield() }
    }

    @Test(
        arguments: [
            (nil, 1_000), (.seconds(10), 1_000), (.seconds(1), 500), (.milliseconds(100), 50), (.seconds(-1), 0),
        ] as [(Duration?, Int)]
    )
    func `A preview takes at most a second, and half of the time that is left`(time: Duration?, milliseconds: Int) throws {
        #expect(try Self.preview(in: PreviewedCluster(), within: time).limit == .milliseconds(milliseconds))
    }

    @Test func `Pods that are finished or being deleted do not count`() async throws {
        let cluster = try PreviewedCluster()
        let pod = AuditedCluster.pod("a", hostPID: true)
        cluster.add([
            pod, pod.replacing("Running", with: "Failed"),
            pod.replacing(#""resourceVersion""#, with: #""deletionTimestamp":"2026-11-29T00:00:00Z","resourceVersion""#),
        ])
        #expect(try await cluster.answer(Self.review).warnings.first?.hasSuffix(": 1 of 1") == true)
    }

    @Test func `Reviews and previews are counted`() async throws {
        let cluster = try PreviewedCluster()
        cluster.add(Self.pods(1))
        _ = try await cluster.answer(Self.review)
        _ = try await cluster.answer(PreviewedCluster.review("{}"))
        _ = try? await cluster.answer("garbage")
        var text = MetricsText()
        cluster.metrics.append(to: &text)
        let page = String(decoding: text.bytes, as: UTF8.self)
        #expect(page.contains(#"podscore_policy_reviews_total{resource="scorepolicies",outcome="warn"} 1"#))
        #expect(page.contains(#"podscore_policy_reviews_total{resource="scorepolicies",outcome="deny"} 1"#))
        #expect(page.contains("podscore_policy_reviews_malformed_total 1"))
        #expect(page.contains(#"podscore_policy_previews_total{result="complete"} 1"#))
    }
}
