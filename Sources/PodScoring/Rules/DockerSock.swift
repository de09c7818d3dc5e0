extension Rule {
    /// Matches Pods with the socket of a container runtime, or a directory above one, among their volumes.
    package static let dockerSock = Rule(
        id: "DockerSock",
        selector: "volumes[] .hostPath .path == /var/run/docker.sock",
        polarity: .negative,
        scope: .pod,
        reason: "Whoever can talk to the container runtime can start a privileged container, and so owns the node.",
        fix: "remove the hostPath volume",
        effort: .needsKnowledge,
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
    /// The sockets of the runtimes that Kubernetes knows, below `/run` and `/var/run`.
    private static let sockets = ["/run", "/var/run"].flatMap { directory in
        [
            "docker.sock", "containerd/containerd.sock", "crio/crio.sock", "cri-dockerd.sock", "podman/podman.sock",
            "k3s/containerd/containerd.sock",
        ].map { directory + "/" + $0 }
    }

    /// Fails when any volume holds such a socket.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noVolume { path in
            let path = HostPath(path)
            return sockets.contains { path.isAtOrAbove($0) }
        }
    }

    /// kubesec looks for the letters of Docker's own path anywhere in the text.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noVolume { $0.containsBytes(of: "/var/run/docker.sock") }
    }
}
