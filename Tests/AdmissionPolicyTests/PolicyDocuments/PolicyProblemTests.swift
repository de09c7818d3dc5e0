import AdmissionPolicy
import Testing

struct PolicyProblemTests {
    /// A document with all errors and warnings about it.
    struct Example: Sendable, CustomTestStringConvertible {
        let text: String
        let problems: [String]

        init(_ text: String, _ problems: String...) {
            self.text = text
            self.problems = problems
        }

        /// A policy with this `spec`, whose first line is line 5 of the document and is indented by 2.
        static func spec(_ specification: String, _ problems: String...) -> Self {
            Self(text: PolicyText.policy(specification), lines: problems)
        }

        /// A policy with this level, which is line 6 of the document and is indented by 2.
        static func level(_ level: String, _ problems: String...) -> Self {
            Self(text: PolicyText.policy("match: {namespaces: [a]}\n" + level), lines: problems)
        }

        private init(text: String, lines: [String]) {
            self.text = text
            problems = lines
        }

        var testDescription: String { problems.first ?? "none" }
    }

    private static let header = "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\n"
    private static let spec = "spec: {match: {namespaces: [a]}, warn: {minimumScore: 1}}\n"

    static let documents: [Example] = [
        Example("", "p.yaml:1:1: no policy in the file; if that is intended, remove the file"),
        Example("# all\n# gone\n", "p.yaml:1:1: no policy in the file; if that is intended, remove the file"),
        Example("just text\n", "p.yaml:1:1: the document must be an object, not a string"),
        Example("[]\n", "p.yaml:1:1: the document must be an object, not an array"),
        Example(
            "kind: ScorePolicy\nmetadata: {name: a}\n" + spec,
            "p.yaml:1:1: the document lacks apiVersion"
        ),
        Example(
            "apiVersion: podscore.dev/v1\nkind: ScorePolicy\nmetadata: {name: a}\n" + spec,
            "p.yaml:1:13: unknown apiVersion \"podscore.dev/v1\"; did you mean podscore.dev/v1alpha1?"
        ),
        Example(
            "apiVersion: 1\nkind: ScorePolicy\nmetadata: {name: a}\n" + spec,
            "p.yaml:1:13: apiVersion must be a string, not a number; put it in quotes"
        ),
        Example("apiVersion: podscore.dev/v1alpha1\n", "p.yaml:1:1: the document lacks kind"),
        Example("apiVersion: podscore.dev/v1alpha1\nkind: []\n", "p.yaml:2:7: kind must be a string, not an array"),
        Example(
            "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolcy\n",
            "p.yaml:2:7: unknown kind \"ScorePolcy\"; did you mean ScorePolicy?"
        ),
        Example(
            "apiVersion: apps/v1\nkind: Deployment\n",
            "p.yaml:1:13: unknown apiVersion \"apps/v1\"; did you mean podscore.dev/v1alpha1?",
            "p.yaml:2:7: unknown kind \"Deployment\""
        ),
        Example(
            "apiVersion: podscore.dev/v1alpha1\nkind: ScoreWaver\n",
            "p.yaml:2:7: unknown kind \"ScoreWaver\"; did you mean ScoreWaiver?"
        ),
        Example(header, "p.yaml:1:1: the document lacks metadata", "p.yaml:1:1: the document lacks spec"),
        Example(
            header + "metadata: {name: a}\nsepc: {}\nstatus: {}\n",
            "p.yaml:1:1: the document lacks spec",
            "p.yaml:4:1: unknown field \"sepc\" in the document; did you mean spec?",
            "p.yaml:5:1: unknown field \"status\" in the document"
        ),
        Example(header + "metadata: a\n" + spec, "p.yaml:3:11: metadata must be an object, not a string"),
        Example(header + "metadata: {}\n" + spec, "p.yaml:3:1: metadata lacks name"),
        Example(
            header + "metadata: {nmae: a}\n" + spec,
            "p.yaml:3:1: metadata lacks name",
            "p.yaml:3:12: unknown field \"nmae\" in metadata; did you mean name?"
        ),
        Example(header + "metadata: {name: a, labels: {team: shop, a/b: \"\"}, annotations: {}}\n" + spec),
        Example(
            header + "metadata: {name: a, labels: [team], annotations: {a: 1}}\n" + spec,
            "p.yaml:3:29: metadata.labels must be an object, not an array",
            "p.yaml:3:54: metadata.annotations.a must be a string, not a number; put it in quotes"
        ),
        Example(header + "metadata: {name: 7}\n" + spec, "p.yaml:3:18: metadata.name must be a string, not a number; put it in quotes"),
        Example(header + "metadata: {name: \"\"}\n" + spec, "p.yaml:3:18: invalid name \"\": must not be empty"),
        Example(header + "metadata: {name: Team-A}\n" + spec, "p.yaml:3:18: invalid name \"Team-A\": may contain only a-z, 0-9 and -"),
        Example(header + "metadata: {name: team-}\n" + spec, "p.yaml:3:18: invalid name \"team-\": must not begin or end with -"),
        Example(header + "metadata: {name: \"*\"}\n" + spec, "p.yaml:3:18: invalid name \"*\": may contain only a-z, 0-9 and -"),
        Example(
            header + "metadata: {name: \"a\\e[2J\\\"\\u202e\"}\n" + spec,
            #"p.yaml:3:18: invalid name "a\u{1B}[2J\"\u{202E}": may contain only a-z, 0-9 and -"#
        ),
        Example(
            header + "metadata: {name: \(String(repeating: "n", count: 65))}\n" + spec,
            "p.yaml:3:18: invalid name \"\(String(repeating: "n", count: 64))…\": has 65 characters; the limit is 63"
        ),
    ]

