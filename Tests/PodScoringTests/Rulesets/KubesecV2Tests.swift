import KubernetesAPI
import PodScoring
import Testing

/// `kubesec/v2` counts as kubesec does, including its oddities.
@Suite struct KubesecV2Tests {
    @Test func `One good container hides a bad one`() throws {
        let good = #"""
            {"securityContext": {"runAsNonRoot": true, "runAsUser": 20000, "runAsGroup": 20000, "readOnlyRootFilesystem": true,
             "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}, "appArmorProfile": {"type": "RuntimeDefault"}},
             "resources": {"requests": {"cpu": 1, "memory": 1}, "limits": {"cpu": 1, "memory": 1}}}
            """#
        let bad = #"""
            {"securityContext": {"runAsUser": 0, "runAsNonRoot": false, "capabilities": {"add": ["NET_ADMIN", "SYS_PTRACE", "SYS_MODULE", "ALL"]}}}
            """#
        let pod = #""serviceAccountName": "web", "automountServiceAccountToken": false, "hostUsers": false"#
        let subject = try ScoringSubject.pod(#"{\#(pod), "containers": [\#(good), \#(bad)]}"#)
        #expect(Scorer(.kubesecV2).score(subject).score == 19)
        #expect(Scorer(.podscoreV1).score(subject).score == -30 - 9 + 5)
    }

    @Test(arguments: [
        ("CapDropAll", #"{"capabilities": {"drop": ["WALLCLOCK"]}}"#, true),
        ("CapDropAll", #"{"capabilities": {"drop": ["NET_RAW"]}}"#, false),
        ("CapDropAny", #"{"capabilities": {"drop": [""]}}"#, true),
        ("CapDropAny", #"{"capabilities": {"drop": ["ALL", "<nil>"]}}"#, false),
        ("CapDropAny", #"{"capabilities": {"drop": []}}"#, false),
        ("CapDropAny", #"{"capabilities": {"drop": ["ALL", null]}}"#, false),
        ("CapDropAny", #"{"capabilities": {"drop": null}}"#, false),
        ("CapDropAll", #"{"capabilities": {"drop": [null, "net_allow"]}}"#, true),
        ("CapDropAll", #"{"capabilities": {"drop": ["AL", "L"]}}"#, false),
        ("CapSysAdmin", #"{"capabilities": {"add": [null, "CAP_SYS_ADMIN"]}}"#, false),
        ("SeccompAny", #"{"seccompProfile": {"type": null}}"#, false),
        ("SeccompAny", #"{"seccompProfile": {"type": "Unconfined "}}"#, true),
        ("RunAsUser", #"{"runAsUser": 10000}"#, false),
        ("RunAsUser", #"{"runAsUser": 10001}"#, true),
        ("RunAsGroup", #"{"runAsGroup": 10000}"#, false),
        ("AllowPrivilegeEscalation", #"{"allowPrivilegeEscalation": false}"#, true),
        ("CapSysAdmin", #"{"capabilities": {"add": ["XSYS_ADMINX"]}}"#, false),
        ("CapSysAdmin", #"{"capabilities": {"add": ["sys_admin", "ALL"]}}"#, true),
        ("SeccompAny", #"{"seccompProfile": {"type": ""}}"#, true),
        ("SeccompAny", #"{"seccompProfile": {"type": "Unconfined"}}"#, false),
        ("SeccompUnconfined", #"{"seccompProfile": {"type": "Unconfined"}}"#, false),
        ("ApparmorAny", #"{"appArmorProfile": {"type": "unconfined"}}"#, true),
        ("ApparmorAny", "{}", false),
        ("ApparmorUnconfined", #"{"appArmorProfile": {"type": "Unconfined"}}"#, false),
        ("AllowPrivilegeEscalation", "{}", true),
        ("AllowPrivilegeEscalation", #"{"allowPrivilegeEscalation": true}"#, false),
        ("Privileged", #"{"privileged": true}"#, false),
        ("ReadOnlyRootFilesystem", #"{"readOnlyRootFilesystem": true}"#, true),
        ("RunAsGroup", #"{"runAsGroup": 10001}"#, true),
    ])
    func `kubesec searches for text in the fields of a container`(rule: String, securityContext: String, holds: Bool) throws {
        let list = #"{"name": "app", "securityContext": \#(securityContext)}"#
        for spec in [#"{"containers": [{}], "ephemeralContainers": [\#(list)]}"#, #"{"initContainers": [\#(list)]}"#] {
            #expect(Ruleset.kubesecV2.holds(rule, try .pod(spec)) == holds)
        }
    }

    @Test(arguments: [
        ("ServiceAccountName", #""serviceAccountName": "default""#, true),
        ("ServiceAccountName", #""serviceAccountName": null"#, false),
        ("ServiceAccountName", "", false),
        ("HostAliases", "", true),
        ("HostUsers", #""hostUsers": true"#, false),
        ("DockerSock", #""volumes": [null, {"hostPath": null}, {"hostPath": {"path": null}}]"#, true),
        ("DockerSock", #""volumes": [{"hostPath": {"path": "/var//run/docker.sock"}}]"#, true),
        ("ProcMount", #""volumes": [{"hostPath": {"path": "/opt/procdata"}}]"#, false),
        ("ProcMount", #""containers": [{"securityContext": {"procMount": "Unmasked"}}]"#, true),
        ("ServiceAccountName", #""serviceAccountName": """#, true),
        ("ServiceAccountName", #""serviceAccountName": "<nil>""#, false),
        ("ServiceAccountName", #""serviceAccount": "web""#, false),
        ("HostAliases", #""hostAliases": []"#, false),
        ("HostAliases", #""hostAliases": null"#, true),
        ("DockerSock", #""volumes": [{"hostPath": {"path": "/opt/x/var/run/docker.sock.bak"}}]"#, false),
        ("DockerSock", #""volumes": [{"hostPath": {"path": "/run/docker.sock"}}]"#, true),
        ("ProcMount", #""volumes": [{"hostPath": {"path": "/processes"}}]"#, false),
        ("ProcMount", #""volumes": [{"hostPath": {"path": "/"}}]"#, true),
        ("AutomountServiceAccountToken", #""automountServiceAccountToken": true"#, false),
        ("HostUsers", #""hostUsers": false"#, true),
        ("HostPID", #""hostPID": true"#, false),
        ("HostIPC", #""hostIPC": true"#, false),
        ("HostNetwork", #""hostNetwork": true"#, false),
    ])
    func `kubesec searches for text in the fields of a Pod`(rule: String, fields: String, holds: Bool) throws {
        #expect(Ruleset.kubesecV2.holds(rule, try .pod("{\(fields)}", context: .admittedPod)) == holds)
    }

    @Test(arguments: [
        (#"{"containers": [{}, {"resources": {"limits": {"cpu": null}}}]}"#, ["LimitsCPU"]),
        (#"{"containers": [{"resources": {"limits": null, "requests": {}}}]}"#, []),
        (#"{"containers": [null, {"resources": {"limits": {"memory": "1Gi", "cpu": ""}}}]}"#, ["LimitsCPU", "LimitsMemory"]),
        (#"{"ephemeralContainers": [{"resources": {"requests": {"cpu": 1}}}]}"#, []),
        (#"{"containers": [{"resources": {"requests": {"memory": "0"}}}, {}]}"#, ["RequestsMemory"]),
        (#"{"containers": [{}], "initContainers": [{"restartPolicy": "Always", "resources": {"limits": {"cpu": "1"}}}]}"#, []),
        (#"{"containers": [{}], "resources": {"limits": {"cpu": "1"}}}"#, []),
    ])
    func `A resource counts by its key, in any regular container`(spec: String, holding: [String]) throws {
        let subject = try ScoringSubject.pod(spec)
        let rules = ["LimitsCPU", "LimitsMemory", "RequestsCPU", "RequestsMemory"].filter { Ruleset.kubesecV2.holds($0, subject) }
        #expect(rules == holding)
    }

    @Test(arguments: [
        ([], 2), (["null"], 0), (["{}"], 0), ([#"{"accessModes": ["ReadWriteOnce"]}"#, "{}"], 1),
        ([#"{"accessModes": ["ReadWriteOncePod"]}"#], 0),
        ([#"{"accessModes": ["ReadWriteOnce", "ReadOnlyMany"], "resources": {"requests": {"storage": null}}}"#], 1),
        ([#"{"accessModes": ["ReadWriteOnce", null]}"#], 0), ([#"{"accessModes": null}"#], 0),
        ([#"{"accessModes": ["x", "accessModes:[ReadWriteOnce]"]}"#], 1),
    ])
    func `One good volume claim hides the others`(specs: [String], score: Int) throws {
        let claims = specs.map { #"{"spec": \#($0)}"# }.joined(separator: ",")
        let object = try KubernetesObject(parsing: #"{"kind": "StatefulSet", "spec": {"volumeClaimTemplates": [\#(claims)]}}"#)
        let report = Scorer(.kubesecV2).score(ScoringSubject(object, context: .authored))
        #expect(report.score == score && report.bestPossibleScore == 21)
    }

    @Test(arguments: [("ReplicaSet", 1), ("Job", 1), ("CronJob", 1), ("ReplicationController", 0), ("PodTemplate", 0), ("Deployment", 26)])
    func `A kind has the rules that kubesec applies to it`(kind: String, count: Int) throws {
        let object = try KubernetesObject(parsing: #"{"kind": "\#(kind)"}"#)
        #expect(
            Scorer(.kubesecV2).score(ScoringSubject(object, context: .authored)).results.count == count + (kind == "Deployment" ? 1 : 0)
        )
    }

    @Test func `A subject whose name contains the text is anonymous`() throws {
        let object = try KubernetesObject(parsing: #"{"kind": "RoleBinding", "subjects": [{"name": "notsystem:anonymousX"}]}"#)
        #expect(Scorer(.kubesecV2).score(ScoringSubject(object, context: .authored)).score == -30)
    }

    @Test(arguments: ["null", "{}", #"{"metadata": {"name": "data"}}"#])
    func `Volume claims without a spec count as no claims`(claim: String) throws {
        let object = try KubernetesObject(parsing: #"{"kind": "StatefulSet", "spec": {"volumeClaimTemplates": [\#(claim)]}}"#)
        #expect(Scorer(.kubesecV2).score(ScoringSubject(object, context: .authored)).score == 2)
    }

    /// The Pod's value, the container's value and whether `RunAsNonRoot` holds; `nil` omits the field.
    @Test(
        arguments: [
            ("true", nil, true), ("true", "null", true), ("true", "false", false), ("false", "true", true), (nil, "true", true),
            ("null", nil, false), (nil, nil, false),
        ] as [(String?, String?, Bool)]
    )
    func `A container's own value overrides the Pod's, and null counts as unset`(pod: String?, container: String?, holds: Bool) throws {
        func context(_ value: String?) -> String { value.map { #"{"runAsNonRoot": \#($0)}"# } ?? "{}" }
        let spec = #"{"securityContext": \#(context(pod)), "containers": [{"securityContext": \#(context(container))}]}"#
        #expect(Ruleset.kubesecV2.holds("RunAsNonRoot", try .pod(spec)) == holds)
    }

    @Test func `A Pod-level value without a container does not count`() throws {
        let spec = #"{"securityContext": {"runAsUser": 20000, "seccompProfile": {"type": "Unconfined"}}, "containers": []}"#
        #expect(Scorer(.kubesecV2).score(try .pod(spec)).score == 0)
    }

    @Test func `Unconfined beside another profile both adds and deducts points`() throws {
        let confined = #"{"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}"#
        let subject = try ScoringSubject.pod(
            #"{"securityContext": {"seccompProfile": {"type": "Unconfined"}}, "containers": [{}, \#(confined)]}"#
        )
        #expect(Ruleset.kubesecV2.holds("SeccompAny", subject) && !Ruleset.kubesecV2.holds("SeccompUnconfined", subject))
    }

    @Test(arguments: ["ReplicaSet", "Job", "CronJob"])
    func `Only the rule about Secrets applies to some kinds`(kind: String) throws {
        let secret = #"{"initContainers": [{"envFrom": [null, {"secretRef": {}}]}], "hostNetwork": true}"#
        let template = #""template": {"spec": \#(secret)}"#
        let spec = kind == "CronJob" ? #"{"jobTemplate": {"spec": {\#(template)}}}"# : "{\(template)}"
        let object = try KubernetesObject(parsing: #"{"kind": "\#(kind)", "spec": \#(spec)}"#)
        let report = Scorer(.kubesecV2).score(ScoringSubject(object, context: .authored))
        #expect(report.score == -5 && report.results.count == 1)
    }

    @Test(arguments: [#""secretRef": null"#, #""configMapRef": {}"#])
    func `Sources other than Secrets deduct no points`(source: String) throws {
        let subject = try ScoringSubject.pod(
            #"{"containers": [{"envFrom": [{\#(source)}], "env": [{"valueFrom": {"secretKeyRef": null}}]}]}"#
        )
        #expect(Ruleset.kubesecV2.holds("SecretsAsEnvironmentVariables", subject))
    }

    @Test(arguments: [#""envFrom": [{"secretRef": "x"}]"#, #""env": [{"valueFrom": {"secretKeyRef": []}}]"#])
    func `A Secret of a wrong type is an error`(field: String) {
        #expect(throws: DecodingFailure.self) { try ScoringSubject.pod(#"{"containers": [{\#(field)}]}"#) }
    }

    @Test func `The rules with most points come first, then the order is by selector`() {
        let ids = Ruleset.kubesecV2.entries.filter { $0.rule.polarity == .positive }.map(\.rule.id)
        #expect(
            ids.prefix(7) == [
                "ApparmorAny", "ServiceAccountName", "AutomountServiceAccountToken", "HostUsers", "SeccompAny",
                "VolumeClaimAccessModeReadWriteOnce", "VolumeClaimRequestsStorage",
            ]
        )
        let negative = Ruleset.kubesecV2.entries.filter { $0.rule.polarity == .negative }.map(\.rule.id)
        #expect(
            negative == [
                "BindingsToSystemAnonymous", "CapSysAdmin", "Privileged", "HostIPC", "HostNetwork", "HostPID", "ProcMount", "DockerSock",
                "AllowPrivilegeEscalation", "SecretsAsEnvironmentVariables", "HostAliases", "ApparmorUnconfined", "SeccompUnconfined",
            ]
        )
    }
}
