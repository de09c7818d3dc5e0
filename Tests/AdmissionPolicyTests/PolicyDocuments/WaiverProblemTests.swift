import KubernetesAPI
import PodScoring
import Testing
import YAML

@testable import AdmissionPolicy

struct WaiverProblemTests {
    /// The lines of a waiver whose `spec` is made of these lines, the first of which is line 5 and is indented by 2.
    static func waiver(_ specification: String, named name: String = "w") -> String {
        PolicyText.policy(named: name, specification).replacing("kind: ScorePolicy", with: "kind: ScoreWaiver")
    }

    private static let match = "match: {namespaces: [a]}\n"
    private static let rest = "rules: [CapDropAll]\nexpires: 2027-03-31\nowner: ops\nreason: because\n"
    private static let people = "owner: ops\nreason: because\n"

    static let examples: [(specification: String, problems: [String])] = [
        (match + rest, []),
        (
            "match: {namespaces: [a], pods: [\"x.y-*\"], containers: [\"*\"], images: [\"Q.io/a@sha256:*\"], serviceAccounts: [s]}\n"
                + rest, []
        ),
        (
            "{}",
            [
                "p.yaml:4:1: spec lacks match", "p.yaml:4:1: spec lacks rules", "p.yaml:4:1: spec lacks expires",
                "p.yaml:4:1: spec lacks owner", "p.yaml:4:1: spec lacks reason",
            ]
        ),
        (
            match + "rule: [CapDropAll]\nexpires: 2027-03-31\n" + people,
            ["p.yaml:4:1: spec lacks rules", "p.yaml:6:3: unknown field \"rule\" in spec; did you mean rules?"]
        ),
        ("match: {}\n" + rest, ["p.yaml:5:3: match lacks namespaces"]),
        ("match: [a]\n" + rest, ["p.yaml:5:10: match must be an object, not an array"]),
        (
            "match: {namespaces: [], pods: [], containers: [], images: [], serviceAccounts: []}\n" + rest,
            [
                "p.yaml:5:23: match.namespaces is empty, so the waiver would apply to nothing",
                "p.yaml:5:33: match.pods is empty, so the waiver would apply to nothing",
                "p.yaml:5:49: match.containers is empty, so the waiver would apply to nothing",
                "p.yaml:5:61: match.images is empty, so the waiver would apply to nothing",
                "p.yaml:5:82: match.serviceAccounts is empty, so the waiver would apply to nothing",
            ]
        ),
        (
            "match: {namespaces: [a], namespaceSelector: {}, pod: [b]}\n" + rest,
            [
                "p.yaml:5:28: namespaceSelector is not allowed in a waiver: anyone who may label a Namespace could give it the waiver; "
                    + "list namespaces",
                "p.yaml:5:51: unknown field \"pod\" in match; did you mean pods?",
            ]
        ),
        (
            "match: {namespaces: [a.b], pods: [B], containers: [\"\"], images: [\"a b\"], serviceAccounts: [-s]}\n" + rest,
            [
                "p.yaml:5:24: invalid pattern \"a.b\" in match.namespaces: may contain only a-z, 0-9, - and *",
                "p.yaml:5:37: invalid pattern \"B\" in match.pods: may contain only a-z, 0-9, -, . and *",
                "p.yaml:5:54: invalid pattern \"\" in match.containers: must not be empty",
                "p.yaml:5:68: invalid pattern \"a b\" in match.images: may contain only visible ASCII characters",
                "p.yaml:5:94: invalid pattern \"-s\" in match.serviceAccounts: must not begin or end with -",
            ]
        ),
        (
            "match: {namespaces: [a, b, a], pods: \"x\"}\n" + rest,
            [
                "p.yaml:5:30: duplicate \"a\" in match.namespaces, first at 5:24",
                "p.yaml:5:40: pods must be an array, not a string",
            ]
        ),
        (match + "rules: []\nexpires: 2027-03-31\n" + people, ["p.yaml:6:10: rules is empty; list a rule or a check"]),
        (match + "rules: CapDropAll\nexpires: 2027-03-31\n" + people, ["p.yaml:6:10: rules must be an array, not a string"]),
        (
            match + "rules: [CapDropAl, capdropall, CapDropAll, SeccompAny, CapDropAll, SystemMastersBound]\nexpires: 2027-03-31\n"
                + people,
            [
                "p.yaml:6:11: unknown rule \"CapDropAl\"; did you mean CapDropAll?",
                "p.yaml:6:22: unknown rule \"capdropall\" (names are case-sensitive); did you mean CapDropAll?",
                "p.yaml:6:58: duplicate rule CapDropAll, first at 6:34",
                "p.yaml:6:70: SystemMastersBound does not apply to Pods, so it cannot be waived",
            ]
        ),
        (
            match + "rules: [hostNamespaces, restricted/sysctls, baseline/hostnamespaces, restricted/runAsNonRooot]\nexpires: 2027-03-31\n"
                + people,
            [
                "p.yaml:6:11: unknown rule \"hostNamespaces\"; did you mean baseline/hostNamespaces?",
                "p.yaml:6:27: unknown rule \"restricted/sysctls\"; did you mean baseline/sysctls?",
                "p.yaml:6:47: unknown rule \"baseline/hostnamespaces\" (names are case-sensitive); did you mean baseline/hostNamespaces?",
                "p.yaml:6:72: unknown rule \"restricted/runAsNonRooot\"; did you mean restricted/runAsNonRoot?",
            ]
        ),
        (
            match + "rules: [CapDropAll]\nexpires: 2027-02-30\n" + people,
            ["p.yaml:7:12: invalid date \"2027-02-30\"; use YYYY-MM-DD"]
        ),
        (
            match + "rules: [CapDropAll]\nexpires: 2027\n" + people,
            ["p.yaml:7:12: expires must be a string, not a number; put it in quotes"]
        ),
        (
            match + "rules: [CapDropAll]\nexpires: 2027-03-31\nowner: \"\"\nreason: \" \\t\"\n",
            ["p.yaml:8:10: owner is blank", "p.yaml:9:11: reason is blank"]
        ),
        (
            match + "rules: [CapDropAll]\nexpires: 2027-03-31\nowner: [ops]\nreason: null\n",
            ["p.yaml:8:10: owner must be a string, not an array", "p.yaml:9:11: reason must be a string, not null"]
        ),
    ]

