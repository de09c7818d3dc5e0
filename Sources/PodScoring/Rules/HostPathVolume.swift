import KubernetesAPI

extension Rule {
    /// Matches Pods with a file or directory of the node among their volumes, whichever it is.
    ///
    /// What is worse than that, such as `/proc` or a runtime's socket, costs its own rule's points as well.
    package static let hostPathVolume = Rule(
        id: "HostPathVolume",
        selector: "volumes[] .hostPath",
        polarity: .negative,
        scope: .pod,
        kinds: [],
        reason: "Files of the node outlive the Pod and are shared with whatever else runs there; a wrong path opens the whole node.",
        fix: "remove the hostPath volume",
        effort: .needsKnowledge,
        example: """
            volumes:
              - name: scratch
                emptyDir: {}
            """,
        references: [
            "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        ],
        implies: ["ProcMount", "DockerSock"],
        blindSpot: "A PersistentVolumeClaim may lead to a volume that is itself a path on the node."
    )
}

/// The checks of ``Rule/hostPathVolume``.
enum HostPathVolume {
    /// Fails when any volume is a path of the node, even one that does not say which.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        var findings: [Finding] = []
        for index in subject.pod.volumes.indices where subject.pod.volumes[index].sources.contains(.hostPath) {
            findings.append(Finding(.volume(index), "hostPath"))
        }
        return CheckOutcome(findings: findings)
    }
}
