import Foundation
import KubernetesAPI
import PodScoring
import Testing

/// Two objects that kubesec scores alike, one of which violates a rule by the check of `podscore/v1` and one of which does not.
struct ControlPair: Sendable, CustomTestStringConvertible {
    /// The ruleset of kubesec's that is content with both.
    let ruleset: Ruleset
    let rule: Rule
    /// The kind of both objects; a Pod becomes a Deployment where an update is compared.
    let kind: String
    private let metadata: String
    private let violating: String
    private let meeting: String

    var testDescription: String { "\(ruleset.name) \(rule.id)" }

    /// Which of the two objects.
    enum Side: Sendable {
        case violating
        case meeting
    }

    /// The object as JSON; another image makes it differ from itself in something that no rule asks about.
    func manifest(_ side: Side, as kind: String? = nil, image: String = "r.example/a:1") -> String {
        let kind = kind ?? self.kind
        let (spec, claims) = Self.parts(of: side == .violating ? violating : meeting)
        let pod = spec.replacing(#""image": """#, with: #""image": "\#(image)""#)
        let head = #""apiVersion": "\#(Self.version(of: kind))", "kind": "\#(kind)""#
        guard kind != "Pod" else { return #"{\#(head), "metadata": {"name": "web"\#(metadata)}, "spec": \#(pod)}"# }
        let template = #"{"metadata": {"name": "web"\#(metadata)}, "spec": \#(pod)}"#
        return #"{\#(head), "metadata": {"name": "web"\#(metadata)}, "spec": {"template": \#(template)\#(claims)}}"#
    }

    /// A request that creates the object, or updates another one to it.
    func review(_ side: Side, from old: String? = nil, as kind: String? = nil, image: String = "r.example/a:1") -> String {
        let kind = kind ?? self.kind
        let group = Self.version(of: kind).split(separator: "/").dropLast().joined()
        let object = manifest(side, as: kind, image: image)
        return #"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u", "#
            + #""kind": {"group": "\#(group)", "version": "v1", "kind": "\#(kind)"}, "name": "web", "namespace": "default", "#
            + #""operation": "\#(old == nil ? "CREATE" : "UPDATE")", "userInfo": {"username": "jane"}, "#
            + #""object": \#(object), "oldObject": \#(old ?? "null")}}"#
    }

    private static func version(of kind: String) -> String {
        switch kind {
        case "Pod", "ReplicationController": "v1"
        case "Job": "batch/v1"
        default: "apps/v1"
        }
    }

    /// The Pod's specification, and behind a bar the claims of a StatefulSet.
    private static func parts(of text: String) -> (spec: String, claims: String) {
        let parts = text.split(separator: "|")
        return (String(parts[0]), parts.count > 1 ? #", "volumeClaimTemplates": \#(parts[1])"# : "")
    }
}

extension ControlPair {
    /// Why a rule has no pair; every other rule of the catalog has one under each ruleset of kubesec's.
    static let without = ["BindingsToSystemAnonymous": "it applies to role bindings, and policies to Pods"]

    /// The pairs of all rules.
    static let all: [ControlPair] = [Ruleset.kubesecV2, .kubesecV20].flatMap { ruleset in
        RuleCatalog.builtIn.compactMap { pair(of: $0, under: ruleset) }
    }

    private static func pair(of rule: Rule, under ruleset: Ruleset) -> ControlPair? {
        let own = ruleset.name == "kubesec/v2.0" ? of2019[rule.id] : nil
        guard let sides = own ?? shared[rule.id] else { return nil }
        return ControlPair(
            ruleset: ruleset,
            rule: rule,
            kind: sides.kind,
            metadata: sides.metadata,
            violating: sides.violating,
            meeting: sides.meeting
        )
    }

    /// The two specifications, and what of the metadata they need.
    private struct Sides {
        var kind = "Pod"
        var metadata = ""
        let violating: String
        let meeting: String
    }

    /// A container by the members of its security context and by others.
    private static func container(_ name: String, _ context: String = "", _ others: String = "") -> String {
        #"{"name": "\#(name)", "image": "", "securityContext": {\#(context)}\#(others)}"#
    }

    private static func pod(_ containers: String..., others: String = "") -> String {
        #"{"containers": [\#(containers.joined(separator: ", "))]\#(others)}"#
    }

    /// A good container beside a bare one, and two good ones.
    private static func beside(_ context: String = "", others: String = "", metadata: String = "") -> Sides {
        Sides(
            metadata: metadata,
            violating: pod(container("good", context, others), container("bare")),
            meeting: pod(container("good", context, others), container("bare", context, others))
        )
    }

    /// One container with a setting that it must not have, and without.
    private static func setting(_ context: String = "", others: String = "", kind: String = "Pod") -> Sides {
        Sides(kind: kind, violating: pod(container("app", context, others)), meeting: pod(container("app")))
    }

    /// A Pod with a member that it must not have, and without it or with another one.
    private static func member(_ violating: String, _ meeting: String = "", kind: String = "Pod") -> Sides {
        Sides(kind: kind, violating: pod(container("app"), others: ", " + violating), meeting: pod(container("app"), others: meeting))
    }

    private static func hostPath(_ path: String) -> Sides {
        member(#""volumes": [{"name": "v", "hostPath": {"path": "\#(path)"}}]"#)
    }

    private static func claims(_ bad: String, _ good: String) -> Sides {
        Sides(
            kind: "StatefulSet",
            violating: "\(pod(container("app")))|[{\"spec\": \(good)}, {\"spec\": \(bad)}]",
            meeting: "\(pod(container("app")))|[{\"spec\": \(good)}]"
        )
    }

    private static func resources(_ list: String, _ resource: String) -> Sides {
        beside(others: #", "resources": {"\#(list)": {"\#(resource)": "1"}}"#)
    }

    /// A kind that kubesec does not score shows what its checks judge as strictly as ours.
    private static let unscored = "ReplicationController"
    private static let claim = #"{"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}"#
    private static let unconfined = #", "annotations": {"container.apparmor.security.beta.kubernetes.io/app": "unconfined"}"#

    private static let shared: [String: Sides] = [
        "WindowsHostProcess": member(
            #""securityContext": {"windowsOptions": {"hostProcess": true}}, "os": {"name": "windows"}"#,
            #", "os": {"name": "windows"}"#
        ),
        "CapSysAdmin": setting(#""capabilities": {"add": ["sys_admin"]}"#),
        "Privileged": setting(#""privileged": true"#, kind: "Job"),
        "HostIPC": member(#""hostIPC": true"#, kind: "Job"),
        "HostNetwork": member(#""hostNetwork": true"#, kind: "Job"),
        "HostPID": member(#""hostPID": true"#, kind: "Job"),
        "CapDangerous": setting(#""capabilities": {"add": ["NET_ADMIN"]}"#),
        "ProcMountUnmasked": setting(#""procMount": "Unmasked""#),
        "ProcMount": hostPath("/"),
        "DockerSock": hostPath("/run/docker.sock"),
        "AllowPrivilegeEscalation": setting(#""allowPrivilegeEscalation": true"#, kind: unscored),
        "SecretsAsEnvironmentVariables": setting(
            others: #", "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]"#,
            kind: unscored
        ),
        "UnsafeSysctl": member(#""securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}"#),
        "HostAliases": member(#""hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a"]}]"#, kind: unscored),
        "ApparmorAny": beside(#""appArmorProfile": {"type": "RuntimeDefault"}"#),
        "ServiceAccountName": member(#""serviceAccountName": "default""#, #", "serviceAccountName": "app""#),
        "HostPathVolume": hostPath("/data"),
        "AutomountServiceAccountToken": member(
            #""automountServiceAccountToken": false, "volumes": [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}]"#,
            #", "automountServiceAccountToken": false"#
        ),
        "HostUsers": member(#""hostUsers": true"#, #", "hostUsers": false"#, kind: unscored),
        "ApparmorUnconfined": Sides(
            kind: "Deployment",
            metadata: unconfined,
            violating: pod(container("app")),
            // The annotation is about another container.
            meeting: pod(container("other"))
        ),
        "SeccompAny": beside(#""seccompProfile": {"type": "RuntimeDefault"}"#),
        "SeccompUnconfined": setting(#""seccompProfile": {"type": "Unconfined"}"#, kind: unscored),
        "RunAsGroup": beside(#""runAsGroup": 20000"#),
        "RunAsNonRoot": beside(#""runAsNonRoot": true"#),
        "RunAsUser": beside(#""runAsUser": 20000"#),
        "ImagePinnedByDigest": Sides(
            violating: pod(container("app")),
            meeting: pod(container("app")).replacing(
                #""image": """#,
                with: #""image": "r.example/a@sha256:\#(String(repeating: "0", count: 64))""#
            )
        ),
        "HostPort": setting(others: #", "ports": [{"containerPort": 80, "hostPort": 80}]"#),
        "LimitsCPU": resources("limits", "cpu"),
        "LimitsMemory": resources("limits", "memory"),
        "RequestsCPU": resources("requests", "cpu"),
        "RequestsMemory": resources("requests", "memory"),
        "PrivilegeEscalationDisabled": beside(#""allowPrivilegeEscalation": false"#),
        "CapDropAny": beside(#""capabilities": {"drop": ["NET_RAW"]}"#),
        "CapDropAll": beside(#""capabilities": {"drop": ["ALL"]}"#),
        "ReadOnlyRootFilesystem": beside(#""readOnlyRootFilesystem": true"#),
        "VolumeClaimAccessModeReadWriteOnce": claims(#"{"accessModes": ["ReadWriteMany"]}"#, claim),
        "VolumeClaimRequestsStorage": claims("{}", claim),
    ]

    /// What the rules of 2019 are content with, where it is something else.
    private static let of2019: [String: Sides] = [
        "ApparmorAny": beside(
            #""appArmorProfile": {"type": "RuntimeDefault"}"#,
            metadata: #", "annotations": {"container.apparmor.security.beta.kubernetes.io/good": "runtime/default"}"#
        ),
        "SeccompAny": beside(
            #""seccompProfile": {"type": "RuntimeDefault"}"#,
            metadata: #", "annotations": {"seccomp.security.alpha.kubernetes.io/pod": "runtime/default"}"#
        ),
        "SeccompUnconfined": setting(#""seccompProfile": {"type": "Unconfined"}"#),
        // Where the rules of 2019 speak of limits, they read the requests.
        "LimitsMemory": Sides(
            violating: pod(container("app", "", #", "resources": {"requests": {"memory": "1"}}"#)),
            meeting: pod(container("app", "", #", "resources": {"requests": {"memory": "1"}, "limits": {"memory": "1"}}"#))
        ),
    ]
}
