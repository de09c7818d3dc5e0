import PodScoring
import Testing

/// Host paths are compared as the kernel reads them.
@Suite struct HostPathTests {
    @Test(arguments: [
        ("/", true), ("/proc", true), ("/proc/", true), ("//proc", true), ("/proc/sys/kernel", true), ("/./proc", true),
        ("/var/../proc", true),
        ("/../../proc", true), ("/proc/1/..", true), ("/proc/1/2/3/4/5/6/7/8/9/10", true), ("/a/b/c/d/e/f/g/h/i/j", false),
        ("/proc/..", true), ("proc", true), ("", true), (".", true), ("//", true),
        ("/etc/../..", true), ("/processes", false), ("/proc2", false), ("/opt/proc", false), ("/proc/../etc", false), ("/Proc", false),
        ("/var/lib", false), ("/...", false),
    ])
    func `ProcMount fails for /proc, paths below it and the root directory`(path: String, fires: Bool) throws {
        #expect(Ruleset.podscoreV1.holds("ProcMount", try volume(path)) == !fires)
    }

    @Test(arguments: [
        "/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/crio/crio.sock", "/var/run/crio/crio.sock",
        "/run/cri-dockerd.sock", "/run/podman/podman.sock", "/run/k3s/containerd/containerd.sock", "/", "/run", "/var", "/var/run", "/run/",
        "/run/containerd", "/var/run/k3s", "/run/k3s/containerd/", "/var//run/docker.sock", "/var/run/../run/docker.sock", "/var/lib/..",
        "/run/docker.sock/", "var/run/docker.sock", "", "/run/k0s/containerd.sock", "/var/run/k0s/containerd.sock", "/run/k0s", "/run/k0s/",
        "/var/snap/microk8s/common/run/containerd.sock", "/var/snap/microk8s/common/run", "/var/snap/microk8s/common",
        "/var/snap/microk8s", "/var/snap", "/run/containerd/containerd.sock.ttrpc", "/var/run/containerd/containerd.sock.ttrpc",
        "/run/k3s/containerd/containerd.sock.ttrpc", "/run/k0s/containerd.sock.ttrpc",
        "/var/snap/microk8s/common/run/containerd.sock.ttrpc", "/var/snap/../run/k0s/./containerd.sock.ttrpc",
        "/run/docker/containerd/containerd.sock", "/var/run/docker/containerd/containerd.sock.ttrpc", "/run/docker/containerd",
        "/run/k3s/cri-dockerd/cri-dockerd.sock", "/run/k3s/cri-dockerd", "/run/dockershim.sock", "/var/run/dockershim.sock", "/run/docker",
    ])
    func `DockerSock fails for a runtime's socket and each directory above it`(path: String) throws {
        let outcome = Ruleset.podscoreV1.outcome(of: "DockerSock", try volume(path))
        #expect(outcome?.paths(in: .pod) == ["spec.volumes[1].hostPath.path"])
    }

    @Test(arguments: [
        "/opt/x/var/run/docker.sock.bak", "/var/run/docker.sock.bak", "/run/docker/plugins", "/run/containerd/containerd.sock/x",
        "/var/lib", "/var/log", "/run/systemd", "/var/run/secrets", "/srv", "/run/user/docker.sock", "/var/run/docker.sock/../other",
        "/RUN",
        "/run/k0s/status.sock", "/run/k0s2", "/run/containerd/containerd.sock.ttrpc/x", "/run/containerd/containerd.sock.debug",
        "/snap/microk8s/common/run/containerd.sock", "/var/snap/microk8s/current", "/var/snap/microk8s/common/var", "/var/snap/other",
        "/var/snap/microk8s/common/run/other.sock", "/run/crio/crio.sock.ttrpc",
    ])
    func `DockerSock holds for other paths`(path: String) throws {
        #expect(Ruleset.podscoreV1.holds("DockerSock", try volume(path)))
    }

    @Test(arguments: [#"{"emptyDir": {}}"#, #"{"hostPath": {}}"#, #"{"hostPath": null}"#, #"{"hostPath": {"path": null}}"#])
    func `A volume without a host path violates no rule about paths`(volume: String) throws {
        let subject = try ScoringSubject.pod(#"{"volumes": [\#(volume)]}"#)
        #expect(Ruleset.podscoreV1.holds("DockerSock", subject) && Ruleset.podscoreV1.holds("ProcMount", subject))
    }

    private func volume(_ path: String) throws -> ScoringSubject {
        try .pod(#"{"containers": [{}], "volumes": [{"emptyDir": {}}, {"hostPath": {"path": "\#(path)"}}]}"#)
    }
}
