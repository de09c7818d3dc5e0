import KubernetesAPI

extension Rule {
    /// Matches Pods that write entries into the hosts file of their containers.
    package static let hostAliases = Rule(
        id: "HostAliases",
        selector: ".spec .hostAliases",
        polarity: .negative,
        scope: .pod,
        reason: "Entries in the hosts file override DNS and can send traffic elsewhere without anybody noticing.",
        fix: "remove hostAliases",
        effort: .needsKnowledge,
        example: """
            dnsPolicy: ClusterFirst  # names come from DNS; leave hostAliases out
            """,
        references: ["https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/"]
    )
}

/// The checks of ``Rule/hostAliases``.
enum HostAliases {
    /// Fails when the list has an entry.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        CheckOutcome(podField: "hostAliases", holds: (subject.pod.hostAliasCount ?? 0) == 0)
    }

    /// kubesec does not look into the list: an empty one is one.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        CheckOutcome(podField: "hostAliases", holds: subject.pod.hostAliasCount == nil)
    }
}
