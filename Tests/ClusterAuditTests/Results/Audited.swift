import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Testing

@testable import ClusterAudit

/// Objects and deciders for the tests.
enum Audited {
    /// A policy that denies Pods with `hostPID` and warns below a score of 100.
    static func decider(
        _ waivers: [ScoreWaiver] = [],
        namespaces: NamespaceDirectory? = nil,
        selecting selector: NamespaceSelector? = nil
    ) throws -> AuditDecider {
        var (enforce, warn) = (ScorePolicy.Level(), ScorePolicy.Level())
        enforce.forbid = ["HostPID"]
        warn.require = ["RunAsNonRoot"]
        let policy = ScorePolicy(
            name: "strict",
            namespaces: selector == nil ? [NamePattern("*")] : [],
            namespaceSelector: selector,
            ruleset: .podscoreV1,
            enforce: enforce,
            warn: warn,
            workloads: .enforce
        )
        let set = PolicySet(
            policies: [policy],
            waivers: waivers,
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: ""
        )
        return AuditDecider(policies: set, namespaces: namespaces, today: try #require(CivilDate(parsing: "2026-11-29")))
    }

    /// Reads an object of JSON.
    static func object(_ json: String) throws -> RunningObject {
        let bytes = Array(json.utf8)
        var object = KubernetesObject()
        try object.read(from: bytes.span, among: .standard)
        return RunningObject(object: object, facts: try RunningFacts(reading: bytes.span))
    }

    /// A Pod; `owner` is the member `ownerReferences` with its comma.
    static func pod(
        _ name: String,
        owner: String = "",
        spec: String = "",
        image: String = "nginx:1",
        status: String = #""phase": "Running""#,
        metadata: String = ""
    ) throws -> RunningObject {
        try object(
            """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {\(owner)\(metadata)"name": "\(name)", "namespace": "shop", "uid": "uid-\(name)"},
             "spec": {\(spec)"nodeName": "node-\(name)", "containers": [{"name": "a", "image": "\(image)"}]}, "status": {\(status)}}
            """
        )
    }

    /// The member `ownerReferences` of an object that a controller made.
    static func owned(by kind: String, _ name: String, uid: String, apiVersion: String = "apps/v1") -> String {
        #""ownerReferences": [{"apiVersion": "\#(apiVersion)", "kind": "\#(kind)", "name": "\#(name)", "uid": "\#(uid)", "controller": true}],"#
    }

    /// A workload with a template.
    static func workload(_ kind: WorkloadKind, _ name: String, uid: String, owner: String = "", spec: String = "") throws -> RunningObject {
        try object(
            """
            {"apiVersion": "\(kind.group)/v1", "kind": "\(kind.rawValue)", "metadata": {\(owner)"name": "\(name)", "namespace": "shop",
             "uid": "\(uid)"}, "spec": {"template": {"spec": {\(spec)"containers": [{"name": "a", "image": "nginx:1"}]}}}}
            """
        )
    }

    /// A member of a Pod's specification that the policy forbids.
    static let denied = #""hostPID": true, "#
    /// A member of a Pod's specification that satisfies the policy.
    static let allowed = #""securityContext": {"runAsNonRoot": true}, "#
}
