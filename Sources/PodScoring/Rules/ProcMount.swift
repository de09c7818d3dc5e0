extension Rule {
    /// Matches Pods with the node's `/proc`, or something in it, among their volumes.
    package static let procMount = Rule(
        id: "ProcMount",
        selector: "volumes[] .hostPath .path == /proc",
        polarity: .negative,
        scope: .pod,
        reason: "The node's /proc shows the environment of every process and lets root change how the kernel works.",
        fix: "remove the hostPath volume",
        effort: .needsKnowledge,
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
    /// Fails when any volume is `/proc`, in it, or the root directory above it.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noVolume { path in
            let path = HostPath(path)
            return path.isRoot || path.isAtOrBelow("/proc")
        }
    }

    /// kubesec looks for the letters anywhere in the text.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noVolume { $0.containsBytes(of: "/proc") }
    }
}