    /// The `match`, what a waiver waives, and the problems.
    static let minimums: [(match: String, waived: String, problems: [String])] = [
        ("images: [\"Q.io:5000/a/b:*@sha256:*\", a]", "minimumScore: -4", []),
        ("images: [a]", "rules: [CapDropAll]\nminimumScore: 4", []),
        ("images: [a]", "rules: []\nminimumScore: 4", ["p.yaml:6:10: rules is empty; list a rule or a check"]),
        ("images: [a]", "minimumScore: \"4\"", ["p.yaml:6:17: minimumScore must be an integer, not a string"]),
        ("images: [a]", "minimumScore: 4.5", ["p.yaml:6:17: minimumScore must be an integer, not a number"]),
        (
            "images: [a]", "minimumScore: \(-.max - 1)",
            ["p.yaml:6:17: minimumScore \(Int.min) is not from -\(limit) to \(limit), so no policy can have it"]
        ),
        (
            "images: [a]", "minimumScore: \(limit + 1)",
            ["p.yaml:6:17: minimumScore \(limit + 1) is not from -\(limit) to \(limit), so no policy can have it"]
        ),
        ("images: [a]", "minimumScore: \(limit)", []),
        ("pods: [a]", "minimumScore: 4", [noRepository]),
        ("images: [a, \"a/*\"]", "minimumScore: 4", [noRepository]),
        ("images: [\"*/a\"]", "minimumScore: 4", [noRepository]),
        ("images: [\"a*:1\"]", "minimumScore: 4", [noRepository]),
        ("images: []", "minimumScore: 4", ["p.yaml:5:36: match.images is empty, so the waiver would apply to nothing"]),
    ]

    private static let limit = PolicyDocumentReader.scoreLimit(under: MadeUpRulesets.rulesets)
    private static let noRepository =
        "p.yaml:6:17: minimumScore needs match.images with names of repositories, best with digests: anyone who creates a Pod chooses its "
        + "names and its service account"

    /// The document of an example of a minimum.
    static func waiver(matching match: String, waiving waived: String) -> String {
        waiver("match: {namespaces: [a], \(match)}\n\(waived)\nexpires: 2027-03-31\n" + people)
    }

    @Test(arguments: minimums) func `A minimum needs images that name repositories`(match: String, waived: String, problems: [String]) {
        #expect(PolicyText.problems(Self.waiver(matching: match, waiving: waived)) == problems)
    }

