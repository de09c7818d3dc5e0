import KubernetesAPI
import Testing
import YAML

struct PositionTests {
    static let text = """
        # comment
        ---
        kind: Pod
        spec:
          containers:
          - name: "é"
            args: [x, 'ü', y]
          - &c
            name: b
          - *c
        ---
        é: {a: 1}
        """

    @Test func `Values and keys have the positions of the text`() throws {
        let node = try #require(try firstNode(Self.text))
        #expect(node.position == Position(line: 3, column: 1))
        #expect(node["kind"]?.position == Position(line: 3, column: 7))
        let containers = node["spec"]?["containers"]
        #expect(containers?.position == Position(line: 6, column: 3))
        #expect(containers?[0]?.position == Position(line: 6, column: 5))
        #expect(containers?[0]?["args"]?[2]?.position == Position(line: 7, column: 20))
        #expect(containers?[1]?.position == Position(line: 8, column: 5))
    }

    @Test func `An aliased value keeps the position where it is written`() throws {
        let node = try #require(try firstNode(Self.text))
        #expect(node["spec"]?["containers"]?[2]?["name"]?.position == Position(line: 9, column: 11))
    }

    @Test func `Lines are counted through all documents of a stream`() throws {
        let documents = try YAMLStream(Array(Self.text.utf8)).map { try $0.get() }
        let last = try #require(documents.last)
        guard case .object(let members) = last.value else { return #expect(Bool(false), "no object") }
        #expect(members.first?.keyPosition == Position(line: 12, column: 1))
        #expect(last["é"]?["a"]?.position == Position(line: 12, column: 8))
    }
}
