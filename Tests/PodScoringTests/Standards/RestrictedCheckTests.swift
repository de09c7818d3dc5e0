import PodScoring
import Testing

/// The violations of each `restricted` check in the newest version, with their places.
@Suite struct RestrictedCheckTests {
    @Test(arguments: ["true", "null"])
    func `Every container must disable privilege escalation`(value: String) throws {
        let spec = podWithEveryContainer(#""securityContext": {"allowPrivilegeEscalation": \#(value)}"#)
        let fields = try forbiddenFields("restricted/allowPrivilegeEscalation", .latest, spec)
        #expect(fields == everyContainer("securityContext.allowPrivilegeEscalation"))
    }

    @Test(arguments: [
        (#"{"drop": ["ALL"]}"#, []), (#"{"drop": ["KILL", "ALL"], "add": ["NET_BIND_SERVICE"]}"#, []),
        ("{}", ["drop"]), ("null", ["drop"]), (#"{"drop": ["all"]}"#, ["drop"]), (#"{"drop": ["CAP_ALL"]}"#, ["drop"]),
        (#"{"drop": ["ALL"], "add": ["CHOWN"]}"#, ["add"]), (#"{"add": ["NET_BIND_SERVICE", "CHOWN"]}"#, ["drop", "add"]),
    ])
    func `Every container must drop all capabilities and add only NET_BIND_SERVICE`(capabilities: String, parts: [String]) throws {
        let spec = #"{"containers": [{"name": "a", "securityContext": {"capabilities": \#(capabilities)}}]}"#
        let fields = try forbiddenFields("restricted/capabilities_restricted", .latest, spec)
        #expect(fields == parts.map { "spec.containers[0].securityContext.capabilities.\($0)" })
    }

    @Test(arguments: ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"])
    func `Volumes of these kinds are allowed`(kind: String) throws {
        let spec = #"{"volumes": [{"name": "a", "\#(kind)": {}}, {"name": "b"}, {"name": "c", "hostPath": null}]}"#
        #expect(try forbiddenFields("restricted/restrictedVolumes", .latest, spec) == [])
    }

    @Test(arguments: [
        "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume", "cinder",
        "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "portworxVolume", "photonPersistentDisk",
        "scaleIO",
        "storageos",
    ])
    func `Volumes of these kinds are forbidden`(kind: String) throws {
        let spec = #"{"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "\#(kind)": {}}]}"#
        #expect(try forbiddenFields("restricted/restrictedVolumes", .latest, spec) == ["spec.volumes[1].\(kind)"])
    }

    @Test func `A volume of an unknown kind is forbidden`() throws {
        let spec = #"{"volumes": [{"name": "a", "warpDrive": {}}, {"warpDrive": null, "name": "b"}]}"#
        #expect(try forbiddenFields("restricted/restrictedVolumes", .latest, spec) == ["spec.volumes[0].name"])
    }

    @Test(arguments: [
        ("true", "null", []), ("null", "true", []), ("true", "true", []), ("null", "null", ["spec.containers[0]."]),
        ("null", "false", ["spec.containers[0]."]), ("true", "false", ["spec.containers[0]."]), ("false", "null", ["spec."]),
        ("false", "true", ["spec."]), ("false", "false", ["spec.", "spec.containers[0]."]),
    ])
    func `The Pod or each container must set runAsNonRoot, and neither may set it to false`(pod: String, own: String, at: [String]) throws {
        let container = #"{"name": "a", "securityContext": {"runAsNonRoot": \#(own)}}"#
        let spec = #"{"securityContext": {"runAsNonRoot": \#(pod)}, "containers": [\#(container)]}"#
        #expect(try forbiddenFields("restricted/runAsNonRoot", .latest, spec) == at.map { $0 + "securityContext.runAsNonRoot" })
    }

    @Test func `A container without a value is a finding beside one with false`() throws {
        let spec = #"{"containers": [{"name": "a", "securityContext": {"runAsNonRoot": false}}, {"name": "b"}]}"#
        let fields = try forbiddenFields("restricted/runAsNonRoot", .latest, spec)
        #expect(fields == ["spec.containers[0].securityContext.runAsNonRoot", "spec.containers[1].securityContext.runAsNonRoot"])
    }

    @Test(arguments: [
        ("0", "1000", ["spec."]), ("1000", "0", ["spec.containers[0]."]), ("0", "0", ["spec.", "spec.containers[0]."]),
        ("null", "null", []),
        ("1000", "null", []), ("null", "-1", []),
    ])
    func `Neither the Pod nor a container may set UID 0`(pod: String, own: String, at: [String]) throws {
        let container = #"{"name": "a", "securityContext": {"runAsUser": \#(own)}}"#
        let spec = #"{"securityContext": {"runAsUser": \#(pod)}, "containers": [\#(container)]}"#
        #expect(try forbiddenFields("restricted/runAsUser", .latest, spec) == at.map { $0 + "securityContext.runAsUser" })
    }

    @Test(arguments: [
        (#"{"type": "RuntimeDefault"}"#, "null", []), ("null", #"{"type": "Localhost"}"#, []), ("null", "null", ["spec.containers[0]."]),
        (#"{"type": "Unconfined"}"#, "null", ["spec."]), (#"{"type": "Unconfined"}"#, #"{"type": "RuntimeDefault"}"#, ["spec."]),
        (#"{"type": "RuntimeDefault"}"#, #"{"type": "Unconfined"}"#, ["spec.containers[0]."]),
        (#"{"type": "RuntimeDefault"}"#, "{}", ["spec.containers[0]."]), ("{}", "{}", ["spec.", "spec.containers[0]."]),
    ])
    func `The Pod or each container must have a confining seccomp profile`(pod: String, own: String, at: [String]) throws {
        let container = #"{"name": "a", "securityContext": {"seccompProfile": \#(own)}}"#
        let spec = #"{"securityContext": {"seccompProfile": \#(pod)}, "containers": [\#(container)]}"#
        let fields = try forbiddenFields("restricted/seccompProfile_restricted", .latest, spec)
        #expect(fields == at.map { $0 + "securityContext.seccompProfile.type" })
    }

    @Test func `An unmasked /proc is forbidden also in a user namespace`() throws {
        let spec = #"{"hostUsers": false, "containers": [{"name": "a", "securityContext": {"procMount": "Unmasked"}}]}"#
        let fields = try forbiddenFields("restricted/procMount_restricted", .latest, spec)
        #expect(fields == ["spec.containers[0].securityContext.procMount"])
        #expect(try forbiddenFields("baseline/procMount", .latest, spec) == [])
    }

    @Test func `A Pod without containers and settings passes`() throws {
        let subject = try ScoringSubject.pod("{}")
        #expect(PodSecurityStandard(.restricted, .latest).evaluate(subject) == [])
    }
}