    /// The minimum of a waiver for Namespaces, and the highest minimum there; the policies have 9 later in `a`, 7 in `b-*`, none in `c`.
    @Test(arguments: [
        ("[a]", 8, nil), ("[a]", 9, "the highest minimum of the policies for its Namespaces is 9"), ("[b-1]", 6, nil),
        ("[b-1]", 7, "the highest minimum of the policies for its Namespaces is 7"), ("[a, b-1]", 8, nil), ("[\"b-*\"]", 8, nil),
        ("[c]", 1, "no policy for its Namespaces has a minimum"), ("[other]", 6, nil),
        ("[other]", 7, "the highest minimum of the policies for its Namespaces is 7"),
        ("[\"*\"]", 9, "the highest minimum of the policies for its Namespaces is 9"),
    ])
    func `A minimum that is not below a policy's causes a warning`(namespaces: String, minimum: Int, reason: String?) {
        let policies = [
            ("a", "enforce: {minimumScore: 4, from: [{date: 2027-02-01, minimumScore: 9}]}\nwarn: {minimumScore: 8}"),
            ("\"b-*\"", "audit: {minimumScore: 7}"), ("c", "enforce: {require: [CapDropAll]}"),
        ].enumerated().map { PolicyText.policy(named: "p\($0)", "match: {namespaces: [\($1.0)]}\n\($1.1)") }
        let rest = "minimumScore: \(minimum)\nexpires: 2027-03-31\n" + Self.people
        let waiver = Self.waiver("match: {namespaces: \(namespaces), images: [a]}\n" + rest)
        let warnings = reason.map { ["w.yaml:6:17: warning: minimumScore \(minimum) lowers nothing: \($0)"] } ?? []
        #expect(PolicyText.problems(files: [("p.yaml", policies.joined(separator: "---\n")), ("w.yaml", waiver)]) == warnings)
        // Without the policies nothing is known.
        #expect(PolicyText.problems(files: [("w.yaml", waiver)]) == [])
    }

