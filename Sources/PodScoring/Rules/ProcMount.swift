extension Rule {
    /// Matches Pods that mount the node's `/proc`, or a path below it.
    package static let procMount = Rule(
        id: "ProcMount",
        selector: "volumes[] .hostPath .path == /proc",
        polarity: .negative,
        scope: .pod,
        reason: "The node's /proc exposes the environment of every process and lets root change kernel settings.",
        fix: "remove the hostPath volume",
        fixClass: .application,
        adjustments: [
            """
            A program that reads processes or kernel values of the node from this volume finds only those of its container. \
            Take metrics of nodes from the kubelet or from a separate node exporter.
            """
        ],
        example: """
            volumes:
              - name: scratch
                emptyDir: {}
            """,
        references: ["https://kubernetes.io/docs/concepts/storage/volumes/#hostpath"]
    )
}

/// The checks of ``Rule/procMount``.
enum ProcMount {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .hostPathVolumes, where: "\(.hostPath) in ['','proc']||\(.hostPath).startsWith('proc/')")

    private static let proc = HostPath("/proc")

    /// Fails if any volume is `/proc`, a path below it, or the root directory.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noVolume { path in
            let path = HostPath(path)
            return path.isRoot || path.isAtOrBelow(proc)
        }
    }

    /// kubesec searches for `/proc` anywhere in the text.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noVolume { $0.containsBytes(of: "/proc") }
    }
}
