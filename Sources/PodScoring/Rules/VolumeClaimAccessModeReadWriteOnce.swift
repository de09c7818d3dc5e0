import KubernetesAPI

extension Rule {
    /// Matches StatefulSets whose volumes can each be mounted by only one node or one Pod.
    package static let volumeClaimAccessModeReadWriteOnce = Rule(
        id: "VolumeClaimAccessModeReadWriteOnce",
        selector: ".spec .volumeClaimTemplates[] .spec .accessModes | index(\"ReadWriteOnce\")",
        polarity: .positive,
        scope: .object,
        kinds: .statefulSet,
        reason: "A volume that only one node can mount cannot be read or changed from another node.",
        fix: "set accessModes: [ReadWriteOnce]",
        fixClass: .application,
        adjustments: ["Pods on several nodes can no longer share a volume.", Adjustments.newClaims],
        example: """
            volumeClaimTemplates:
              - metadata:
                  name: data
                spec:
                  accessModes: [ReadWriteOnce]
            """,
        references: [
            "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#volume-claim-templates",
            "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
        ]
    )
}

/// The checks of ``Rule/volumeClaimAccessModeReadWriteOnce``.
enum VolumeClaimAccessModeReadWriteOnce {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(
        in: .volumeClaims,
        where: """
            \(.item).spec.?accessModes.orValue([])==[]||\
            \(.item).spec.?accessModes.orValue([]).exists(x,!(x in ['ReadWriteOnce','ReadWriteOncePod']))
            """
    )

    /// Holds if every claim has only such modes; a StatefulSet without claims has nothing to share.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        everyClaim(of: subject) { claim in
            !claim.accessModes.isEmpty
                && claim.accessModes.allSatisfy { $0.isExactly("ReadWriteOnce") || $0.isExactly("ReadWriteOncePod") }
        }
    }

    /// kubesec accepts one claim whose modes Go prints as `[ReadWriteOnce]`, and StatefulSets in which no claim has a specification.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        guard subject.volumeClaimTemplates.contains(where: \.hasSpec) else { return .holds }
        let isFound = subject.volumeClaimTemplates.contains(where: \.printsAsReadWriteOnce)
        return everyClaim(of: subject) { _ in isFound }
    }

    private static func everyClaim(of subject: ScoringSubject, meets: (VolumeClaimTemplate) -> Bool) -> CheckOutcome {
        subject.everyClaim(meets, orFailsAt: .claimAccessModes)
    }
}

extension VolumeClaimTemplate {
    /// Whether the list of access modes, as Go prints it, contains the text that kubesec searches for, even inside a single mode.
    var printsAsReadWriteOnce: Bool {
        "accessModes:[\(accessModes.joined(separator: " "))]".containsBytes(of: "accessModes:[ReadWriteOnce]")
    }
}
