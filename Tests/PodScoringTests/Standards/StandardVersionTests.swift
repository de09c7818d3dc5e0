import PodScoring
import Testing

/// A Pod with different verdicts before a version and since then.
struct VersionBoundary: Sendable, CustomTestStringConvertible {
    let check: String
    let minor: Int
    let spec: String
    /// Whether the Pod passes the check before the version; since then the verdict is the opposite.
    let passesBefore: Bool

    var testDescription: String { "\(check) v1.\(minor)" }

    static func sysctl(_ name: String, _ minor: Int) -> Self {
        Self(
            check: "baseline/sysctls",
            minor: minor,
            spec: #"{"securityContext": {"sysctls": [{"name": "\#(name)", "value": "1"}]}}"#,
            passesBefore: false
        )
    }

    /// A container with these members, and the version.
    static func container(_ check: String, _ minor: Int, _ members: String, pod: String = "", passesBefore: Bool) -> Self {
        Self(check: check, minor: minor, spec: #"{\#(pod)"containers": [{"name": "a", \#(members)}]}"#, passesBefore: passesBefore)
    }

    static let all: [Self] = [
        sysctl("net.ipv4.ip_local_reserved_ports", 27),
        sysctl("net.ipv4.tcp_keepalive_time", 29),
        sysctl("net.ipv4.tcp_fin_timeout", 29),
        sysctl("net.ipv4.tcp_keepalive_intvl", 29),
        sysctl("net.ipv4.tcp_keepalive_probes", 29),
        sysctl("net.ipv4.tcp_rmem", 32),
        sysctl("net.ipv4.tcp_wmem", 32),
        sysctl("net.ipv4.tcp_slow_start_after_idle", 37),
        sysctl("net.ipv4.tcp_notsent_lowat", 37),
        container(
            "baseline/seLinuxOptions",
            31,
            #""securityContext": {"seLinuxOptions": {"type": "container_engine_t"}}"#,
            passesBefore: false
        ),
        container("baseline/hostProbesAndHostLifecycle", 34, #""livenessProbe": {"httpGet": {"host": "a"}}"#, passesBefore: true),
        container(
            "baseline/procMount",
            35,
            #""securityContext": {"procMount": "Unmasked"}"#,
            pod: #""hostUsers": false, "#,
            passesBefore: false
        ),
        container(
            "restricted/procMount_restricted",
            35,
            #""securityContext": {"procMount": "Unmasked"}"#,
            passesBefore: true
        ),
        container("baseline/seccompProfile_baseline", 19, #""securityContext": {"seccompProfile": {"type": "x"}}"#, passesBefore: true),
        container("restricted/allowPrivilegeEscalation", 8, #""image": "a""#, passesBefore: true),
        container("restricted/allowPrivilegeEscalation", 25, #""image": "a""#, pod: #""os": {"name": "windows"}, "#, passesBefore: false),
        container("restricted/seccompProfile_restricted", 19, #""image": "a""#, passesBefore: true),
        container("restricted/seccompProfile_restricted", 25, #""image": "a""#, pod: #""os": {"name": "windows"}, "#, passesBefore: false),
        container("restricted/capabilities_restricted", 22, #""image": "a""#, passesBefore: true),
        container("restricted/capabilities_restricted", 25, #""image": "a""#, pod: #""os": {"name": "windows"}, "#, passesBefore: false),
        container("restricted/runAsUser", 23, #""securityContext": {"runAsUser": 0}"#, passesBefore: true),
        container(
            "restricted/runAsUser",
            35,
            #""securityContext": {"runAsUser": 0}"#,
            pod: #""hostUsers": false, "#,
            passesBefore: false
        ),
        container("restricted/runAsNonRoot", 35, #""image": "a""#, pod: #""hostUsers": false, "#, passesBefore: false),
    ]
}

/// The changes between versions.
@Suite struct StandardVersionTests {
    @Test(arguments: VersionBoundary.all)
    func `A check changes in its version and in no other`(boundary: VersionBoundary) throws {
        let earlier = VersionBoundary.all.filter { $0.check == boundary.check && $0.minor < boundary.minor }.map(\.minor).max() ?? 0
        for minor in earlier..<boundary.minor {
            let fields = try forbiddenFields(boundary.check, PodSecurityVersion(minor: minor), boundary.spec)
            #expect(fields.isEmpty == boundary.passesBefore, "v1.\(minor)")
        }
        let later = VersionBoundary.all.filter { $0.check == boundary.check && $0.minor > boundary.minor && $0.spec == boundary.spec }
        for minor in boundary.minor...(later.map { $0.minor - 1 }.min() ?? 40) {
            let fields = try forbiddenFields(boundary.check, PodSecurityVersion(minor: minor), boundary.spec)
            #expect(fields.isEmpty != boundary.passesBefore, "v1.\(minor)")
        }
    }

    @Test(arguments: [#""hostUsers": true, "#, #""hostUsers": null, "#, #""os": {"name": "linux"}, "#])
    func `Only Pods with a user namespace and Windows Pods are exceptions`(pod: String) throws {
        let context = #""securityContext": {"runAsUser": 0, "procMount": "Unmasked"}"#
        let subject = try ScoringSubject.pod(#"{\#(pod)"containers": [{"name": "a", \#(context)}]}"#)
        let violations = PodSecurityStandard(.restricted, .latest).evaluate(subject)
        #expect(
            violations.map(\.name) == [
                "restricted/allowPrivilegeEscalation", "restricted/capabilities_restricted", "restricted/procMount_restricted",
                "restricted/runAsNonRoot", "restricted/runAsUser", "restricted/seccompProfile_restricted",
            ]
        )
    }

    @Test(arguments: [
        (#"{"seccomp.security.alpha.kubernetes.io/pod": "unconfined"}"#, false),
        (#"{"seccomp.security.alpha.kubernetes.io/pod": ""}"#, false),
        (#"{"seccomp.security.alpha.kubernetes.io/pod": "docker/default"}"#, true),
        (#"{"seccomp.security.alpha.kubernetes.io/pod": "runtime/default"}"#, true),
        (#"{"seccomp.security.alpha.kubernetes.io/pod": "localhost/a.json"}"#, true),
        (#"{"seccomp.security.alpha.kubernetes.io/pods": "unconfined"}"#, true),
        (#"{"container.seccomp.security.alpha.kubernetes.io/c": "unconfined"}"#, false),
        (#"{"container.seccomp.security.alpha.kubernetes.io/cc": "unconfined"}"#, true),
        (#"{"container.seccomp.security.alpha.kubernetes.io/c": "runtime/default"}"#, true),
    ])
    func `Seccomp annotations are checked up to 1.18 only`(annotations: String, passes: Bool) throws {
        let spec = podWithEveryContainer(#""image": "a""#)
        let key = String(annotations.dropFirst(2).prefix { $0 != "\"" })
        let name = "baseline/seccompProfile_baseline"
        let before = try forbiddenFields(name, PodSecurityVersion(minor: 18), spec, annotations: annotations)
        #expect(before == (passes ? [] : ["metadata.annotations['\(key)']"]))
        #expect(try forbiddenFields(name, PodSecurityVersion(minor: 19), spec, annotations: annotations) == [])
    }
}
