import KubernetesAPI

extension Rule {
    /// Matches StatefulSets whose volumes are each for one node, or for one Pod, alone.
    package static let volumeClaimAccessModeReadWriteOnce = Rule(
        id: "VolumeClaimAccessModeReadWriteOnce",
        selector: ".spec .volumeClaimTemplates[] .spec .accessModes | index(\"ReadWriteOnce\")",
        polarity: .positive,
        scope: .object,
        kinds: .statefulSet,
        reason: "A volume that one node alone can write to cannot be read or changed from another.",
        fix: "set accessModes: [ReadWriteOnce]",
        effort: .needsKnowledge,
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
    /// Holds when every claim asks for such modes alone; a StatefulSet without claims has nothing to share.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        everyClaim(of: subject) { claim in
            !claim.accessModes.isEmpty
                && claim.accessModes.allSatisfy { $0.isExactly("ReadWriteOnce") || $0.isExactly("ReadWriteOncePod") }
        }
    }

    /// kubesec is content with one claim whose modes, as Go prints a list, read `[ReadWriteOnce]`, or with none that has a specification.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        guard subject.volumeClaimTemplates.contains(where: \.hasSpec) else { return .holds }
        let isFound = subject.volumeClaimTemplates.contains(where: \.printsAsReadWriteOnce)
        return everyClaim(of: subject) { _ in isFound }
    }

    private static func everyClaim(of subject: ScoringSubject, meets: (VolumeClaimTemplate) -> Bool) -> CheckOutcome {
        subject.everyClaim(meets, orFailsAt: "spec.volumeClaimTemplates[].spec.accessModes")
    }
}

extension VolumeClaimTemplate {
    /// Whether the access modes, as Go prints a list of them, hold the letters that kubesec looks for; a mode's own text may bring them along.
    var printsAsReadWriteOnce: Bool {
        "accessModes:[\(accessModes.joined(separator: " "))]".containsBytes(of: "accessModes:[ReadWriteOnce]")
    }
}
