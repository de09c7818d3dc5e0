import KubernetesAPI

extension Rule {
    /// Matches Pods that name a service account of their own.
    ///
    /// `default` is what a Pod gets without asking: the API server writes it into every Pod that names none.
    package static let serviceAccountName = Rule(
        id: "ServiceAccountName",
        selector: ".spec .serviceAccountName",
        polarity: .positive,
        scope: .pod,
        reason: "A service account for this workload alone can be given just the rights that it needs.",
        fix: "set serviceAccountName to a service account of its own",
        effort: .needsKnowledge,
        example: """
            serviceAccountName: YOUR-SERVICE-ACCOUNT
            """,
        references: ["https://kubernetes.io/docs/concepts/security/service-accounts/"]
    )
}

/// The checks of ``Rule/serviceAccountName``.
enum ServiceAccountName {
    /// Holds for any name but `default`; an empty one leaves the word to the deprecated field, as the API server does.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        var name = subject.pod.serviceAccountName ?? ""
        if name.isEmpty { name = subject.pod.serviceAccount ?? "" }
        return CheckOutcome(podField: "serviceAccountName", holds: !name.isEmpty && !name.isExactly("default"))
    }

    /// kubesec takes any name, even an empty one, unless it reads as Go prints a null.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        let name = subject.pod.serviceAccountName
        return CheckOutcome(podField: "serviceAccountName", holds: name != nil && name != "<nil>")
    }
}
