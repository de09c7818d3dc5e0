import KubernetesAPI

extension Rule {
    /// Matches StatefulSets whose volume claims all request an amount of storage.
    package static let volumeClaimRequestsStorage = Rule(
        id: "VolumeClaimRequestsStorage",
        selector: ".spec .volumeClaimTemplates[] .spec .resources .requests .storage",
        polarity: .positive,
        scope: .object,
        kinds: .statefulSet,
        reason: "A claim with a storage request gets a volume that is large enough and counts against the quota.",
        fix: "set resources.requests.storage",
        fixClass: .value,
        adjustments: [Adjustments.newClaims],
        example: """
            volumeClaimTemplates:
              - metadata:
                  name: data
                spec:
                  resources:
                    requests:
                      storage: YOUR-SIZE
            """,
        references: ["https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#volume-claim-templates"]
    )
}

/// The checks of ``Rule/volumeClaimRequestsStorage``.
enum VolumeClaimRequestsStorage {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .volumeClaims, where: "!\(.item).spec.?resources.?requests.?storage.hasValue()")

    private static let field = Finding.Field.claimStorage

    /// Holds if every claim requests an amount; a StatefulSet without claims has nothing to request.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyClaim(\.requestsStorage, orFailsAt: field)
    }

    /// kubesec accepts one such claim, and StatefulSets in which no claim has a specification.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        let claims = subject.volumeClaimTemplates
        return claims.contains(where: \.requestsStorage) || !claims.contains(where: \.hasSpec) ? .holds : podscoreV1(subject)
    }
}
