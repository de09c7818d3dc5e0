import KubernetesAPI

extension Rule {
    /// Matches Pods that add entries to the hosts file of their containers.
    package static let hostAliases = Rule(
        id: "HostAliases",
        selector: ".spec .hostAliases",
        polarity: .negative,
        scope: .pod,
        reason: "Entries in the hosts file override DNS and can redirect traffic unnoticed.",
        fix: "remove hostAliases",
        fixClass: .application,
        adjustments: [
            "DNS must know the names: create a Service for each of them, of type ExternalName for hosts outside of the cluster."
        ],
        example: """
            dnsPolicy: ClusterFirst  # use DNS instead of hostAliases
            """,
        references: ["https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/"]
    )
}

/// The checks of ``Rule/hostAliases``.
enum HostAliases {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .pod, where: "\(.spec).?hostAliases.orValue([])!=[]")

    /// Fails if the list has an entry.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        CheckOutcome(podField: .hostAliases, holds: (subject.pod.hostAliasCount ?? 0) == 0)
    }

    /// kubesec fails an empty list as well, because it only checks whether the field is present.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        CheckOutcome(podField: .hostAliases, holds: subject.pod.hostAliasCount == nil)
    }
}
