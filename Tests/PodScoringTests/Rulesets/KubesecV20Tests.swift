import Foundation
import KubernetesAPI
import PodScoring
import Testing

/// `kubesec/v2.0` counts as kubesec did in 2019.
@Suite struct KubesecV20Tests {
    private static let isReferenceHere = FileManager.default.fileExists(atPath: TestFolder.kubesecRules2019.path)

    @Test(.enabled(if: isReferenceHere, "kubesec's rules of 2019 are not here"))
    func `Ids, selectors, kinds and points are those of 2019`() throws {
        let file = try #require(try TestFolder.json(TestFolder.kubesecRules2019) as? [String: Any])
        let reference = try #require(file["rules"] as? [[String: Any]])
        #expect(reference.count == Ruleset.kubesecV20.entries.count)
        for item in reference {
            let id = try #require(item["id"] as? String)
            let entry = try #require(Ruleset.kubesecV20.entries.first { $0.rule.id == id }, "\(id)")
            #expect(entry.selector == item["selector"] as? String, "\(id)")
            #expect(Set(entry.kinds.names) == Set(item["kinds"] as? [String] ?? []), "\(id)")
            #expect(entry.points == item["points"] as? Int, "\(id)")
        }
    }

    @Test(.enabled(if: isReferenceHere, "kubesec's output of 2019 is not here"))
    func `The five Pods of 2019 have the same scores and advice in the same order`() throws {
        let steps = try #require(try TestFolder.json(TestFolder.kubesecSteps2019) as? [[String: Any]])
        for step in steps {
            let pod = try KubernetesObject(extracting: try #require(step["manifest"]))
            let report = Scorer(.kubesecV20).score(ScoringSubject(pod, context: .authored))
            #expect(report.score == step["score"] as? Int)
            #expect(Self.advice(of: report) == step["adviseSelectors"] as? [String])
        }
        #expect(steps.count == 5)
    }

    @Test func `Hardening a Pod step by step shortens the advice`() throws {
        let steps = try #require(try TestFolder.json(TestFolder.acceptance.appending(path: "hardening.json")) as? [[String: Any]])
        let reports = try steps.map { step in
            let pod = try KubernetesObject(extracting: try #require(step["manifest"]))
            return Scorer(.kubesecV20).score(ScoringSubject(pod, context: .authored))
        }
        #expect(reports.map(\.score) == [0, 4, 7, 9, 12])
        #expect(reports.map { Self.advice(of: $0).count } == [12, 8, 5, 3, 2])
        #expect(
            reports.last.map(Self.advice) == [
                #".metadata .annotations ."container.apparmor.security.beta.kubernetes.io/nginx""#,
                #".metadata .annotations ."container.seccomp.security.alpha.kubernetes.io/pod""#,
            ]
        )
    }

    private static func advice(of report: ScoreReport) -> [String] {
        report.results.filter { report.entry(of: $0).rule.polarity == .positive && $0.outcome != .holds }.map {
            report.entry(of: $0).selector
        }
    }

    private static let apparmor = "container.apparmor.security.beta.kubernetes.io"
    private static let seccomp = "seccomp.security.alpha.kubernetes.io/pod"

    @Test(arguments: [
        ("{}", false, false, true),
        (#"{"\#(apparmor)/web": "runtime/default"}"#, true, false, true),
        (#"{"\#(apparmor)/web": "unconfined", "\#(apparmor)/b": "runtime/default"}"#, false, false, true),
        (#"{"\#(apparmor)/web": "unconfined", "\#(apparmor)/pod": "runtime/default"}"#, true, false, true),
        (#"{"\#(apparmor)/pod": "unconfined-not"}"#, false, false, true),
        (#"{"\#(apparmor)/web1": "runtime/default"}"#, false, false, true),
        (#"{"\#(apparmor)/": "runtime/default"}"#, false, false, true),
        (#"{"\#(seccomp)": "runtime/default"}"#, false, true, true),
        (#"{"container.\#(seccomp)": ""}"#, false, true, true),
        (#"{"\#(seccomp)": "unconfined"}"#, false, false, false),
        (#"{"\#(seccomp)": "runtime/default", "container.\#(seccomp)": "unconfined"}"#, false, false, false),
        (#"{"container.seccomp.security.alpha.kubernetes.io/web": "runtime/default"}"#, false, false, true),
    ])
    func `Profiles are annotations of the object`(annotations: String, apparmor: Bool, seccomp: Bool, confined: Bool) throws {
        let pod = #"{"kind": "Pod", "metadata": {"annotations": \#(annotations)}, "spec": {}}"#
        let deployment = #"{"kind": "Deployment", "metadata": {"annotations": \#(annotations)}, "spec": {}}"#
        for text in [pod, deployment] {
            let subject = ScoringSubject(try KubernetesObject(parsing: text), context: .authored)
            #expect(Ruleset.kubesecV20.holds("ApparmorAny", subject) == apparmor)
            #expect(Ruleset.kubesecV20.holds("SeccompAny", subject) == seccomp)
            #expect(Ruleset.kubesecV20.holds("SeccompUnconfined", subject) == confined)
        }
        let template = #"{"kind": "Deployment", "spec": {"template": {"metadata": {"annotations": \#(annotations)}}}}"#
        let subject = ScoringSubject(try KubernetesObject(parsing: template), context: .authored)
        #expect(!Ruleset.kubesecV20.holds("ApparmorAny", subject) && !Ruleset.kubesecV20.holds("SeccompAny", subject))
    }

    @Test(arguments: [
        ("RunAsNonRoot", #""runAsNonRoot": true"#), ("RunAsUser", #""runAsUser": 10001"#),
        ("ReadOnlyRootFilesystem", #""readOnlyRootFilesystem": true"#), ("CapDropAny", #""capabilities": {"drop": []}"#),
        ("CapDropAll", #""capabilities": {"drop": ["all"]}"#),
    ])
    func `Only the own settings of init and regular containers count`(rule: String, fields: String) throws {
        let container = #"[{"securityContext": {\#(fields)}}]"#
        #expect(Ruleset.kubesecV20.holds(rule, try .pod(#"{"initContainers": \#(container)}"#)))
        #expect(Ruleset.kubesecV20.holds(rule, try .pod(#"{"containers": \#(container)}"#)))
        #expect(!Ruleset.kubesecV20.holds(rule, try .pod(#"{"ephemeralContainers": \#(container), "containers": [{}]}"#)))
        #expect(!Ruleset.kubesecV20.holds(rule, try .pod(#"{"securityContext": {\#(fields)}, "containers": [{}]}"#)))
    }

    @Test(arguments: [("Privileged", #""privileged": true"#), ("CapSysAdmin", #""capabilities": {"add": ["CAP_SYS_ADMIN"]}"#)])
    func `Ephemeral containers are not checked`(rule: String, fields: String) throws {
        let container = #"[{"securityContext": {\#(fields)}}]"#
        #expect(!Ruleset.kubesecV20.holds(rule, try .pod(#"{"initContainers": \#(container)}"#)))
        #expect(!Ruleset.kubesecV20.holds(rule, try .pod(#"{"containers": \#(container)}"#)))
        #expect(Ruleset.kubesecV20.holds(rule, try .pod(#"{"ephemeralContainers": \#(container)}"#)))
    }

    @Test func `LimitsMemory checks the memory request`() throws {
        let requested = try ScoringSubject.pod(#"{"containers": [{"resources": {"requests": {"memory": "1Gi"}}}]}"#)
        let limited = try ScoringSubject.pod(#"{"containers": [{"resources": {"limits": {"memory": "1Gi"}}}]}"#)
        #expect(Ruleset.kubesecV20.holds("LimitsMemory", requested) && !Ruleset.kubesecV20.holds("LimitsMemory", limited))
    }

    @Test(arguments: [
        (#"{"containers": [{"securityContext": {"capabilities": {"drop": ["NET_RAW", null]}}}]}"#, false),
        (
            #"{"containers": [{"securityContext": {"capabilities": {"drop": ["NET_RAW"]}}}, {"securityContext": {"capabilities": {"drop": ["<nil>"]}}}]}"#,
            false
        ),
        (
            #"{"containers": [{"securityContext": {"capabilities": {"drop": [null]}}}], "initContainers": [{"securityContext": {"capabilities": {"drop": []}}}]}"#,
            true
        ),
    ])
    func `A null in drop makes CapDropAny fail for the whole list of containers`(spec: String, holds: Bool) throws {
        #expect(Ruleset.kubesecV20.holds("CapDropAny", try .pod(spec)) == holds)
    }

    @Test func `HostAliases deducts no points`() throws {
        let report = Scorer(.kubesecV20).score(try .pod(#"{"hostAliases": []}"#))
        #expect(report.score == 0 && report.outcome(ofRule: "HostAliases") != .holds)
    }

    @Test(arguments: [
        ("[]", 0), ("[{}]", 0), (#"[{"spec": {"accessModes": ["ReadWriteOnce"]}}]"#, 1),
        (#"[{}, {"spec": {"resources": {"requests": {"storage": null}}}}]"#, 1),
    ])
    func `A StatefulSet without claims earns no points`(claims: String, score: Int) throws {
        let object = try KubernetesObject(parsing: #"{"kind": "StatefulSet", "spec": {"volumeClaimTemplates": \#(claims)}}"#)
        #expect(Scorer(.kubesecV20).score(ScoringSubject(object, context: .authored)).score == score)
    }
}
