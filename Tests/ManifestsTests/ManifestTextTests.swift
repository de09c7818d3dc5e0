import KubernetesAPI
import Testing

@testable import Manifests

/// Where the values of a text stand.
@Suite struct ManifestTextTests {
    /// The text of each scalar below a node, by its path.
    private static func scalars(_ node: TextNode, _ bytes: [UInt8], below path: String = "") -> [String] {
        switch node.form {
        case .scalar, .alias: ["\(path)=\(String(decoding: bytes[node.range], as: UTF8.self))"]
        case .sequence(let elements, _): elements.enumerated().flatMap { scalars($0.element, bytes, below: "\(path)[\($0.offset)]") }
        case .mapping(let members, _): members.flatMap { scalars($0.value, bytes, below: "\(path).\($0.key)") }
        }
    }

    private static func scalars(_ text: String) -> [[String]] {
        let bytes = Array(text.utf8)
        return ManifestText.documents(in: bytes).map { scalars($0.root, bytes) }
    }

    @Test func `Each scalar has its bytes, in all styles`() {
        let text = "a: x  # c\nb: 'y'\nc: \"é\"\nd: |\n  l\n\ne: &n z\nf: *n\ng: [1, {h: 2}]\ni:\nj: !!str 3\n"
        #expect(
            Self.scalars(text) == [
                [".a=x", ".b='y'", ".c=\"é\"", ".d=|\n  l\n\n", ".e=&n z", ".f=*n", ".g[0]=1", ".g[1].h=2", ".i=", ".j=!!str 3"]
            ]
        )
    }

    @Test(arguments: ["\n", "\r\n"]) func `Documents have offsets in the whole text`(lineBreak: String) {
        let text = "\u{FEFF}# ä", documents = ["---", "a: é", "---", "b:", "- c", "...", "---", "d: e", ""]
        #expect(Self.scalars(([text] + documents).joined(separator: lineBreak)) == [[".a=é"], [".b[0]=c"], [".d=e"]])
    }

    @Test func `JSON has the same places`() {
        let text = "\u{FEFF}{\"a\": [1, \"x\\\"y\"], \"b\": {\"c\":null}}\n{\"d\":true}"
        #expect(Self.scalars(text) == [[".a[0]=1", ".a[1]=\"x\\\"y\"", ".b.c=null"], [".d=true"]])
    }

    @Test func `YAML that looks like JSON, and YAML behind JSON, have places`() {
        #expect(Self.scalars("{a: {b: c}}\n---\nd: e") == [[".a.b=c"], [".d=e"]])
        #expect(Self.scalars("{\"a\": 1} {\"b\": 2}\n---#c\n{\"d\": 3, e: [4]}") == [[".a=1"], [".b=2"], [".d=3", ".e[0]=4"]])
    }

    @Test(arguments: [
        "a: &x\n  b: {c: 1}\nd: 1\n", "x: [{a: 1}, {a: 2}]\ny:\n- k: 1\n- - {z: 1}\n", "{\"a\": [{\"b\": {}}],\n \"c\": {}}",
    ])
    func `A mapping is found by the position of its node`(text: String) throws {
        let bytes = Array(text.utf8)
        let root = try #require(ManifestText.documents(in: bytes).first?.root)
        let node = try #require(Array(ManifestStream(source: "f", bytes: bytes)).first?.node)
        func check(_ node: ManifestNode) {
            switch node.value {
            case .object(let members):
                #expect(root.mapping(at: node.position)?.position == node.position, "\(node.position)")
                for member in members { check(member.value) }
            case .array(let elements): for element in elements { check(element) }
            default: break
            }
        }
        check(node)
    }

    @Test func `UTF-16 and unreadable documents have no places`() {
        #expect(ManifestText.documents(in: [0xFF, 0xFE, 0x61, 0]).isEmpty)
        #expect(Self.scalars("a: 1\n---\nb: [\n---\nc: 2\n") == [[".a=1"], [".c=2"]])
    }
}
