import AdmissionPolicy
import KubernetesAPI
import Testing

@testable import WebhookServer

@Suite struct RecordSamplingTests {
    private static func key(_ name: String, namespace: String = "n") throws -> RecordKey {
        var request = AdmissionRequest()
        request.kind.kind = "Pod"
        request.name = name
        request.namespace = namespace
        return try #require(RecordKey(request, decided: .allow))
    }

    @Test func `A workload is recorded again after ten minutes, or when the clock was set back`() throws {
        var sampler = RecordSampler()
        let key = try Self.key("web")
        let moments: [(Int64, Bool)] = [(1_000, true), (1_000, false), (1_599, false), (1_600, true), (1_601, false), (1_599, true)]
        #expect(moments.map { sampler.chooses(key, at: $0.0) } == moments.map(\.1))
    }

    @Test func `What could not be written is chosen again`() throws {
        var sampler = RecordSampler()
        let key = try Self.key("web")
        let first = sampler.chooses(key, at: 1_000)
        sampler.forget(key)
        let second = sampler.chooses(key, at: 1_000)
        #expect(first && second)
    }

    @Test func `A busy namespace has its share of a second, and leaves others theirs`() throws {
        var sampler = RecordSampler()
        let busy = try (0..<100).map { try Self.key("a\($0)x", namespace: "busy") }
        for second in Int64(1_000)...1_001 {
            let chosen = busy.filter { sampler.chooses($0, at: second) }
            #expect(chosen.count == RecordSampler.namespaceRate)
        }
        // Some may share the place of the busy one in the table.
        let others = try (0..<100).map { try Self.key("web", namespace: "n\($0)") }
        let chosen = others.filter { sampler.chooses($0, at: 1_001) }
        #expect(chosen.count > 80)
    }

    private func expect(_ excess: [String], of index: inout RecordIndex, sourceLocation: SourceLocation = #_sourceLocation) {
        let removed = index.removeExcess()
        #expect(removed == excess, sourceLocation: sourceLocation)
    }

    @Test func `The namespace with the most files loses its oldest`() {
        var index = RecordIndex(limits: .init(fileLimit: 4, byteLimit: 1_000))
        for (name, namespace) in [("q1", "quiet"), ("b1", "busy"), ("b2", "busy"), ("b3", "busy")] {
            index.add(name, namespace: namespace, byteCount: 10)
        }
        expect([], of: &index)
        // A file that is written again is the newest.
        index.add("b1", namespace: "busy", byteCount: 10)
        expect([], of: &index)
        index.add("b4", namespace: "busy", byteCount: 10)
        expect(["b2"], of: &index)
        index.add("q2", namespace: "quiet", byteCount: 10)
        expect(["b3"], of: &index)
        index.add("c1", namespace: "calm", byteCount: 10)
        expect(["b1"], of: &index)
        #expect(index.fileCount == 4 && index.byteCount == 40)
    }

    @Test func `Bytes are bounded as files are`() {
        var index = RecordIndex(limits: .init(fileLimit: 100, byteLimit: 100))
        for number in 0..<10 { index.add("f\(number)", namespace: "n", byteCount: 10) }
        index.add("large", namespace: "n", byteCount: 55)
        expect(["f0", "f1", "f2", "f3", "f4", "f5"], of: &index)
        #expect(index.byteCount == 95)
    }
}
