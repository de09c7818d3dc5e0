import PodScoring
import Testing

/// Requests and limits of all long-running containers.
@Suite struct ResourceTests {
    @Test(arguments: [
        (#""100m""#, true), (#""0.5""#, true), ("2", true), ("0.1", true), (#""1e3""#, true), (#""+1Gi""#, true), (#""0""#, false),
        (#""0Gi""#, false), (#""-1""#, false), (#""lots""#, false), (#""""#, false), ("0", false), ("null", false), (#""1 Gi""#, false),
    ])
    func `An amount counts only if it is a quantity above zero`(amount: String, holds: Bool) throws {
        let limits = #"{"cpu": \#(amount), "memory": \#(amount)}"#
        let subject = try ScoringSubject.pod(#"{"containers": [{"resources": {"limits": \#(limits), "requests": \#(limits)}}]}"#)
        for rule in ["LimitsCPU", "LimitsMemory", "RequestsCPU", "RequestsMemory"] {
            #expect(Ruleset.podscoreV1.holds(rule, subject) == holds, "\(rule)")
        }
    }

    @Test(arguments: [
        (#"{"limits": {"cpu": "1"}}"#, ["LimitsCPU", "RequestsCPU"]),
        (#"{"limits": {"memory": "1Gi"}}"#, ["LimitsMemory", "RequestsMemory"]),
        (#"{"requests": {"cpu": "1"}}"#, ["RequestsCPU"]),
        (#"{"limits": {"cpu": "1"}, "requests": {"cpu": "0"}}"#, ["LimitsCPU"]),
        (#"{"limits": {"cpu": "1"}, "requests": {"cpu": null}}"#, ["LimitsCPU"]),
        (#"{"limits": {"cpu": "1"}, "requests": {"memory": "1Gi"}}"#, ["LimitsCPU", "RequestsCPU", "RequestsMemory"]),
        (#"{"limits": null, "requests": {}}"#, []),
        ("null", []),
    ])
    func `A limit counts as the request if no request is set`(resources: String, holding: [String]) throws {
        for spec in [#"{"containers": [{"resources": \#(resources)}]}"#, #"{"containers": [{}], "resources": \#(resources)}"#] {
            let subject = try ScoringSubject.pod(spec)
            let rules = ["LimitsCPU", "LimitsMemory", "RequestsCPU", "RequestsMemory"].filter { Ruleset.podscoreV1.holds($0, subject) }
            #expect(rules == holding, "\(spec)")
        }
    }

    private static let sized = #"{"resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}"#

    @Test(arguments: [
        (#"{"containers": [\#(sized)], "initContainers": [{}], "ephemeralContainers": [{}]}"#, []),
        (#"{"containers": [\#(sized)], "initContainers": [{"restartPolicy": "Never"}]}"#, []),
        (
            #"{"containers": [\#(sized)], "initContainers": [{}, {"restartPolicy": "Always"}]}"#,
            ["spec.initContainers[1].resources.limits.cpu"]
        ),
        (#"{"containers": [{}, \#(sized), {}]}"#, ["spec.containers[0].resources.limits.cpu", "spec.containers[2].resources.limits.cpu"]),
        (#"{"containers": [{}], "initContainers": [\#(sized)]}"#, ["spec.containers[0].resources.limits.cpu"]),
        (#"{"containers": [{}, {}], "resources": {"limits": {"cpu": "1"}}}"#, []),
        (#"{"containers": [{}], "resources": {"limits": {"memory": "1Gi"}}}"#, ["spec.containers[0].resources.limits.cpu"]),
    ])
    func `Every long-running container needs an amount, or the Pod as a whole`(spec: String, paths: [String]) throws {
        let outcome = Ruleset.podscoreV1.outcome(of: "LimitsCPU", try .pod(spec))
        #expect((outcome == .holds) == paths.isEmpty)
        #expect(outcome?.paths(in: .pod) == paths)
    }

    @Test func `Without a long-running container the rules about resources fail`() throws {
        let subject = try ScoringSubject.pod(#"{"initContainers": [\#(Self.sized)]}"#)
        #expect(Ruleset.podscoreV1.outcome(of: "LimitsCPU", subject) == .fails([]))
    }
}