    @Test(arguments: documents) func `Errors in a document are reported at their places`(example: Example) {
        #expect(PolicyText.problems(example.text) == example.problems)
    }

    static let specifications: [Example] = [
        .spec("- a", "p.yaml:5:3: spec must be an object, not an array"),
        .spec("warn: {minimumScore: 1}", "p.yaml:4:1: spec lacks match"),
        .spec("match: a\nwarn: {minimumScore: 1}", "p.yaml:5:10: match must be an object, not a string"),
        .spec("match: {}\nwarn: {minimumScore: 1}", "p.yaml:5:3: match lacks namespaces"),
        .spec(
            "match: {namespaces: []}\nwarn: {minimumScore: 1}",
            "p.yaml:5:23: match.namespaces is empty, so the policy would apply to nothing"
        ),
        .spec("match: {namespaces: a}\nwarn: {minimumScore: 1}", "p.yaml:5:23: namespaces must be an array, not a string"),
        .spec(
            "match: {namespaces: [a, 1, null]}\nwarn: {minimumScore: 1}",
            "p.yaml:5:27: namespaces[1] must be a string, not a number; put it in quotes",
            "p.yaml:5:30: namespaces[2] must be a string, not null"
        ),
        .spec(
            "match: {namespaces: [a], namespaceSelector: {}, pods: [b]}\nwarn: {minimumScore: 1}",
            "p.yaml:5:28: namespaceSelector needs the labels of Namespaces, which are read only with --cluster; use --cluster, "
                + "or list namespaces",
            "p.yaml:5:51: unknown field \"pods\" in match"
        ),
        .spec(
            "match: {namespaces: [\"\", a_b, -a, \"a*-\", Ä, \"*\(String(repeating: "n", count: 63))\"]}\nwarn: {minimumScore: 1}",
            "p.yaml:5:24: invalid namespace \"\": must not be empty",
            "p.yaml:5:28: invalid namespace \"a_b\": may contain only a-z, 0-9, - and *",
            "p.yaml:5:33: invalid namespace \"-a\": must not begin or end with -",
            "p.yaml:5:37: invalid namespace \"a*-\": must not begin or end with -",
            "p.yaml:5:44: invalid namespace \"Ä\": may contain only a-z, 0-9, - and *",
            "p.yaml:5:47: invalid namespace \"*\(String(repeating: "n", count: 63))\": has 64 characters; the limit is 63"
        ),
        .spec("match: {namespaces: [a]}", "p.yaml:4:1: the policy has no level; add enforce, warn or audit"),
        .spec(
            "match: {namespaces: [a]}\nwarn: {minimumScore: 1}\nwran: {minimumScore: 1}\nexempt: {}",
            "p.yaml:7:3: unknown field \"wran\" in spec; did you mean warn?"
        ),
        .spec(
            "match: {namespaces: [a]}\nruleset: madeup/v3\nwarn: {minimumScore: 99, require: [SeccompAny]}",
            "p.yaml:6:12: unknown ruleset \"madeup/v3\"; did you mean madeup/v2?"
        ),
        .spec(
            "match: {namespaces: [a]}\nruleset: on\nwarn: {minimumScore: 1}",
            "p.yaml:6:12: ruleset must be a string, not a boolean; put it in quotes"
        ),
        .spec(
            "match: {namespaces: [a]}\nwarn: {minimumScore: 1}\nworkloads: deny",
            "p.yaml:7:14: unknown value \"deny\" of workloads, allowed: warn, enforce, ignore"
        ),
        .spec(
            "match: {namespaces: [a]}\nwarn: {minimumScore: 1}\nworkloads: enforced",
            "p.yaml:7:14: unknown value \"enforced\" of workloads, allowed: warn, enforce, ignore; did you mean enforce?"
        ),
        .spec(
            "match: {namespaces: [a]}\nwarn: {minimumScore: 1}\nnodes: {apparmor: true}",
            "p.yaml:7:11: unknown field \"apparmor\" in nodes; did you mean appArmor?"
        ),
        .spec(
            "match: {namespaces: [a]}\nwarn: {minimumScore: 1}\nnodes: {appArmor: maybe}",
            "p.yaml:7:21: nodes.appArmor must be a boolean, not a string"
        ),
        .spec(
            "match: {namespaces: [a]}\nwarn: {minimumScore: 1}\nnodes: [appArmor]",
            "p.yaml:7:10: nodes must be an object, not an array"
        ),
        .spec("match: {namespaces: [a]}\nwarn: {minimumScore: 1}\nworkloads:", "p.yaml:7:13: workloads must be a string, not null"),
    ]

