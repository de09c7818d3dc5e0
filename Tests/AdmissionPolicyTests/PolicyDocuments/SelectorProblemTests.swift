import AdmissionPolicy
import Testing

/// Reading `match.namespaceSelector` and `namespaceLabels`, where labels of Namespaces are known.
struct SelectorProblemTests {
    /// A `match` on line 5, from column 3 on, with all errors and warnings about it.
    static let examples: [(match: String, problems: [String])] = [
        ("match: {namespaceSelector: {matchLabels: {team: shop}}}", []),
        ("match: {namespaces: [a], namespaceSelector: {matchLabels: {example.com/team: \"\", a: b.C_d-1}}}", []),
        (
            "match: {namespaceSelector: {matchExpressions: [{key: tier, operator: In, values: [a, b]}, {key: x, operator: NotIn, values: [c]}, "
                + "{key: w, operator: Exists}, {key: z, operator: DoesNotExist, values: []}]}}", []
        ),
        ("match: {namespaceSelector: {matchLabels: {}, matchExpressions: [{key: w, operator: Exists}]}}", []),
        ("match: {}", ["p.yaml:5:3: match lacks namespaces or namespaceSelector"]),
        ("match: {namespaceSelector: []}", ["p.yaml:5:30: namespaceSelector must be an object, not an array"]),
        (
            "match: {namespaceSelector: {}}",
            ["p.yaml:5:11: namespaceSelector has no requirement; to match every Namespace, write namespaces: [\"*\"]"]
        ),
        (
            "match: {namespaceSelector: {matchLabels: {}}}",
            ["p.yaml:5:11: namespaceSelector has no requirement; to match every Namespace, write namespaces: [\"*\"]"]
        ),
        (
            "match: {namespaceSelector: {matchLabel: {team: shop}}}",
            [
                "p.yaml:5:11: namespaceSelector has no requirement; to match every Namespace, write namespaces: [\"*\"]",
                "p.yaml:5:31: unknown field \"matchLabel\" in namespaceSelector; did you mean matchLabels?",
            ]
        ),
        (
            "match: {namespaceSelector: {matchLabels: [team]}}",
            ["p.yaml:5:44: matchLabels must be an object, not an array"]
        ),
        (
            "match: {namespaceSelector: {matchLabels: {team: 7, tier: true}}}",
            [
                "p.yaml:5:51: matchLabels.team must be a string, not a number; put it in quotes",
                "p.yaml:5:60: matchLabels.tier must be a string, not a boolean; put it in quotes",
            ]
        ),
        (
            "match: {namespaceSelector: {matchLabels: {team: a, team: b}}}",
            ["p.yaml:5:54: duplicate field \"team\", first at 5:45"]
        ),
        (
            "match: {namespaceSelector: {matchLabels: {-a: b, \"\": c, Ex.com/a: d, a/b/c: e, a b: f, example.com/: g}}}",
            [
                "p.yaml:5:45: invalid label key \"-a\": the name of a key must begin and end with a letter or a digit",
                "p.yaml:5:52: invalid label key \"\": the name must not be empty",
                "p.yaml:5:59: invalid label key \"Ex.com/a\": \(faultOfPrefix)",
                "p.yaml:5:72: invalid label key \"a/b/c\": \(faultOfPrefix)",
                "p.yaml:5:82: invalid label key \"a b\": the name of a key may contain only letters, digits, -, _ and .",
                "p.yaml:5:90: invalid label key \"example.com/\": the name must not be empty",
            ]
        ),
        (
            "match: {namespaceSelector: {matchLabels: {\(prefix(253))/a: b}, matchExpressions: [{key: \(prefix(253))/a, operator: Exists}]}}",
            []
        ),
        (
            "match: {namespaceSelector: {matchLabels: {\(prefix(254))/a: b}}}",
            ["p.yaml:5:45: invalid label key \"\(prefix(64))…\": \(faultOfPrefix)"]
        ),
        (
            "match: {namespaceSelector: {matchExpressions: [{key: \(prefix(254))/a, operator: Exists}]}}",
            ["p.yaml:5:56: invalid label key \"\(prefix(64))…\": \(faultOfPrefix)"]
        ),
        (
            "match: {namespaceSelector: {matchLabels: {a: \"-3\", b: x/y, c: \(String(repeating: "v", count: 64))}}}",
            [
                "p.yaml:5:48: invalid value \"-3\" of label \"a\": a value must begin and end with a letter or a digit",
                "p.yaml:5:57: invalid value \"x/y\" of label \"b\": a value may contain only letters, digits, -, _ and .",
                "p.yaml:5:65: invalid value \"\(String(repeating: "v", count: 64))\" of label \"c\": has 64 characters; the limit of a value is 63",
            ]
        ),
        (
            "match: {namespaceSelector: {matchExpressions: {key: a}}}",
            ["p.yaml:5:49: matchExpressions must be an array, not an object"]
        ),
        (
            "match: {namespaceSelector: {matchExpressions: [a, {}]}}",
            [
                "p.yaml:5:50: matchExpressions[0] must be an object, not a string",
                "p.yaml:5:53: matchExpressions[1] lacks key", "p.yaml:5:53: matchExpressions[1] lacks operator",
            ]
        ),
        (
            "match: {namespaceSelector: {matchExpressions: [{key: a, operator: in, values: [b]}, {key: a, operator: Equals, value: b}]}}",
            [
                "p.yaml:5:69: unknown operator \"in\", allowed: In, NotIn, Exists, DoesNotExist; did you mean In?",
                "p.yaml:5:106: unknown operator \"Equals\", allowed: In, NotIn, Exists, DoesNotExist",
                "p.yaml:5:114: unknown field \"value\" in matchExpressions[1]; did you mean values?",
            ]
        ),
        (
            "match: {namespaceSelector: {matchExpressions: [{key: a, operator: In}, {key: b, operator: NotIn, values: []}]}}",
            ["p.yaml:5:50: operator In needs values", "p.yaml:5:108: operator NotIn needs values"]
        ),
        (
            "match: {namespaceSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}",
            ["p.yaml:5:85: operator Exists takes no values; remove them, or use In or NotIn"]
        ),
        (
            "match: {namespaceSelector: {matchExpressions: [{key: a, operator: In, values: [b, c, b]}]}}",
            ["p.yaml:5:88: duplicate \"b\" in values, first at 5:82"]
        ),
        (
            "match: {namespaceSelector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: NotIn, values: [b]}]}}",
            ["p.yaml:5:11: warning: namespaceSelector matches no Namespace: its requirements on label a contradict each other"]
        ),
        (
            "match: {namespaceSelector: {matchExpressions: [{key: a, operator: In, values: [\((1...33).map { "v\($0)" }.joined(separator: ", "))]}]}}",
            ["p.yaml:5:233: more than 32 entries in values"]
        ),
        (
            "match: {namespaceSelector: {matchLabels: {\((1...33).map { "k\($0): v" }.joined(separator: ", "))}}}",
            ["p.yaml:5:292: more than 32 entries in matchLabels"]
        ),
        (
            "match: {namespaceSelector: {matchExpressions: [\((10...42).map { "{key: k\($0), operator: Exists}" }.joined(separator: ", "))]}}",
            ["p.yaml:5:1010: more than 32 entries in matchExpressions"]
        ),
        (
            "match: {namespaces: [a]}\nnamespaceLabels: tight",
            ["p.yaml:6:20: unknown value \"tight\" of namespaceLabels, allowed: tighten, ignore; did you mean tighten?"]
        ),
        (
            "match: {namespaces: [a]}\nnamespaceLabels: false",
            ["p.yaml:6:20: namespaceLabels must be a string, not a boolean; put it in quotes"]
        ),
        ("match: {namespaces: [a]}\nnamespaceLabels: ignore", []),
    ]

