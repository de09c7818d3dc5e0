import Foundation
import TestSupport
import Testing

/// The demands of `podscore scan`: a standard, thresholds, a policy.
@Suite struct ScanDemandTests {
    private static let pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec:
          hostPID: true
          containers: [{name: web, image: nginx}]

        """
    private static let plain = pod.replacing("  hostPID: true\n", with: "")

    private static let configMap = "kind: ConfigMap\napiVersion: v1\n"
    /// A kind that kubesec does not score, but to which demands apply.
    private static let job = "kind: Job\napiVersion: batch/v1\nspec: {template: {spec: {containers: [{name: a}]}}}\n"

    /// A kind that kubesec does not score, also where a policy decides.
    private static let controller = job.replacing("Job", with: "ReplicationController").replacing("batch/v1", with: "v1")

    /// The members of the JSON report that kubesec's does not have.
    private struct Element: Decodable {
        struct Standard: Decodable, Equatable {
            struct Violation: Decodable, Equatable {
                let check: String
                let message: String
                let fields: [String]
            }
            let level: String
            let version: String
            let violations: [Violation]
        }
        struct Decision: Decodable {
            struct Change: Decodable, Equatable {
                let rule: String
                let points: Int
                let mandatory: Bool
                let fix: String
                let `class`: String
            }
            let policy: String
            let ruleset: String
            let outcome: String
            let minimumScore: Int?
            let violations: [String]
            let message: String?
            let shortestWay: [Change]?
        }
        let score: Int
        let podSecurityStandard: Standard?
        let decision: Decision?
    }

    private static func elements(_ options: String..., input: String) throws -> (status: Int32, elements: [Element]) {
        let run = try Run(Run.podscore, ["scan", "--format", "json"] + options + ["-"], input: input)
        return (run.status, try JSONDecoder().decode([Element].self, from: Data(run.output.utf8)))
    }

    @Test(
        arguments: [
            (pod, ["--standard", "baseline@v1.31"], 1), (plain, ["--standard", "baseline@v1.31"], 0),
            (plain, ["--standard", "restricted"], 1), (plain, ["--standard", "baseline@v1.31", "--ruleset", "kubesec/v2"], 2),
            (plain, ["--minimum-score", "-1"], 0), (plain, ["--minimum-score", "3"], 1),
            (plain, ["--require", "RunAsNonRoot,CapDropAll"], 1), (plain, ["--forbid", "HostPID"], 0), (pod, ["--forbid", "HostPID"], 1),
            (pod, ["--minimum-score=-9"], 0), (pod, ["--minimum-score=-9", "--forbid", "Privileged", "--forbid", "HostPID"], 1),
            (plain, ["--ruleset", "kubesec/v2", "--minimum-score", "0"], 0),
            (configMap, ["--standard", "restricted", "--minimum-score", "5"], 2), (configMap, ["--standard", "restricted"], 2),
            (configMap, [], 0), (configMap, ["--minimum-score", "5", "--allow-empty"], 0),
            ("", ["--minimum-score", "5", "--allow-empty"], 0),
            ("", ["--minimum-score", "5"], 2), ("a: b: c", ["--allow-empty"], 2),
            (job, ["--ruleset", "kubesec/v2", "--require", "RunAsNonRoot"], 1),
            (job, ["--ruleset", "kubesec/v2", "--forbid", "Privileged"], 0),
            (controller, ["--ruleset", "kubesec/v2", "--require", "RunAsNonRoot"], 1),
            (controller, ["--ruleset", "kubesec/v2", "--forbid", "Privileged"], 0),
            (controller, ["--ruleset", "kubesec/v2", "--minimum-score", "5"], 2),
            (controller, ["--ruleset", "kubesec/v2", "--minimum-score", "5", "--allow-empty"], 0),
            (controller, ["--ruleset", "kubesec/v2", "--minimum-score", "5", "--standard", "baseline@v1.31"], 0),
            (controller + "---\n" + plain, ["--ruleset", "kubesec/v2", "--minimum-score", "0"], 0),
            (plain + "  frobnicate: 1\n", [], 0), (plain + "  frobnicate: 1\n", ["--strict"], 2), (plain, ["--strict"], 0),
        ] as [(String, [String], Int32)]
    )
    func `Demands on the command line decide the status`(text: String, options: [String], status: Int32) throws {
        let run = try Run(Run.podscore, ["scan"] + options + ["-"], input: text)
        #expect(run.status == status, "\(run.output)\(run.errors)")
    }

    @Test func `A scan in which nothing was scored says so, and what was skipped`() throws {
        let two = Self.configMap + "---\n" + Self.configMap + "---\nkind: Service\napiVersion: v1\n"
        let counts = "3 documents: 0 scored, 3 skipped (2 no rules for kind ConfigMap; 1 no rules for kind Service), 0 invalid"
        let demanding = try Run.podscore("scan", "--minimum-score", "5", "-", input: two)
        #expect(
            demanding.errors == "podscore: nothing was scored, so nothing was checked; \(counts). If that is expected, use --allow-empty\n"
        )
        let allowing = try Run.podscore("scan", "--minimum-score", "5", "--allow-empty", "-", input: two)
        #expect(allowing.errors == "podscore: note: nothing was scored; \(counts)\n")
        #expect(try Run.podscore("scan", "--minimum-score", "0", "-", input: two + "---\n" + Self.plain).errors.isEmpty)
    }

    @Test func `An object without a score has not passed a minimum score`() throws {
        let options = ["--ruleset", "kubesec/v2", "--minimum-score", "5", "--format", "table"]
        let run = try Run(Run.podscore, ["scan"] + options + ["-"], input: Self.controller)
        #expect(run.status == 2 && run.output.contains("skipped") && !run.output.contains("passed"), "\(run.output)")
        #expect(run.errors.contains("nothing was scored, so nothing was checked; 1 document: 0 scored, 1 skipped"), "\(run.errors)")
    }

    @Test func `A directory without a manifest is an error unless that is allowed`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("a: 1\n", to: "notes.txt").replacing("/notes.txt", with: "")
        let run = try Run.podscore("scan", path)
        #expect(run.status == 2 && run.errors.contains("\(path) contains no manifest (*.yaml, *.yml, *.json)"), "\(run.errors)")
        #expect(try Run.podscore("scan", "--allow-empty", path).status == 0)
        #expect(try Run.podscore("scan", "--allow-empty", path + "/none").status == 2)
    }

    @Test(arguments: [
        (["--standard", "baselin"], "--standard"), (["--standard", "baseline@1.31"], "--standard"),
        (["--standard", "privileged"], "--standard"),
        (["--require", "RunAsNonRot"], "podscore: unknown rule \"RunAsNonRot\"; did you mean RunAsNonRoot?\n"),
        (["--require", "HostPID"], "podscore: HostPID is a negative rule"),
        (["--minimum-score", "99"], "podscore: minimumScore 99 is above "),
        (["--pod-template", "a.b/C=.d", "--ruleset", "kubesec/v2"], "--pod-template has no effect under kubesec/v2"),
        (["--minimum-score", "1", "--policy", "/dev/null"], "--policy cannot be combined with --minimum-score"),
        (["--nodes", "appArmor"], "--nodes needs --minimum-score, --require or --forbid"),
        (["--minimum-score", "1", "--nodes", "apparmor"], "unknown field \"apparmor\" in nodes; did you mean appArmor?\n"),
    ]) func `Invalid demands exit with 2 and say why`(options: [String], error: String) throws {
        let run = try Run(Run.podscore, ["scan"] + options + ["-"], input: Self.plain)
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors.contains(error), "\(run.errors)")
    }

    @Test func `A standard newer than the known ones is checked as latest, with a warning`() throws {
        let run = try Run.podscore("scan", "--standard", "baseline@v1.999", "-", input: Self.plain)
        #expect(run.status == 0)
        #expect(run.errors.hasPrefix("podscore: warning: baseline@v1.999 is newer than v1."))
    }

    @Test func `JSON has the standard's violations only with --standard`() throws {
        let (status, elements) = try Self.elements("--standard", "baseline@v1.31", input: Self.pod)
        #expect(status == 1)
        #expect(
            elements.map(\.podSecurityStandard) == [
                Element.Standard(
                    level: "baseline",
                    version: "v1.31",
                    violations: [
                        Element.Standard.Violation(
                            check: "baseline/hostNamespaces",
                            message: "shares namespaces of the node (Pod: remove hostPID)",
                            fields: ["spec.hostPID"]
                        )
                    ]
                )
            ]
        )
        #expect(elements.first?.decision == nil)
        let plain = try Run.podscore("scan", "--format", "json", "-", input: Self.pod)
        #expect(!plain.output.contains("podSecurityStandard") && !plain.output.contains("decision"))
    }

    @Test func `JSON has the decision with the shortest way to the minimum`() throws {
        let (status, elements) = try Self.elements("--minimum-score", "4", "--require", "RunAsNonRoot", input: Self.plain)
        let decision = try #require(elements.first?.decision)
        #expect(status == 1 && decision.outcome == "deny" && decision.policy == "command-line")
        #expect(decision.ruleset == "podscore/v1 (unreleased)")
        #expect(decision.minimumScore == 4 && decision.violations == ["RunAsNonRoot", "minimumScore"])
        #expect(decision.message?.hasPrefix("Pod default/web scores 0 of ") ?? false, "\(decision.message ?? "")")
        let way = try #require(decision.shortestWay)
        #expect(way.first?.rule == "RunAsNonRoot" && way.first?.mandatory == true && way.first?.points == 1)
        #expect(way.reduce(0) { $0 + $1.points } >= 4)
        #expect(way.allSatisfy { !$0.fix.isEmpty })
        #expect(way.map(\.class) == ["image", "value"])
    }

    @Test func `The shortest way names what this ruleset requires, and where`() throws {
        let (_, legacy) = try Self.elements("--ruleset", "kubesec/v2.0", "--minimum-score", "4", input: Self.plain)
        let annotation = "set the annotation seccomp.security.alpha.kubernetes.io/pod: runtime/default"
        #expect(legacy.first?.decision?.shortestWay?.first?.fix == annotation)
        let (_, current) = try Self.elements("--minimum-score", "2", input: Self.plain)
        let place = #"container "web": "#
        #expect(current.first?.decision?.shortestWay?.first?.fix.hasPrefix(place) == true)
    }

    @Test func `The shortest way uses what --nodes says that all nodes support`() throws {
        for (options, rules) in [
            ([], ["SeccompAny", "CapDropAll", "ServiceAccountName"]), (["--nodes", "appArmor"], ["ServiceAccountName", "ApparmorAny"]),
            (["--nodes", "userNamespaces, appArmor,appArmor"], ["ServiceAccountName", "ApparmorAny"]),
        ] {
            let run = try Run(Run.podscore, ["scan", "--format", "json", "--minimum-score", "6"] + options + ["-"], input: Self.plain)
            let elements = try JSONDecoder().decode([Element].self, from: Data(run.output.utf8))
            #expect(elements.first?.decision?.shortestWay?.map(\.rule) == rules, "\(run.errors)")
        }
    }

    @Test func `The table shows the denial, the shortest way and the standard`() throws {
        let run = try Run.podscore(
            "scan",
            "--format",
            "table",
            "--minimum-score",
            "1",
            "--standard",
            "baseline@v1.31",
            "-",
            input: Self.pod
        )
        #expect(
            run.output.contains(
                "  failed: score -9 is below --minimum-score 1\n  shortest way to 1: SeccompAny +1, HostPID +9 [check application]\n"
            ),
            "\(run.output)"
        )
        #expect(run.output.components(separatedBy: "shortest way").count == 2)
        #expect(run.output.contains("  violates baseline@v1.31:\n    baseline/hostNamespaces  Pod: remove hostPID [check application]\n"))
        let met = try Run.podscore("scan", "--format", "table", "--verbose", "--standard", "baseline@v1.31", "-", input: Self.plain)
        #expect(met.output.contains("  complies with baseline@v1.31\n"))
    }

    @Test func `Overridden points appear in the report and decide`() throws {
        let folder = try ScratchFolder()
        let policy = try folder.write(
            """
            apiVersion: podscore.dev/v1alpha1
            kind: ScorePolicy
            metadata: {name: a}
            spec:
              match: {namespaces: [default]}
              points: {HostPID: 0, RunAsNonRoot: 5}
              enforce: {minimumScore: 0, podSecurityStandard: {level: baseline, version: v1.31}}
              workloads: enforce

            """,
            to: "policy.yaml"
        )
        let (status, elements) = try Self.elements("--policy", policy, input: Self.pod)
        #expect(status == 1)
        #expect(elements.first?.score == 0)
        #expect(elements.first?.decision?.ruleset == "podscore/v1+overrides (unreleased)")
        #expect(elements.first?.decision?.violations == ["baseline/hostNamespaces"])
        let table = try Run.podscore("scan", "--format", "table", "--verbose", "--policy", policy, "-", input: Self.plain)
        #expect(table.status == 0)
        #expect(table.output.contains("scores 0 of 25 (podscore/v1+overrides (unreleased))"), "\(table.output)")
    }
}