    @Test(arguments: specifications) func `Errors in a specification are reported at their places`(example: Example) {
        #expect(PolicyText.problems(example.text) == example.problems)
    }

    static let levels: [Example] = [
        .level("warn: {}", "p.yaml:6:3: warn requires nothing; add minimumScore, require, forbid or podSecurityStandard"),
        .level(
            "audit: {require: [], forbid: []}",
            "p.yaml:6:3: audit requires nothing; add minimumScore, require, forbid or podSecurityStandard"
        ),
        .level("enforce:", "p.yaml:6:11: enforce must be an object, not null"),
        .level("enforce: 7", "p.yaml:6:12: enforce must be an object, not a number"),
        .level(
            "enforce: {minimumscore: 1}",
            "p.yaml:6:13: unknown field \"minimumscore\" in enforce; did you mean minimumScore?"
        ),
        .level("enforce: {minimumScore: \"7\"}", "p.yaml:6:27: minimumScore must be an integer, not a string"),
        .level("enforce: {minimumScore: 7.5}", "p.yaml:6:27: minimumScore must be an integer, not a number"),
        .level("enforce: {minimumScore: 99999999999999999999}", "p.yaml:6:27: minimumScore does not fit in 64 bits"),
        .level(
            "enforce: {minimumScore: 11}",
            "p.yaml:6:27: minimumScore 11 is above 10, the best possible score of a Pod under madeup/v2 (unreleased)"
        ),
        .level(
            "enforce: {minimumScore: -31}",
            "p.yaml:6:27: minimumScore -31 is below -30, the worst possible score of a Pod under madeup/v2 (unreleased)"
        ),
        .level("enforce: {require: RunAsNonRoot}", "p.yaml:6:22: require must be an array, not a string"),
        .level("enforce: {forbid: [{}]}", "p.yaml:6:22: forbid[0] must be a string, not an object"),
        .level(
            "enforce: {require: [RunAsNonRot, CAPDropAll, Nonsense]}",
            "p.yaml:6:23: unknown rule \"RunAsNonRot\"; did you mean RunAsNonRoot?",
            "p.yaml:6:36: unknown rule \"CAPDropAll\" (names are case-sensitive); did you mean CapDropAll?",
            "p.yaml:6:48: unknown rule \"Nonsense\""
        ),
        .level("enforce: {require: [SeccompAny]}", "p.yaml:6:23: ruleset madeup/v2 (unreleased) has no rule SeccompAny"),
        .level(
            "enforce: {require: [Privileged], forbid: [CapDropAll]}",
            "p.yaml:6:23: Privileged is a negative rule; move it from require to forbid",
            "p.yaml:6:45: CapDropAll is a positive rule; move it from forbid to require"
        ),
        .level(
            "enforce: {forbid: [SystemMastersBound]}",
            "p.yaml:6:22: SystemMastersBound does not apply to Pods in ruleset madeup/v2 (unreleased), so it would have no effect"
        ),
        .level(
            "enforce: {require: [CapDropAll, RunAsNonRoot, CapDropAll]}",
            "p.yaml:6:49: duplicate rule CapDropAll, first at 6:23"
        ),
    ]

