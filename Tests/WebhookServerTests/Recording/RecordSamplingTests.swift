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

    @Test func `A request that could not be written is chosen again`() throws {
        var sampler = RecordSampler()
        let key = try Self.key("web")
        let first = sampler.chooses(key, at: 1_000)
        sampler.forget(key)
        let second = sampler.chooses(key, at: 1_000)
        #expect(first && second)
    }

    @Test func `A busy namespace has a rate, and leaves others theirs`() throws {
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

    @Test func `Bytes are bounded like files`() {
        var index = RecordIndex(limits: .init(fileLimit: 100, byteLimit: 100))
        for number in 0..<10 { index.add("f\(number)", namespace: "n", byteCount: 10) }
        index.add("large", namespace: "n", byteCount: 55)
        expect(["f0", "f1", "f2", "f3", "f4", "f5"], of: &index)
        #expect(index.byteCount == 95)
    }

    @Test func `A flood of made-up namespaces leaves a named one its rate`() throws {
        var sampler = RecordSampler(named: ["payments"])
        let payments = try (0..<20).map { try Self.key("a\($0)x", namespace: "payments") }
        let forged = try (0..<10_000).map { try Self.key("web", namespace: "n\($0)") }
        func count(_ keys: [RecordKey]) -> Int { keys.filter { sampler.chooses($0, at: 1_000) }.count }
        #expect(count(forged) <= 256 * RecordSampler.namespaceRate)
        #expect(count(payments) == RecordSampler.namespaceRate)
        sampler.setNamed(["orders"])
        let orders = try (0..<20).map { try Self.key("a\($0)x", namespace: "orders") }
        #expect(count(orders) == RecordSampler.namespaceRate)
    }

    @Test func `A flood of made-up namespaces leaves a named one its files`() {
        var index = RecordIndex(limits: .init(fileLimit: 100, byteLimit: 100_000), named: ["payments"])
        for number in 0..<75 { index.add("p\(number)", namespace: "payments", byteCount: 10) }
        for number in 0..<1_000 {
            index.add("f\(number)", namespace: "n\(number)", byteCount: 900)
            #expect(index.removeExcess().allSatisfy { $0.hasPrefix("f") })
        }
        #expect(index.fileCount == 100 && index.byteCount == 75 * 10 + 25 * 900)
        // Files that fill the room by their bytes.
        index.add("large", namespace: "n", byteCount: 90_000)
        #expect(index.removeExcess().allSatisfy { !$0.hasPrefix("p") })
        #expect(index.byteCount <= 100_000)
    }

    @Test func `A quarter of the room is for namespaces that no policy names`() {
        var index = RecordIndex(limits: .init(fileLimit: 100, byteLimit: 100_000), named: ["payments"])
        for number in 0..<1_000 {
            index.add("o\(number)", namespace: "other", byteCount: 1)
            index.add("p\(number)", namespace: "payments", byteCount: 1)
            _ = index.removeExcess()
        }
        index.add("q", namespace: "quiet", byteCount: 1)
        expect(["o975"], of: &index)
        index.add("p1000", namespace: "payments", byteCount: 1)
        expect(["p925"], of: &index)
    }

    @Test func `A namespace keeps its files while policies name it`() {
        var index = RecordIndex(limits: .init(fileLimit: 4, byteLimit: 1_000), named: ["a"])
        for name in ["a1", "a2", "b1", "b2"] { index.add(name, namespace: String(name.prefix(1)), byteCount: 10) }
        index.setNamed(["b"])
        index.add("c1", namespace: "c", byteCount: 10)
        expect(["a1"], of: &index)
        index.add("c2", namespace: "c", byteCount: 10)
        expect(["c1"], of: &index)
        #expect(index.fileCount == 4)
    }
}
