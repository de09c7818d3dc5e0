extension Rule {
    /// Matches Pods that mount the socket of a container runtime, or a directory above one.
    package static let dockerSock = Rule(
        id: "DockerSock",
        selector: "volumes[] .hostPath .path == /var/run/docker.sock",
        polarity: .negative,
        scope: .pod,
        reason: "A process that can reach the container runtime can start a privileged container and take over the node.",
        fix: "remove the hostPath volume",
        fixClass: .application,
        adjustments: [
            """
            A program that builds images or starts containers through the socket needs another way, such as a builder \
            without a daemon or the Kubernetes API.
            """
        ],
        example: """
            volumes:
              - name: scratch
                emptyDir: {}
            """,
        references: [
            "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
            "https://docs.docker.com/engine/security/#docker-daemon-attack-surface",
        ]
    )
}

/// The checks of ``Rule/dockerSock``.
enum DockerSock {
    /// The sockets of the runtimes that Kubernetes supports, including those of k3s, RKE2, k0s and MicroK8s, and of Docker's own containerd.
    ///
    /// containerd also serves its API over ttrpc, on a second socket beside the first.
    /// Sources: <https://github.com/containerd/containerd/blob/v2.1.0/cmd/containerd/command/main.go>,
    /// <https://docs.k0sproject.io/v1.33.1+k0s.0/runtime/>, <https://microk8s.io/docs/configuring-services>,
    /// <https://github.com/moby/moby/blob/051e604a/libcontainerd/supervisor/remote_daemon_linux.go>,
    /// <https://github.com/k3s-io/k3s/blob/eaaf1f84/pkg/agent/config/config_linux.go>.
    private static let sockets = (["/run/", "/var/run/"].flatMap { directory in inRun.map { directory + $0 } } + microK8s)
        .map(HostPath.init)

    /// The sockets below the directory for run-time data.
    private static let inRun: [String] = {
        let containerd = ["containerd", "docker/containerd", "k3s/containerd", "k0s"].map { $0 + "/containerd.sock" }
        let docker = ["docker.sock", "dockershim.sock", "cri-dockerd.sock", "k3s/cri-dockerd/cri-dockerd.sock"]
        let others = docker + ["crio/crio.sock", "podman/podman.sock"]
        return others + containerd + containerd.map { $0 + ".ttrpc" }
    }()

    private static let microK8s = ["", ".ttrpc"].map { "/var/snap/microk8s/common/run/containerd.sock" + $0 }

    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .hostPathVolumes, where: "\(.hostPath).matches(\(literal: pattern))")

    /// Matches the cleaned paths without their first slash.
    private static let pattern: String = {
        let belowRun = HostPath.patternOfBeginnings(of: inRun)
        let belowVar = HostPath.patternOfBeginnings(of: microK8s.map { String($0.dropFirst("/var/".utf8.count)) })
        return "^((var/)?run\(belowRun)|var\(belowVar))?$"
    }()

    /// Fails if any volume contains such a socket.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noVolume { path in
            let path = HostPath(path)
            return sockets.contains { path.isAtOrAbove($0) }
        }
    }

    /// kubesec searches for Docker's own path anywhere in the text.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noVolume { $0.containsBytes(of: "/var/run/docker.sock") }
    }
}
