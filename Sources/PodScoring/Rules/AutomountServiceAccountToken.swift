import KubernetesAPI

extension Rule {
    /// Matches Pods that get no token for the Kubernetes API.
    package static let automountServiceAccountToken = Rule(
        id: "AutomountServiceAccountToken",
        selector: ".spec .automountServiceAccountToken == false",
        polarity: .positive,
        scope: .pod,
        reason: """
            An attacker who takes over a container with a mounted token can call the Kubernetes API with the rights of the \
            service account.
            """,
        fix: "set automountServiceAccountToken: false",
        fixClass: .application,
        adjustments: [
            """
            A program that calls the Kubernetes API, such as a controller, fails without the token. If no role is bound to \
            the service account, the program hardly needs it.
            """
        ],
        example: """
            automountServiceAccountToken: false
            """,
        references: ["https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"],
        blindSpot: "A manifest does not show whether its service account already disables the token for all of its Pods."
    )
}

/// The checks of ``Rule/automountServiceAccountToken``.
enum AutomountServiceAccountToken {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(
        in: .pod,
        where: """
            \(.isTemplate)&&\(.spec).?automountServiceAccountToken.orValue(true)||\
            \(.spec).?volumes.orValue([]).exists(v,v.?projected.?sources.orValue([]).exists(x,has(x.serviceAccountToken)))
            """
    )

    private static let field = Finding.Field.automountServiceAccountToken
    private static let removedSource = Finding.Texts(fix: "remove the serviceAccountToken source")

    /// Holds if no token is mounted into the Pod.
    ///
    /// In an admitted Pod only the volumes count, because the service account can disable the token as well. A manifest must set the field,
    /// or the API server adds the volume.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let isDisabled = subject.pod.automountServiceAccountToken == false
        let isMounted = subject.pod.volumes.contains { $0.projectsServiceAccountToken }
        var findings: [Finding] = []
        if !isDisabled, isMounted || subject.context == .authored { findings.append(Finding(.pod, field)) }
        guard isMounted else { return CheckOutcome(findings: findings) }
        let volumes = subject.pod.volumes
        for index in volumes.indices where volumes[index].projectsServiceAccountToken {
            // The API server adds a volume with this name; setting the field removes it.
            if !isDisabled && volumes[index].name.beginsWithBytes(of: "kube-api-access-") { continue }
            findings.append(Finding(.volume(index), .projectedSources, own: removedSource))
        }
        return CheckOutcome(findings: findings)
    }

    /// kubesec reads only the field.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        CheckOutcome(podField: field, holds: subject.pod.automountServiceAccountToken == false)
    }
}
