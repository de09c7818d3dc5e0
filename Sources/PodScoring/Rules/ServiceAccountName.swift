import KubernetesAPI

extension Rule {
    /// Matches Pods that name a dedicated service account.
    ///
    /// `default` does not count: the API server writes it into every Pod that names none.
    package static let serviceAccountName = Rule(
        id: "ServiceAccountName",
        selector: ".spec .serviceAccountName",
        polarity: .positive,
        scope: .pod,
        reason: "A dedicated service account can have exactly the rights that this workload needs.",
        fix: "set serviceAccountName to a dedicated service account",
        fixClass: .value,
        adjustments: [
            """
            Create the service account first, in the Namespace of the Pod: without it, no Pod is created. Bind the roles \
            that the program uses today to it.
            """
        ],
        example: """
            serviceAccountName: YOUR-SERVICE-ACCOUNT
            """,
        references: ["https://kubernetes.io/docs/concepts/security/service-accounts/"]
    )
}

/// The checks of ``Rule/serviceAccountName``.
enum ServiceAccountName {
    /// As ``podscoreV1(_:)``; the API server copies the deprecated field.
    static let cel = CELCheck.fails(in: .pod, where: "\(.spec).?serviceAccountName.orValue('') in ['','default']")

    /// Holds for any name but `default`; if the name is empty, the deprecated field counts, as in the API server.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        var name = subject.pod.serviceAccountName ?? ""
        if name.isEmpty { name = subject.pod.serviceAccount ?? "" }
        return CheckOutcome(podField: .serviceAccountName, holds: !name.isEmpty && !name.isExactly("default"))
    }

    /// kubesec accepts any name, even an empty one, but not `<nil>`, as Go prints a null.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        let name = subject.pod.serviceAccountName
        return CheckOutcome(podField: .serviceAccountName, holds: name != nil && name != "<nil>")
    }
}