    @Test func `With a policy that selects Namespaces by labels, its minimums count for each Namespace`() throws {
        let text =
            PolicyText.policy(named: "s", "match: {namespaceSelector: {matchLabels: {a: b}}}\nwarn: {minimumScore: 12}")
            + "---\n" + Self.waiver(matching: "images: [a]", waiving: "minimumScore: 11")
        let documents = try YAMLStream(Array(text.utf8)).map { try $0.get() }
        let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true)
        #expect(try reader.read([PolicySource(name: "p.yaml", documents: documents)]).warnings.isEmpty)
    }

    @Test(arguments: examples) func `Errors in a waiver are reported at their places`(specification: String, problems: [String]) {
        #expect(PolicyText.problems(Self.waiver(specification)) == problems)
    }

    @Test(arguments: [
        ("namespaces: [a]", true), ("namespaces: [a], pods: [b], containers: [c]", true), ("namespaces: [a], serviceAccounts: [b]", true),
        ("namespaces: [a], pods: [b], containers: [c], serviceAccounts: [d]", true),
        ("namespaces: [a], images: [\"*\"], serviceAccounts: [b, \"**\"]", true), ("namespaces: [a], images: [\"quay.io/*\"]", true),
        ("namespaces: [a], images: [\"quay.io/team/*\", \"*\"]", true),
        ("namespaces: [a], images: [\"quay.io/team/*\"]", true), ("namespaces: [a], images: [\"quay.io/team/app@sha256:0af\"]", false),
    ])
    func `A waiver of host rules causes a warning unless its images name repositories`(match: String, warns: Bool) {
        let rules = "rules: [Privileged, CapDropAll, baseline/hostNamespaces]\nexpires: 2027-03-31\n" + Self.people
        let problems = PolicyText.problems(Self.waiver("match: {\(match)}\n" + rules))
        let warning =
            "p.yaml:6:10: warning: the waiver of Privileged, baseline/hostNamespaces names no image repository, and anyone who creates a Pod "
            + "chooses its names and its service account; list repositories in match.images, best with digests"
        #expect(problems == (warns ? [warning] : []))
    }

    @Test func `Every rule that deducts nine points or more, and every check like it, is a host rule`() throws {
        let entries = Ruleset.all.flatMap(\.entries).filter { $0.points <= -9 && !$0.kinds.isDisjoint(with: .everyPodKind) }
        let heavy = Set(entries.map(\.rule.id))
        #expect(heavy.isSuperset(of: ["ProcMount", "ProcMountUnmasked", "DockerSock", "CapDangerous", "HostIPC", "WindowsHostProcess"]))
        let checks = [
            "baseline/privileged", "baseline/hostNamespaces", "baseline/hostPathVolumes", "baseline/windowsHostProcess",
            "baseline/procMount",
            "baseline/capabilities_baseline", "restricted/capabilities_restricted", "restricted/procMount_restricted",
            "restricted/restrictedVolumes",
        ]
        #expect(checks.allSatisfy { StandardCheckCatalog.check(named: $0) != nil })
        let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1)
        for rule in heavy.sorted() + ["HostPathVolume"] + checks {
            let text = Self.waiver(Self.match + "rules: [\"\(rule)\"]\nexpires: 2027-03-31\n" + Self.people)
            var stream = YAMLStream(Array(text.utf8))
            let first = stream.next()
            let document = try #require(first).get()
            let reading = try reader.read([PolicySource(name: "p.yaml", documents: [document])], on: nil)
            #expect(reading.warnings.map(\.what) == [.waiver(.namesNoRepository(rules: [rule]))], "\(rule)")
        }
    }

    @Test(arguments: [
        ("2027-03-31", nil), ("2027-01-16", nil),
        ("2027-01-15", "p.yaml:7:12: warning: the waiver expires on 2027-01-15, in 14 days"),
        ("2027-01-02", "p.yaml:7:12: warning: the waiver expires on 2027-01-02, in 1 day"),
        ("2027-01-01", "p.yaml:7:12: warning: the waiver expires on 2027-01-01, today"),
        ("2026-12-31", "p.yaml:7:12: warning: the waiver expired on 2026-12-31 and has no effect"),
    ])
    func `A waiver that has expired or soon will causes a warning`(expires: String, warning: String?) throws {
        let text = Self.waiver(Self.match + "rules: [CapDropAll]\nexpires: \(expires)\n" + Self.people)
        let reading = try PolicyText.read(files: [("p.yaml", text)], on: .today)
        #expect(reading.warnings.map(\.description) == (warning.map { [$0] } ?? []))
        #expect(reading.waivers.map(\.expires.description) == [expires])
    }

    @Test func `Two waivers cannot have the same name, but a waiver and a policy can`() {
        let waiver = Self.waiver(Self.match + Self.rest)
        let policy = PolicyText.policy(named: "w", namespaces: "[a]")
        let problems = PolicyText.problems(files: [("a.yaml", waiver + "---\n" + policy), ("b.yaml", "# again\n" + waiver)])
        #expect(problems == ["b.yaml:4:18: duplicate waiver name \"w\", first at a.yaml:3:18"])
    }

    @Test func `A waiver can have a minimum without rules`() throws {
        let text = Self.waiver(matching: "images: [a]", waiving: "minimumScore: 4")
        let waiver = try #require(try PolicyText.read(files: [("p.yaml", text)]).waivers.first)
        #expect(waiver.rules == [] && waiver.minimumScore == 4)
    }

    @Test func `A waiver is read as written`() throws {
        let match = "match: {namespaces: [a, \"b-*\"], pods: [\"p*\"], containers: [c], images: [\"i/*\"], serviceAccounts: [s]}\n"
        let text = Self.waiver(match + "rules: [SeccompAny, baseline/sysctls]\nexpires: 2027-03-31\nowner: ops\nreason: it has to\n")
        let waiver = try #require(try PolicyText.read(files: [("p.yaml", text)]).waivers.first)
        var expected = ScoreWaiver.Match(namespaces: [NamePattern("a"), NamePattern("b-*")])
        expected.pods = [NamePattern("p*")]
        expected.containers = [NamePattern("c")]
        expected.images = [ImagePattern("i/*")]
        expected.serviceAccounts = [NamePattern("s")]
        #expect(waiver.name == "w")
        #expect(waiver.match == expected)
        #expect(waiver.rules == ["SeccompAny", "baseline/sysctls"])
        #expect(waiver.minimumScore == nil)
        #expect(waiver.expires == CivilDate(parsing: "2027-03-31"))
        #expect(waiver.owner == "ops")
        #expect(waiver.reason == "it has to")
    }
}