    private static let faultOfPrefix = "the part before / must be a DNS name of at most 253 characters, such as example.com"

    /// A DNS name of so many characters.
    private static func prefix(_ length: Int) -> String { "e." + String(repeating: "a", count: length - 2) }

    static func text(_ match: String) -> String { PolicyText.policy(match + "\nwarn: {minimumScore: 1}") }

    @Test(arguments: examples) func `Errors in a selector are reported at their places`(match: String, problems: [String]) {
        #expect(PolicyText.problems(files: [("p.yaml", Self.text(match))], knowingLabels: true) == problems)
    }

    @Test func `Without labels of Namespaces, a selector is an error, and the use of labels for minimums is not`() {
        let problem =
            "p.yaml:5:11: namespaceSelector needs the labels of Namespaces, which are read only with --cluster; use --cluster, "
            + "or list namespaces"
        #expect(PolicyText.problems(Self.text("match: {namespaceSelector: {matchLabels: {team: shop}}}")) == [problem])
        #expect(PolicyText.problems(Self.text("match: {namespaces: [a]}\nnamespaceLabels: tighten")) == [])
    }

    @Test func `A policy keeps its selector and its use of labels`() throws {
        let text = PolicyText.policy(
            "match: {namespaceSelector: {matchLabels: {team: shop}, matchExpressions: [{key: team, operator: In, values: [shop]}, "
                + "{key: tier, operator: NotIn, values: [b, a]}]}}\nnamespaceLabels: ignore\nwarn: {minimumScore: 1}"
        )
        let policy = try #require(PolicyText.read(files: [("p.yaml", text)], knowingLabels: true).policies.first)
        #expect(policy.namespaces == [])
        #expect(policy.namespaceSelector?.description == "team=shop,tier notin (a,b)")
        #expect(policy.namespaceLabels == .ignore)
        #expect(
            try PolicyText.read(files: [("p.yaml", PolicyText.policy(named: "a", namespaces: "[a]"))]).policies.first?.namespaceLabels
                == .tighten
        )
    }

    /// Two files, `1.yaml` and `2.yaml`, with one policy each.
    private static func conflicts(_ first: String, _ second: String) -> [String] {
        let files = [("1.yaml", "a", first), ("2.yaml", "b", second)].map { file, name, match in
            (name: file, text: PolicyText.policy(named: name, "match: \(match)\nwarn: {minimumScore: 1}"))
        }
        return PolicyText.problems(files: files, knowingLabels: true).filter { !$0.contains("does not match kube-system") }
    }

    @Test(arguments: [
        (
            "{namespaceSelector: {matchLabels: {a: \"1\", b: \"2\"}}}",
            "{namespaceSelector: {matchExpressions: [{key: b, operator: In, values: [\"2\"]}, {key: a, operator: In, values: [\"1\"]}]}}",
            ["2.yaml:5:11: policy b and policy a (1.yaml:5:11) both select \"a=1,b=2\""]
        ),
        (
            "{namespaceSelector: {matchLabels: {team: shop}}}", "{namespaceSelector: {matchLabels: {tier: prod}}}",
            [
                "2.yaml:5:11: warning: policy b selects \"tier=prod\" and policy a (1.yaml:5:11) \"team=shop\", which are equally specific; "
                    + "policy a applies to a Namespace that both select"
            ]
        ),
        ("{namespaceSelector: {matchLabels: {team: shop}}}", "{namespaceSelector: {matchLabels: {team: pay}}}", []),
        ("{namespaceSelector: {matchLabels: {team: shop}}}", "{namespaceSelector: {matchLabels: {tier: prod, a: b}}}", []),
        ("{namespaces: [\"*\"]}", "{namespaceSelector: {matchLabels: {team: shop}}}", []),
        ("{namespaces: [\"s*\", \"t*\"], namespaceSelector: {matchLabels: {team: shop}}}", "{namespaces: [\"s-*\", \"t-*\"]}", []),
    ])
    func `Equal selectors are rejected, and of others that can meet the first is announced`(
        first: String,
        second: String,
        problems: [String]
    ) {
        #expect(Self.conflicts(first, second) == problems)
    }

    @Test func `A policy whose globs are all covered is still announced if it has no selector, and not if it has one`() {
        let covering = "{namespaces: [\(Array("abcdefghijklmnopqrstuvwxyz0123456789").map { "\"\($0)*\"" }.joined(separator: ", "))]}"
        #expect(Self.conflicts("{namespaces: [\"*\"]}", covering).count == 1)
        #expect(Self.conflicts("{namespaces: [\"*\"], namespaceSelector: {matchLabels: {team: shop}}}", covering) == [])
    }

    @Test func `The number of selectors is limited`() {
        func problems(_ count: Int) -> [String] {
            let documents = (0..<count).map {
                PolicyText.policy(named: "p\($0)", "match: {namespaceSelector: {matchLabels: {a: v\($0)}}}\nwarn: {minimumScore: 1}")
            }
            return PolicyText.problems(files: [("p.yaml", documents.joined(separator: "---\n"))], knowingLabels: true)
        }
        #expect(problems(500) == [])
        #expect(problems(501) == ["p.yaml:3505:11: more than 500 policies with a namespaceSelector"])
    }
}
