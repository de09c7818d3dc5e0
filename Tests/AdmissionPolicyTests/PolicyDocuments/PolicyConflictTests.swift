import AdmissionPolicy
import Testing

struct PolicyConflictTests {
    /// Two files, `1.yaml` and `2.yaml`, with one policy each.
    private static func problems(_ first: (name: String, namespaces: String), _ second: (name: String, namespaces: String)) -> [String] {
        PolicyText.problems(files: [
            ("1.yaml", PolicyText.policy(named: first.name, namespaces: first.namespaces)),
            ("2.yaml", PolicyText.policy(named: second.name, namespaces: second.namespaces)),
        ])
    }

    @Test func `Two policies of one name are refused`() {
        #expect(
            Self.problems(("a", "[x]"), ("a", "[z]")) == ["2.yaml:3:18: a policy named \"a\" stands at 1.yaml:3:18 already"]
        )
    }

    @Test(arguments: [
        ("[x, pay]", "[pay]", "2.yaml:5:24: policy b and policy a (1.yaml:5:27) both claim \"pay\""),
        ("[\"*\"]", "[\"*\"]", "2.yaml:5:24: policy b and policy a (1.yaml:5:24) both claim \"*\""),
        ("[\"*\"]", "[\"**\"]", "2.yaml:5:24: policy b and policy a (1.yaml:5:24) tie where \"**\" meets \"*\", as in namespace x"),
        ("[\"a*\"]", "[x, \"*b\"]", "2.yaml:5:27: policy b and policy a (1.yaml:5:24) tie where \"*b\" meets \"a*\", as in namespace ab"),
        (
            "[\"kube-syste*\"]", "[\"*ube-system\"]",
            "2.yaml:5:24: policy b and policy a (1.yaml:5:24) tie where \"*ube-system\" meets \"kube-syste*\""
        ),
    ])
    func `Two policies between which a name cannot choose are refused`(first: String, second: String, problem: String) {
        let errors = Self.problems(("a", first), ("b", second)).filter { !$0.contains("warning") }
        #expect(errors == [problem])
    }

    @Test(arguments: [
        ("[pay]", "[\"p*\"]"), ("[\"pay*\"]", "[\"p*\"]"), ("[\"*\"]", "[\"p*\"]"), ("[\"a*\"]", "[\"b*\"]"), ("[\"a*b\"]", "[\"a*c\"]"),
    ])
    func `Two policies between which every name chooses stand together`(first: String, second: String) {
        #expect(Self.problems(("a", first), ("b", second)).isEmpty)
    }

    @Test func `Globs of one policy never tie, and a namespace named twice is warned about`() {
        #expect(
            PolicyText.problems(PolicyText.policy(named: "a", namespaces: "[\"a*\", \"*b\", x, x]"))
                == ["p.yaml:5:39: warning: duplicate namespace \"x\", first at 5:36"]
        )
    }

    @Test func `A tie is told of a policy without a name, too`() {
        #expect(
            Self.problems(("a", "[x]"), ("B", "[x]")) == [
                "2.yaml:3:18: invalid name \"B\": \"B\" is none of a-z, 0-9, -",
                "2.yaml:5:24: a policy without a name and policy a (1.yaml:5:24) both claim \"x\"",
            ]
        )
    }

    @Test(arguments: [
        ("kube-*", "kube-system, kube-public, kube-node-lease"), ("*-system", "kube-system"),
    ])
    func `A glob over system namespaces is warned about`(glob: String, namespaces: String) {
        #expect(
            PolicyText.problems(PolicyText.policy(named: "a", namespaces: "[kube-system, \"\(glob)\"]"))
                == ["p.yaml:5:37: warning: \"\(glob)\" does not match \(namespaces): only an exact name does"]
        )
    }

    private static let lettersAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789".map(String.init)
    /// After these there is room for one letter or digit more.
    private static let longest = String(repeating: "n", count: 62)
    private static let everyLongest = [longest] + lettersAndDigits.map { longest + $0 }
    /// Every name that begins like `kube-system` but that one itself.
    private static let aroundSystem =
        ["kube-syste"] + (lettersAndDigits + ["-"]).flatMap { [$0 == "m" ? "kube-syste-*" : "kube-syste\($0)*", "kube-system\($0)*"] }

    private static func list(_ patterns: [String]) -> String {
        "[\(patterns.map { "\"\($0)\"" }.joined(separator: ", "))]"
    }

    private static func withoutRepetition(_ patterns: [String]) -> [String] {
        patterns.enumerated().filter { !patterns.prefix($0).contains($1) }.map(\.element)
    }

    @Test(arguments: [
        (["*"], lettersAndDigits.map { $0 + "*" }), (["*", "**"], lettersAndDigits.map { $0 + "*" }),
        (["*a"], ["a"] + lettersAndDigits.map { $0 + "*a" }), ([longest + "*"], everyLongest),
        (["kube-syste*"], withoutRepetition(aroundSystem)),
    ])
    func `A policy of which others take every name is warned about`(policy: [String], others: [String]) {
        let warning =
            "1.yaml:5:24: warning: policy a applies in no namespace: each one that it matches goes to a policy that matches it more closely"
        let problems = Self.problems(("a", Self.list(policy)), ("b", Self.list(others))).filter { !$0.contains("does not match kube") }
        #expect(problems == [warning])
    }

    @Test(arguments: [
        (["*"], lettersAndDigits.dropLast().map { $0 + "*" }), (["*", "c"], lettersAndDigits.map { $0 + "*" }),
        (["*a"], lettersAndDigits.map { $0 + "*a" }), ([longest + "*"], everyLongest.dropLast()), (["*"], everyLongest),
        (["*"] + lettersAndDigits.map { $0 + "*" }, ["a"]), (["kube-syste*"], withoutRepetition(aroundSystem).dropLast()),
    ])
    func `A policy to which a name is left is not`(policy: [String], others: [String]) {
        let problems = Self.problems(("a", Self.list(policy)), ("b", Self.list(others))).filter { !$0.contains("does not match kube") }
        #expect(problems.isEmpty)
    }

    @Test func `A warning is no reason to refuse`() throws {
        let text = PolicyText.policy(named: "a", namespaces: "[\"kube-*\"]")
        let reading = try PolicyText.read(files: [("p.yaml", text)])
        #expect(reading.policies.count == 1)
        #expect(reading.warnings.count == 1)
    }

    @Test func `Globs are counted`() {
        let globs = (0..<501).map { "n\($0)-*" }.map { "\"\($0)\"" }
        let few = PolicyText.policy(named: "a", namespaces: "[\(globs.prefix(500).joined(separator: ", "))]")
        #expect(PolicyText.problems(few).isEmpty)
        let many = "[" + globs.joined(separator: ",\n   ") + "]"
        #expect(
            PolicyText.problems(PolicyText.policy(named: "a", namespaces: many)) == ["p.yaml:505:6: more than 500 globs in all policies"]
        )
    }
}
