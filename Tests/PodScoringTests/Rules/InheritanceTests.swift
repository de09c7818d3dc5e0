import PodScoring
import Testing

/// Every container counts, and its own value overrides the Pod's.
@Suite struct InheritanceTests {
    /// A Pod-level value, container values in the three lists, and the expected findings of RunAsNonRoot; `""` omits a value.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let spec: String
        let holds: Bool
        var paths: [String] = []
    }

    private static let nonRoot = #"{"securityContext": {"runAsNonRoot": true}}"#
    private static let root = #"{"securityContext": {"runAsNonRoot": false}}"#
    private static let unset = #"{"securityContext": {"runAsNonRoot": null}}"#
    private static let field = "securityContext.runAsNonRoot"

    static let cases = [
        Case(
            testDescription: "one container of two",
            spec: #"{"containers": [\#(nonRoot), {}]}"#,
            holds: false,
            paths: ["spec.containers[1].\(field)"]
        ),
        Case(testDescription: "both", spec: #"{"containers": [\#(nonRoot), \#(nonRoot)]}"#, holds: true),
        Case(
            testDescription: "only the init container",
            spec: #"{"initContainers": [\#(nonRoot)], "containers": [{}]}"#,
            holds: false,
            paths: ["spec.containers[0].\(field)"]
        ),
        Case(
            testDescription: "an ephemeral container",
            spec: #"{"containers": [\#(nonRoot)], "ephemeralContainers": [{}]}"#,
            holds: false,
            paths: ["spec.ephemeralContainers[0].\(field)"]
        ),
        Case(
            testDescription: "an init container that ends",
            spec: #"{"initContainers": [{}], "containers": [\#(nonRoot)]}"#,
            holds: false,
            paths: ["spec.initContainers[0].\(field)"]
        ),
        Case(
            testDescription: "null inherits",
            spec: #"{"securityContext": {"runAsNonRoot": true}, "containers": [\#(unset)]}"#,
            holds: true
        ),
        Case(
            testDescription: "false overrides",
            spec: #"{"securityContext": {"runAsNonRoot": true}, "containers": [\#(root), {}]}"#,
            holds: false,
            paths: ["spec.containers[0].\(field)"]
        ),
        Case(
            testDescription: "the Pod's own fault is named once, and first",
            spec: #"{"securityContext": {"runAsNonRoot": false}, "containers": [\#(root), {}, {}, \#(nonRoot)]}"#,
            holds: false,
            paths: ["spec.\(field)", "spec.containers[0].\(field)"]
        ),
        Case(testDescription: "no container", spec: #"{"securityContext": {"runAsNonRoot": true}}"#, holds: false),
        Case(testDescription: "null for a list", spec: #"{"securityContext": {"runAsNonRoot": true}, "containers": null}"#, holds: false),
    ]

    @Test(arguments: cases)
    func `A positive rule holds only if every container complies`(_ example: Case) throws {
        let outcome = Ruleset.podscoreV1.outcome(of: "RunAsNonRoot", try .pod(example.spec))
        #expect((outcome == .holds) == example.holds)
        #expect(outcome?.paths(in: .pod) == example.paths)
    }

    @Test(arguments: ["initContainers", "containers", "ephemeralContainers"])
    func `A negative rule fails if any container violates it`(list: String) throws {
        let bad = #"{"securityContext": {"privileged": true, "allowPrivilegeEscalation": true}}"#
        let subject = try ScoringSubject.pod(#"{"\#(list)": [{}, \#(bad), {"securityContext": {"privileged": false}}, \#(bad)]}"#)
        let outcome = Ruleset.podscoreV1.outcome(of: "Privileged", subject)
        #expect(outcome?.paths(in: .pod) == [1, 3].map { "spec.\(list)[\($0)].securityContext.privileged" })
        #expect(!Ruleset.podscoreV1.holds("AllowPrivilegeEscalation", subject))
    }

    @Test func `Without containers, positive container rules fail and negative ones hold`() throws {
        let spec =
            #"{"securityContext": {"runAsUser": 20000, "seccompProfile": {"type": "Unconfined"}}, "resources": {"limits": {"cpu": 1}}}"#
        let report = Scorer(.podscoreV1).score(try .pod(spec))
        for result in report.results where report.entry(of: result).rule.scope == .container {
            let rule = report.entry(of: result).rule
            #expect(result.outcome == (rule.polarity == .positive ? .fails([]) : .holds), "\(rule.id)")
        }
        #expect(report.score == 0)
    }

    @Test(arguments: [(0, false), (10_000, false), (10_001, true), (1_000_650_000, true), (-1, false)])
    func `User and group ids must be above 10 000`(id: Int, holds: Bool) throws {
        let subject = try ScoringSubject.container(#"{"runAsUser": \#(id), "runAsGroup": \#(id)}"#)
        #expect(Ruleset.podscoreV1.holds("RunAsUser", subject) == holds)
        #expect(Ruleset.podscoreV1.holds("RunAsGroup", subject) == holds)
    }
}
