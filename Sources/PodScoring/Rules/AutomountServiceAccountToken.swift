import KubernetesAPI

extension Rule {
    /// Matches Pods that get no token for the Kubernetes API.
    package static let automountServiceAccountToken = Rule(
        id: "AutomountServiceAccountToken",
        selector: ".spec .automountServiceAccountToken == false",
        polarity: .positive,
        scope: .pod,
        reason: """
            A token in every container lets whoever breaks one talk to the Kubernetes API with the rights of the service \
            account.
            """,
        fix: "set automountServiceAccountToken: false",
        example: """
            automountServiceAccountToken: false
            """,
        references: ["https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"],
        blindSpot: "A manifest does not show that its service account refuses the token for all Pods."
    )
}

/// The checks of ``Rule/automountServiceAccountToken``.
enum AutomountServiceAccountToken {
    private static let field = "automountServiceAccountToken"

    /// Holds when no token gets into the Pod.
    ///
    /// In an admitted Pod the volumes say so whatever the field says, since the service account, too, can refuse the token. A manifest has to
    /// set the field, or the volume will be added.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let volumes = subject.pod.volumes
        let isRefused = subject.pod.automountServiceAccountToken == false
        let isMounted = volumes.contains { $0.projectsServiceAccountToken }
        var findings: [Finding] = []
        if !isRefused, isMounted || subject.context == .authored { findings.append(Finding(.pod, field)) }
        for index in volumes.indices where volumes[index].projectsServiceAccountToken {
            // The API server's own volume has this name, and goes once the field is set.
            if !isRefused && volumes[index].name.beginsWithBytes(of: "kube-api-access-") { continue }
            findings.append(Finding(.volume(index), "projected.sources", fix: "remove the serviceAccountToken source"))
        }
        return CheckOutcome(findings: findings)
    }

    /// kubesec reads the field alone.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        CheckOutcome(podField: field, holds: subject.pod.automountServiceAccountToken == false)
    }
}
