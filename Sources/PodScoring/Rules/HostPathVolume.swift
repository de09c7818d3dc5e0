import KubernetesAPI

extension Rule {
    /// Matches Pods that mount any file or directory of the node.
    ///
    /// More dangerous paths, such as `/proc` or a runtime's socket, violate their own rules as well.
    package static let hostPathVolume = Rule(
        id: "HostPathVolume",
        selector: "volumes[] .hostPath",
        polarity: .negative,
        scope: .pod,
        kinds: [],
        reason: "Files on the node outlive the Pod and are shared with other Pods; a wrong path exposes the whole node.",
        fix: "remove the hostPath volume",
        fixClass: .application,
        adjustments: [
            """
            Data that must outlive the Pod goes to a PersistentVolumeClaim, scratch files go to an emptyDir volume, and \
            configuration goes to a ConfigMap or Secret. Copy existing data first.
            """
        ],
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
        blindSpot: "A manifest does not show whether a PersistentVolumeClaim is bound to a path on the node."
    )
}

/// The checks of ``Rule/hostPathVolume``.
enum HostPathVolume {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .hostPathVolumes, where: "true")

    /// Fails if any volume is a `hostPath`, even one without a path.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        var findings: [Finding] = []
        subject.pod.findVolumes(.hostPath, in: &findings) { $0.sources.contains(.hostPath) }
        return CheckOutcome(findings: findings)
    }
}
