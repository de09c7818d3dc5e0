import KubernetesAPI
import Testing
import YAML

struct MemoryTests {
    @Test(arguments: [
        "[[a], [b], {c: [d]}, [" + String(repeating: "[e], ", count: 600) + "]]",
        "[" + String(repeating: "[e], ", count: 300) + "{f: {g: h, i: [j]}}]",
        "{" + (0..<40).map { "k\($0): {l: [m], n: o}, " }.joined() + "}",
    ])
    func `Lists and mappings take no more room than they need`(text: String) throws {
        let node = try #require(try firstNode(text))
        var rooms: [(count: Int, capacity: Int)] = []
        collect(node, into: &rooms)
        // What has more elements than these grows as any array does.
        for (count, capacity) in rooms where count < 16 { #expect(capacity <= count + 1) }
        #expect(rooms.count { $0.count < 16 } > 4)
    }

    /// Collects the sizes of all lists and mappings.
    private func collect(_ node: ManifestNode, into rooms: inout [(count: Int, capacity: Int)]) {
        switch node.value {
        case .array(let elements):
            rooms.append((elements.count, elements.capacity))
            for element in elements { collect(element, into: &rooms) }
        case .object(let members):
            rooms.append((members.count, members.capacity))
            for member in members { collect(member.value, into: &rooms) }
        default: break
        }
    }
}
