import KubernetesAPI
import PodScoring
import Testing

/// `kubesec/v2` counts as kubesec does, its oddities included.
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
    func `Of a container the letters count`(rule: String, securityContext: String, holds: Bool) throws {
        let list = #"{"name": "app", "securityContext": \#(securityContext)}"#
        for spec in [#"{"containers": [{}], "ephemeralContainers": [\#(list)]}"#, #"{"initContainers": [\#(list)]}"#] {
            #expect(Ruleset.kubesecV2.holds(rule, try .pod(spec)) == holds)
        }
    }

    @Test(arguments: [
        ("ServiceAccountName", #""serviceAccountName": "default""#, true),
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
    func `Of a Pod the letters count`(rule: String, fields: String, holds: Bool) throws {
        #expect(Ruleset.kubesecV2.holds(rule, try .pod("{\(fields)}", context: .admittedPod)) == holds)
    }

    @Test(arguments: [
        (#"{"containers": [{}, {"resources": {"limits": {"cpu": null}}}]}"#, ["LimitsCPU"]),
        (#"{"containers": [{"resources": {"requests": {"memory": "0"}}}, {}]}"#, ["RequestsMemory"]),
        (#"{"containers": [{}], "initContainers": [{"restartPolicy": "Always", "resources": {"limits": {"cpu": "1"}}}]}"#, []),
        (#"{"containers": [{}], "resources": {"limits": {"cpu": "1"}}}"#, []),
    ])
    func `A resource counts by its key, in one normal container`(spec: String, holding: [String]) throws {
        let subject = try ScoringSubject.pod(spec)
        let rules = ["LimitsCPU", "LimitsMemory", "RequestsCPU", "RequestsMemory"].filter { Ruleset.kubesecV2.holds($0, subject) }
        #expect(rules == holding)
    }

    @Test(arguments: [
        ([], 2), (["null"], 1), (["{}"], 0), ([#"{"accessModes": ["ReadWriteOnce"]}"#, "{}"], 1),
        ([#"{"accessModes": ["ReadWriteOncePod"]}"#], 0),
        ([#"{"accessModes": ["ReadWriteOnce", "ReadOnlyMany"], "resources": {"requests": {"storage": null}}}"#], 1),
    ])
    func `One good volume claim hides the others`(specs: [String], score: Int) throws {
        let claims = specs.map { #"{"spec": \#($0)}"# }.joined(separator: ",")
        let object = try KubernetesObject(parsing: #"{"kind": "StatefulSet", "spec": {"volumeClaimTemplates": [\#(claims)]}}"#)
        let report = Scorer(.kubesecV2).score(ScoringSubject(object, context: .authored))
        #expect(report.score == score && report.bestPossibleScore == 21)
    }

    @Test(arguments: [("ReplicaSet", 1), ("Job", 1), ("CronJob", 1), ("ReplicationController", 0), ("PodTemplate", 0), ("Deployment", 26)])
    func `A kind is asked for what kubesec asks it`(kind: String, count: Int) throws {
        let object = try KubernetesObject(parsing: #"{"kind": "\#(kind)"}"#)
        #expect(
            Scorer(.kubesecV2).score(ScoringSubject(object, context: .authored)).results.count == count + (kind == "Deployment" ? 1 : 0)
        )
    }

    @Test func `A subject whose name has the letters is anonymous`() throws {
        let object = try KubernetesObject(parsing: #"{"kind": "RoleBinding", "subjects": [{"name": "notsystem:anonymousX"}]}"#)
        #expect(Scorer(.kubesecV2).score(ScoringSubject(object, context: .authored)).score == -30)
    }
}
