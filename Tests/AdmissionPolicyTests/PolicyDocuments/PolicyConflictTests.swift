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

    @Test func `Two policies with the same name are rejected`() {
        #expect(
            Self.problems(("a", "[x]"), ("a", "[z]")) == ["2.yaml:3:18: duplicate policy name \"a\", first at 1.yaml:3:18"]
        )
    }

    @Test(arguments: [
        ("[x, pay]", "[pay]", "2.yaml:5:24: policy b and policy a (1.yaml:5:27) both list \"pay\""),
        ("[\"*\"]", "[\"*\"]", "2.yaml:5:24: policy b and policy a (1.yaml:5:24) both list \"*\""),
        (
            "[\"*\"]", "[\"**\"]",
            "2.yaml:5:24: policy b and policy a (1.yaml:5:24) are equally specific: \"**\" and \"*\" both match namespace x"
        ),
        (
            "[\"a*\"]", "[x, \"*b\"]",
            "2.yaml:5:27: policy b and policy a (1.yaml:5:24) are equally specific: \"*b\" and \"a*\" both match namespace ab"
        ),
        (
            "[\"kube-syste*\"]", "[\"*ube-system\"]",
            "2.yaml:5:24: policy b and policy a (1.yaml:5:24) are equally specific: "
                + "\"*ube-system\" and \"kube-syste*\" match some of the same namespaces"
        ),
    ])
    func `Two policies that are equally specific for some name are rejected`(first: String, second: String, problem: String) {
        let errors = Self.problems(("a", first), ("b", second)).filter { !$0.contains("warning") }
        #expect(errors == [problem])
    }

    @Test(arguments: [
        ("[pay]", "[\"p*\"]"), ("[\"pay*\"]", "[\"p*\"]"), ("[\"*\"]", "[\"p*\"]"), ("[\"a*\"]", "[\"b*\"]"), ("[\"a*b\"]", "[\"a*c\"]"),
    ])
    func `Two policies are accepted if one of them is more specific for every common name`(first: String, second: String) {
        #expect(Self.problems(("a", first), ("b", second)).isEmpty)
    }

    @Test func `Globs of one policy never conflict, and a duplicate namespace causes a warning`() {
        #expect(
            PolicyText.problems(PolicyText.policy(named: "a", namespaces: "[\"a*\", \"*b\", x, x]"))
                == ["p.yaml:5:39: warning: duplicate namespace \"x\", first at 5:36"]
        )
    }

    @Test func `Two equally specific policies are also reported if one has no valid name`() {
        #expect(
            Self.problems(("a", "[x]"), ("B", "[x]")) == [
                "2.yaml:3:18: invalid name \"B\": may contain only a-z, 0-9 and -",
                "2.yaml:5:24: a policy without a name and policy a (1.yaml:5:24) both list \"x\"",
            ]
        )
    }

    @Test(arguments: [
        ("kube-*", "kube-system, kube-public, kube-node-lease"), ("*-system", "kube-system"),
    ])
    func `A glob over system namespaces causes a warning`(glob: String, namespaces: String) {
        #expect(
            PolicyText.problems(PolicyText.policy(named: "a", namespaces: "[kube-system, \"\(glob)\"]"))
                == ["p.yaml:5:37: warning: \"\(glob)\" does not match \(namespaces); system namespaces need their exact names"]
        )
    }

    private static let lettersAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789".map(String.init)
    /// Names that begin with one of these can have one more letter or digit.
    private static let longest = String(repeating: "n", count: 62)
    private static let everyLongest = [longest] + lettersAndDigits.map { longest + $0 }
    /// Every name that begins like `kube-system`, except that one.
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
    func `A policy causes a warning if more specific ones match all its names`(policy: [String], others: [String]) {
        let warning =
            "1.yaml:5:24: warning: policy a applies to no namespace: more specific policies match all of its namespaces"
        let problems = Self.problems(("a", Self.list(policy)), ("b", Self.list(others))).filter { !$0.contains("does not match kube") }
        #expect(problems == [warning])
    }

    @Test(arguments: [
        (["*"], lettersAndDigits.dropLast().map { $0 + "*" }), (["*", "c"], lettersAndDigits.map { $0 + "*" }),
        (["*a"], lettersAndDigits.map { $0 + "*a" }), ([longest + "*"], everyLongest.dropLast()), (["*"], everyLongest),
        (["*"] + lettersAndDigits.map { $0 + "*" }, ["a"]), (["kube-syste*"], withoutRepetition(aroundSystem).dropLast()),
    ])
    func `A policy causes no warning if it applies to at least one name`(policy: [String], others: [String]) {
        let problems = Self.problems(("a", Self.list(policy)), ("b", Self.list(others))).filter { !$0.contains("does not match kube") }
        #expect(problems.isEmpty)
    }

    @Test func `A warning does not reject the policies`() throws {
        let text = PolicyText.policy(named: "a", namespaces: "[\"kube-*\"]")
        let reading = try PolicyText.read(files: [("p.yaml", text)])
        #expect(reading.policies.count == 1)
        #expect(reading.warnings.count == 1)
    }

    @Test func `The number of globs is limited`() {
        let globs = (0..<501).map { "n\($0)-*" }.map { "\"\($0)\"" }
        let few = PolicyText.policy(named: "a", namespaces: "[\(globs.prefix(500).joined(separator: ", "))]")
        #expect(PolicyText.problems(few).isEmpty)
        let many = "[" + globs.joined(separator: ",\n   ") + "]"
        #expect(
            PolicyText.problems(PolicyText.policy(named: "a", namespaces: many)) == ["p.yaml:505:6: more than 500 globs in all policies"]
        )
    }
}
