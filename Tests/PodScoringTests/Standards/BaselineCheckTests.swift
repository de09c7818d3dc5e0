import PodScoring
import Testing

/// The violations of each `baseline` check in the newest version, with their places.
@Suite struct BaselineCheckTests {
    @Test(arguments: [
        (#"{"hostNetwork": true, "hostPID": true, "hostIPC": true}"#, ["spec.hostNetwork", "spec.hostPID", "spec.hostIPC"]),
        (#"{"hostNetwork": false, "hostPID": false, "hostIPC": null, "hostUsers": true}"#, []),
    ])
    func `Namespaces of the node are forbidden`(spec: String, fields: [String]) throws {
        #expect(try forbiddenFields("baseline/hostNamespaces", .latest, spec) == fields)
    }

    @Test(arguments: [
        ("true", everyContainer("securityContext.privileged")), ("false", []), ("null", []),
    ])
    func `Privileged containers are forbidden in every list`(value: String, fields: [String]) throws {
        let spec = podWithEveryContainer(#""securityContext": {"privileged": \#(value)}"#)
        #expect(try forbiddenFields("baseline/privileged", .latest, spec) == fields)
    }

    @Test(arguments: [
        (#"["CHOWN", "KILL", "SYS_CHROOT", "NET_BIND_SERVICE"]"#, true), ("[]", true), ("null", true), (#"["NET_RAW"]"#, false),
        (#"["chown"]"#, false), (#"["CAP_CHOWN"]"#, false), (#"["ALL"]"#, false), (#"["CHOWN", ""]"#, false),
    ])
    func `Capabilities beyond the defaults are forbidden, compared exactly`(added: String, passes: Bool) throws {
        let spec = podWithEveryContainer(#""securityContext": {"capabilities": {"add": \#(added)}}"#)
        let fields = try forbiddenFields("baseline/capabilities_baseline", .latest, spec)
        #expect(fields == (passes ? [] : everyContainer("securityContext.capabilities.add")))
    }

    @Test func `Host path volumes are forbidden`() throws {
        let spec = #"{"volumes": [{"name": "a"}, {"name": "b", "hostPath": {}}, {"name": "c", "hostPath": null}]}"#
        #expect(try forbiddenFields("baseline/hostPathVolumes", .latest, spec) == ["spec.volumes[1].hostPath"])
    }

    @Test func `Host ports are forbidden, with a finding for each`() throws {
        let ports = #""ports": [{"containerPort": 80}, {"hostPort": 0}, {"hostPort": 8080}, {"hostPort": 8443}]"#
        let spec = #"{"containers": [{"name": "a"}, {"name": "b", \#(ports)}]}"#
        let fields = try forbiddenFields("baseline/hostPorts", .latest, spec)
        #expect(fields == ["spec.containers[1].ports[2].hostPort", "spec.containers[1].ports[3].hostPort"])
    }

    @Test(arguments: [
        (#""livenessProbe": {"httpGet": {"host": "a.example"}}"#, ["livenessProbe.httpGet.host"]),
        (#""readinessProbe": {"tcpSocket": {"host": "127.0.0.1"}}"#, ["readinessProbe.tcpSocket.host"]),
        (#""startupProbe": {"httpGet": {"host": "::1"}}"#, ["startupProbe.httpGet.host"]),
        (
            #""lifecycle": {"preStop": {"httpGet": {"host": "a"}}, "postStart": {"tcpSocket": {"host": "b"}}}"#,
            ["lifecycle.postStart.tcpSocket.host", "lifecycle.preStop.httpGet.host"]
        ),
        (#""livenessProbe": {"httpGet": {"host": "", "port": 80}}, "readinessProbe": {"tcpSocket": {"port": 80}}"#, []),
        (#""lifecycle": {"preStop": {"httpGet": {"host": null}}}, "livenessProbe": {"grpc": {"port": 1}}"#, []),
    ])
    func `Hosts of probes and lifecycle handlers are forbidden`(members: String, fields: [String]) throws {
        let found = try forbiddenFields("baseline/hostProbesAndHostLifecycle", .latest, #"{"containers": [{"name": "a", \#(members)}]}"#)
        #expect(found == fields.map { "spec.containers[0].\($0)" })
    }

    @Test(arguments: [
        (#"{"type": "container_t", "level": "s0"}"#, []), (#"{"type": "container_engine_t"}"#, []), ("{}", []),
        (#"{"type": "", "user": "", "role": null}"#, []), (#"{"type": "spc_t"}"#, ["type"]), (#"{"user": "u"}"#, ["user"]),
        (#"{"role": "r", "user": "u", "type": "Container_t"}"#, ["type", "user", "role"]),
    ])
    func `SELinux users, roles and types other than container types are forbidden`(options: String, parts: [String]) throws {
        let context = #""securityContext": {"seLinuxOptions": \#(options)}"#
        let spec = #"{\#(context), "containers": [{"name": "a", \#(context)}]}"#
        let fields =
            parts.map { "spec.securityContext.seLinuxOptions.\($0)" }
            + parts.map { "spec.containers[0].securityContext.seLinuxOptions.\($0)" }
        #expect(try forbiddenFields("baseline/seLinuxOptions", .latest, spec) == fields)
    }

    @Test(arguments: [#""Unmasked""#, #""""#, #""default""#])
    func `Any mount of proc but the default one is forbidden`(value: String) throws {
        let spec = podWithEveryContainer(#""securityContext": {"procMount": \#(value)}"#)
        #expect(try forbiddenFields("baseline/procMount", .latest, spec) == everyContainer("securityContext.procMount"))
    }

    @Test(arguments: [#""Default""#, "null"])
    func `The default mount of proc passes`(value: String) throws {
        let spec = podWithEveryContainer(#""securityContext": {"procMount": \#(value)}"#)
        #expect(try forbiddenFields("baseline/procMount", .latest, spec) == [])
    }

    @Test func `Unsafe sysctls are forbidden, with a finding for each`() throws {
        let names = ["net.ipv4.tcp_rmem", "kernel.msgmax", "kernel.shm_rmid_forced", "net/ipv4/tcp_rmem"]
        let sysctls = names.map { #"{"name": "\#($0)", "value": "1"}"# }.joined(separator: ", ")
        let fields = try forbiddenFields("baseline/sysctls", .latest, #"{"securityContext": {"sysctls": [\#(sysctls), {}]}}"#)
        #expect(fields == [1, 3, 4].map { "spec.securityContext.sysctls[\($0)].name" })
    }

    @Test func `HostProcess is forbidden in the Pod and in every container`() throws {
        let context = #""securityContext": {"windowsOptions": {"hostProcess": true}}"#
        let spec = #"{\#(context), "containers": [{"name": "a", \#(context)}, {"name": "b", "securityContext": {"windowsOptions": {}}}]}"#
        let field = "securityContext.windowsOptions.hostProcess"
        #expect(try forbiddenFields("baseline/windowsHostProcess", .latest, spec) == ["spec.\(field)", "spec.containers[0].\(field)"])
    }

    @Test(
        arguments: ["appArmorProfile", "seccompProfile"],
        [
            (#"{"type": "RuntimeDefault"}"#, true), (#"{"type": "Localhost"}"#, true), ("null", true), (#"{"type": "Unconfined"}"#, false),
            (#"{"type": "runtime/default"}"#, false), ("{}", false), (#"{"type": null}"#, false),
        ]
    )
    func `Profiles of other types than the two that confine are forbidden`(kind: String, profile: (json: String, passes: Bool)) throws {
        let context = #""securityContext": {"\#(kind)": \#(profile.json)}"#
        let name = kind == "appArmorProfile" ? "baseline/appArmorProfile" : "baseline/seccompProfile_baseline"
        let fields = try forbiddenFields(name, .latest, #"{\#(context), "containers": [{"name": "a", \#(context)}]}"#)
        let field = "securityContext.\(kind).type"
        #expect(fields == (profile.passes ? [] : ["spec.\(field)", "spec.containers[0].\(field)"]))
    }

    @Test(arguments: [
        ("runtime/default", true), ("localhost/", true), ("localhost/mine", true), ("", true), ("unconfined", false),
        ("runtime/Default", false), ("docker/default", false),
    ])
    func `AppArmor annotations are checked, whatever container they name`(value: String, passes: Bool) throws {
        let key = "container.apparmor.security.beta.kubernetes.io/nobody"
        let fields = try forbiddenFields("baseline/appArmorProfile", .latest, "{}", annotations: #"{"\#(key)": "\#(value)"}"#)
        #expect(fields == (passes ? [] : ["metadata.annotations['\(key)']"]))
    }

    @Test func `An annotation that a message cannot show is not named`() throws {
        let prefix = "container.apparmor.security.beta.kubernetes.io/"
        let annotations = #"{"\#(prefix)a\nb": "unconfined"}"#
        let fields = try forbiddenFields("baseline/appArmorProfile", .latest, "{}", annotations: annotations)
        #expect(fields == ["metadata.annotations['\(prefix)*']"])
    }
}
