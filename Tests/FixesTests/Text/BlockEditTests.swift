import KubernetesAPI
import Testing

@testable import Fixes

/// Edits of YAML in block style.
@Suite struct BlockEditTests {
    private static let pod = """
        # a web server
        kind: Pod
        spec:
          containers:
          - name: web   # the only one
            image: "nginx"
            securityContext:
              privileged: true  # why?
              capabilities:
                add:
                - SYS_ADMIN
                - NET_BIND_SERVICE
            # resources: later
          - name: b

        """

    @Test func `A new key follows the last one, and comments stay`() throws {
        let edited = try Editing.text(Self.pod, .set("spec.containers[0].securityContext.runAsNonRoot", .bool(true)))
        let last = "        - NET_BIND_SERVICE\n"
        #expect(edited == Self.pod.replacing(last, with: last + "      runAsNonRoot: true\n"))
    }

    @Test func `A value is replaced where it stands`() throws {
        let edited = try Editing.text(Self.pod, .set("spec.containers[0].securityContext.privileged", .bool(false)))
        #expect(edited == Self.pod.replacing("privileged: true  # why?", with: "privileged: false  # why?"))
    }

    @Test func `Missing mappings are created with the indentation of the text`() throws {
        let text = """
            spec:
                containers:
                    - name: web
                      image: nginx

            """
        let edited = try Editing.text(
            text,
            .set("spec.securityContext.seccompProfile.type", .string("RuntimeDefault")),
            .append("spec.containers[0].securityContext.capabilities.drop", "ALL"),
            .set("spec.containers[0].securityContext.runAsUser", .integer(10_001))
        )
        #expect(
            edited == """
                spec:
                    containers:
                        - name: web
                          image: nginx
                          securityContext:
                              capabilities:
                                  drop: [ALL]
                              runAsUser: 10001
                    securityContext:
                        seccompProfile:
                            type: RuntimeDefault

                """
        )
    }

    @Test(arguments: ["", " {}", " null", " ~", "  # none", " {}  # none"])
    func `An empty value gets keys below it`(value: String) throws {
        let comment = value.contains("#") ? "  # none" : ""
        let edited = try Editing.text("spec:\n  a:\(value)\n  b: 1\n", .set("spec.a.c.d", .bool(true)))
        #expect(edited == "spec:\n  a:\(comment)\n    c:\n      d: true\n  b: 1\n")
    }

    @Test(arguments: ["{}", "null"]) func `An empty value on its own line gives way to keys`(value: String) throws {
        let text = "spec:\n  a:\n      \(value)  # none\n  b: 1\n"
        let edited = try Editing.text(text, .set("spec.a.c.d", .bool(true)), .set("spec.a.e", .bool(false)))
        #expect(edited == "spec:\n  a:\n      c:\n        d: true\n      e: false  # none\n  b: 1\n")
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func `Line breaks are those of the text`(lineBreak: String) throws {
        let text = ["spec:", "  a:", "    b: 1", "c: 2", ""].joined(separator: lineBreak)
        let edited = try Editing.text(text, .set("spec.a.d.e", .bool(false)))
        #expect(edited == ["spec:", "  a:", "    b: 1", "    d:", "      e: false", "c: 2", ""].joined(separator: lineBreak))
    }

    @Test func `A text without a last line break gets none`() throws {
        #expect(try Editing.text("spec:\n  a: 1", .set("spec.b", .bool(true))) == "spec:\n  a: 1\n  b: true")
    }

    @Test(arguments: [("\"x\"", "\"y\""), ("'x'", "'y'"), ("x", "y"), ("", "y")])
    func `A replaced text keeps its quotes`(old: String, new: String) throws {
        let edited = try Editing.text("spec:\n  a: \(old) # c\n", .set("spec.a", .string("y")))
        #expect(edited == (old.isEmpty ? "spec:\n  a: y  # c\n" : "spec:\n  a: \(new) # c\n"))
    }

    @Test(arguments: ["- A", "- \"A\"", "  - A"]) func `An element follows the last one`(line: String) throws {
        let edited = try Editing.text("spec:\n  drop:\n  \(line)  # c\n  z: 1\n", .append("spec.drop", "ALL"))
        let new = line.replacing("A", with: "ALL")
        #expect(edited == "spec:\n  drop:\n  \(line)  # c\n  \(new)\n  z: 1\n")
    }

    @Test func `An element and a key are removed with their lines`() throws {
        let edited = try Editing.text(Self.pod, .remove("spec.containers[0].securityContext.capabilities.add[0]"))
        #expect(edited == Self.pod.replacing("        - SYS_ADMIN\n", with: ""))
        let without = try Editing.text(Self.pod, .remove("spec.containers[0].image"))
        #expect(without == Self.pod.replacing("    image: \"nginx\"\n", with: ""))
    }

    @Test func `A mapping that loses all keys is an empty one, and an array that loses all elements goes`() throws {
        let edited = try Editing.text(
            Self.pod,
            .remove("spec.containers[0].securityContext.capabilities.add[0]"),
            .remove("spec.containers[0].securityContext.capabilities.add[1]")
        )
        let old = "      capabilities:\n        add:\n        - SYS_ADMIN\n        - NET_BIND_SERVICE\n"
        #expect(edited == Self.pod.replacing(old, with: "      capabilities: {}\n"))
    }

    @Test func `A key behind a dash is removed without its dash`() throws {
        let text = "ports:\n- hostPort: 80\n  containerPort: 8080\n- containerPort: 1\n  hostPort: 2\n"
        let edited = try Editing.text(text, .remove("ports[0].hostPort"), .remove("ports[1].hostPort"))
        #expect(edited == "ports:\n- containerPort: 8080\n- containerPort: 1\n")
        let commented = try Editing.text("ports:\n- hostPort: 80\n  # c\n  containerPort: 8080\n", .remove("ports[0].hostPort"))
        #expect(commented == "ports:\n-\n  # c\n  containerPort: 8080\n")
    }

    @Test func `Keys that replace all keys stand in their place`() throws {
        let text = "spec:\n  c:\n    add: [A]\n  z: 1\n"
        let edited = try Editing.text(text, .remove("spec.c.add"), .append("spec.c.drop", "ALL"))
        #expect(edited == "spec:\n  c:\n    drop: [ALL]\n  z: 1\n")
    }

    @Test(arguments: ["|\n    x\n    y\n", "|-\n    x\n\n\n", "|+\n    x\n\n", ">\n    x\n\n    y\n", "\"x\n    y\"\n", "x\n    y\n"])
    func `A key follows a value of several lines`(value: String) throws {
        #expect(try Editing.isExact("spec:\n  a: \(value)z: 1\n", .set("spec.b", .bool(true))))
        #expect(try Editing.isExact("spec:\n  a: \(value)", .set("spec.b", .bool(true))))
    }

    @Test func `Documents before and a byte order mark do not move an edit`() throws {
        let edited = try Editing.text("\u{FEFF}spec:\n  ä: 'é'\n  a: 1\n", .set("spec.b.c", .bool(true)))
        #expect(edited == "\u{FEFF}spec:\n  ä: 'é'\n  a: 1\n  b:\n    c: true\n")
    }

    @Test(arguments: [
        ("a: &x {b: 1}\nc: *x\n", "c.d", EditRefusal.Obstacle.alias), ("a: &x {b: 1}\nc: *x\n", "a.d", .sharedAnchor),
        ("a: &x\n  b: 1\nc:\n  <<: *x\n", "c.d", .mergeKey), ("a: !t\n  b: 1\n", "a.d", .tag), ("a: !!str x\n", "a", .tag),
        ("a: &x x\n", "a", .anchor), ("a: &x\n", "a.b", .anchor), ("a: [1]\n", "a.b", .form),
    ])
    func `An edit that could change something else is refused`(text: String, path: String, obstacle: EditRefusal.Obstacle) {
        let refusal = #expect(throws: EditRefusal.self) { try Editing.text(text, .set(path, .bool(true))) }
        #expect(refusal?.obstacle == obstacle)
    }

    @Test func `An anchor without an alias is no obstacle`() throws {
        #expect(try Editing.text("a: &x\n  b: 1\n", .set("a.c", .bool(true))) == "a: &x\n  b: 1\n  c: true\n")
    }
}