    @Test(arguments: levels) func `Errors in a level are reported at their places`(example: Example) {
        #expect(PolicyText.problems(example.text) == example.problems)
    }

    @Test func `All errors of several files are reported at once, in the order of the files`() {
        let first = """
            apiVersion: podscore.dev/v1alpha1
            kind: ScorePolicy
            metadata: {name: A}
            spec:
              workloads: x
              warn: {}
              ruleset: nothing-like-it
              match: {namespaces: [_]}
            ---
            kind: Waiver
            """
        let second = PolicyText.policy("match: {namespaces: [a]}\nwarn: {minimumScore: 1\n")
        let problems = PolicyText.problems(files: [("z.yaml", first), ("a.yaml", second), ("m.yaml", "")])
        #expect(
            Array(problems.prefix(7)) == [
                "z.yaml:3:18: invalid name \"A\": may contain only a-z, 0-9 and -",
                "z.yaml:5:14: unknown value \"x\" of workloads, allowed: warn, enforce, ignore",
                "z.yaml:6:3: warn requires nothing; add minimumScore, require, forbid or podSecurityStandard",
                "z.yaml:7:12: unknown ruleset \"nothing-like-it\"",
                "z.yaml:8:24: invalid namespace \"_\": may contain only a-z, 0-9, - and *",
                "z.yaml:10:1: the document lacks apiVersion",
                "z.yaml:10:7: unknown kind \"Waiver\"",
            ]
        )
        #expect(problems.count == 9)
        #expect(problems.dropFirst(7).first?.hasPrefix("a.yaml:") == true)
        #expect(problems.last == "m.yaml:1:1: no policy in the file; if that is intended, remove the file")
    }

    @Test func `An error in a node with an anchor is reported once`() {
        let text = PolicyText.policy("match: {namespaces: [a]}\nenforce: {require: &list [Nonsense]}\nwarn: {require: *list}")
        #expect(PolicyText.problems(text).filter { $0.contains("Nonsense") }.count == 1)
    }

    @Test func `After a hundred problems nothing is suggested any more`() {
        let rules = Array(repeating: "RunAsNonRot", count: 101).joined(separator: ", ")
        let problems = PolicyText.problems(PolicyText.policy("match: {namespaces: [a]}\nwarn: {require: [\(rules)]}"))
        #expect(problems.count == 101)
        #expect(problems.filter { $0.hasSuffix("; did you mean RunAsNonRoot?") }.count == 100)
    }
}
