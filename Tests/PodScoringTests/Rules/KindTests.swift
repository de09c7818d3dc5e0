import KubernetesAPI
import PodScoring
import Testing

/// A template scores as its Pod does, under every workload kind.
@Suite struct KindTests {
    private static let spec =
        #"{"hostPID": true, "serviceAccountName": "web", "containers": [{"name": "a"}, {"securityContext": {"privileged": true}}]}"#

    /// An object of a kind with a Pod spec.
    private static func object(_ kind: WorkloadKind, spec: String) -> String {
        let template = #"{"spec": \#(spec)}"#
        let content =
            switch kind {
            case .pod: #""spec": \#(spec)"#
            case .podTemplate: #""template": \#(template)"#
            case .cronJob: #""spec": {"jobTemplate": {"spec": {"template": \#(template)}}}"#
            default: #""spec": {"template": \#(template)}"#
            }
        return #"{"kind": "\#(kind.rawValue)", \#(content)}"#
    }

    @Test(arguments: WorkloadKind.allCases)
    func `A template scores the same under every workload kind`(kind: WorkloadKind) throws {
        let object = try KubernetesObject(parsing: Self.object(kind, spec: Self.spec))
        let report = Scorer(.podscoreV1).score(ScoringSubject(object, context: .authored))
        #expect(report.score == -9 + 3 - 30)
        #expect(report.bestPossibleScore == 21)
        #expect(report.outcome(ofRule: "HostPID")?.paths(in: report.kind) == [report.kind.specificationPath + ".hostPID"])
    }

    @Test(arguments: [
        ("argoproj.io/v1alpha1", "Rollout"), ("apps.openshift.io/v1", "DeploymentConfig"), ("v1", "DeploymentConfig"),
        ("serving.knative.dev/v1", "Service"), ("serving.knative.dev/v1", "Configuration"), ("apps.kruise.io/v1alpha1", "CloneSet"),
        ("apps.kruise.io/v1beta1", "StatefulSet"), ("apps.kruise.io/v1alpha1", "DaemonSet"),
    ])
    func `A template of another project scores as in a Deployment, and kubesec does not score it`(version: String, kind: String) throws {
        func object(_ version: String, _ kind: String) throws -> KubernetesObject {
            let claims = #""volumeClaimTemplates": [{"spec": {"accessModes": ["ReadWriteMany"]}}]"#
            let spec = #"{"template": {"spec": \#(Self.spec)}, \#(claims)}"#
            return try KubernetesObject(parsing: #"{"apiVersion": "\#(version)", "kind": "\#(kind)", "spec": \#(spec)}"#)
        }
        let subject = ScoringSubject(try object(version, kind), context: .admittedPod)
        let report = Scorer(.podscoreV1).score(subject)
        let expected = Scorer(.podscoreV1).score(ScoringSubject(try object("apps/v1", "Deployment"), context: .authored))
        #expect(report.score == expected.score && report.bestPossibleScore == expected.bestPossibleScore)
        #expect(report.results.map(\.index) == expected.results.map(\.index))
        #expect(report.results.map(\.outcome) == expected.results.map(\.outcome))
        #expect(subject.specificationPath == "spec.template.spec")
        for ruleset in [Ruleset.kubesecV2, .kubesecV20] { #expect(!Scorer(ruleset).score(subject).isScorable) }
    }

    @Test func `Findings in an added kind have the path of its template`() throws {
        let known = KnownWorkloads(adding: [try OtherWorkload(parsing: "a.b/Queue=.spec.worker.podTemplate")])
        let text = #"{"apiVersion": "a.b/v1", "kind": "Queue", "spec": {"worker": {"podTemplate": {"spec": \#(Self.spec)}}}}"#
        let bytes = Array(text.utf8)
        var reader = JSONReader(bytes.span)
        reader.start()
        let object = try KubernetesObject(from: &reader, among: known)
        #expect(object.specificationPath == "spec.worker.podTemplate.spec")
        #expect(ScoringSubject(object, context: .authored).specificationPath == "spec.worker.podTemplate.spec")
    }

    @Test func `Rules about volume claims have no points and apply only to StatefulSets`() throws {
        let claims =
            #"{"kind": "StatefulSet", "spec": {"template": {}, "volumeClaimTemplates": [{"spec": {"accessModes": ["ReadWriteMany"]}}]}}"#
        let report = Scorer(.podscoreV1).score(ScoringSubject(try KubernetesObject(parsing: claims), context: .authored))
        #expect(report.outcome(ofRule: "VolumeClaimRequestsStorage") != .holds)
        #expect(report.outcome(ofRule: "VolumeClaimAccessModeReadWriteOnce") != .holds)
        #expect(report.score == 0 && report.bestPossibleScore == 21)
        #expect(Ruleset.podscoreV1.outcome(of: "VolumeClaimRequestsStorage", try .pod("{}")) == nil)
    }

    @Test(arguments: [
        ([#"{"accessModes": ["ReadWriteOnce"]}"#], true), ([#"{"accessModes": ["ReadWriteOncePod", "ReadWriteOnce"]}"#], true),
        ([#"{"accessModes": ["ReadWriteOnce", "ReadOnlyMany"]}"#], false), ([#"{"accessModes": []}"#], false), (["{}"], false),
        (["null"], false),
        ([#"{"accessModes": ["ReadWriteOnce"]}"#, "{}"], false), ([], true),
    ])
    func `Every claim must have an access mode for one writer`(specs: [String], holds: Bool) throws {
        let claims = specs.map { #"{"spec": \#($0)}"# }.joined(separator: ",")
        let object = try KubernetesObject(parsing: #"{"kind": "StatefulSet", "spec": {"volumeClaimTemplates": [\#(claims)]}}"#)
        let subject = ScoringSubject(object, context: .authored)
        #expect(Ruleset.podscoreV1.holds("VolumeClaimAccessModeReadWriteOnce", subject) == holds)
    }

    @Test(arguments: [
        ("RoleBinding", "system:anonymous", -30), ("ClusterRoleBinding", "system:anonymous", -30),
        ("RoleBinding", "notsystem:anonymous", 0),
        ("RoleBinding", "system:anonymousX", 0), ("RoleBinding", "System:anonymous", 0),
    ])
    func `A binding violates the rule only for the exact name of the anonymous user`(kind: String, name: String, score: Int) throws {
        let object = try KubernetesObject(parsing: #"{"kind": "\#(kind)", "subjects": [{"name": "jane"}, {"name": "\#(name)"}]}"#)
        let report = Scorer(.podscoreV1).score(ScoringSubject(object, context: .authored))
        #expect(report.score == score && report.bestPossibleScore == 0 && report.results.count == 1)
    }

    @Test(arguments: ["ConfigMap", "pod", "", "List"])
    func `A kind without rules is not scorable`(kind: String) throws {
        let object = try KubernetesObject(parsing: #"{"kind": "\#(kind)", "spec": {"hostPID": true}}"#)
        #expect(!Scorer(.podscoreV1).score(ScoringSubject(object, context: .authored)).isScorable)
    }

    @Test func `HostAliases fails only if the list has an entry`() throws {
        #expect(Ruleset.podscoreV1.holds("HostAliases", try .pod(#"{"hostAliases": []}"#)))
        #expect(Ruleset.podscoreV1.holds("HostAliases", try .pod(#"{"hostAliases": null}"#)))
        #expect(!Ruleset.podscoreV1.holds("HostAliases", try .pod(#"{"hostAliases": [{}]}"#)))
    }
}
