import KubernetesAPI

extension Rule {
    /// Matches role bindings to `system:anonymous`, the user of requests without credentials.
    package static let bindingsToSystemAnonymous = Rule(
        id: "BindingsToSystemAnonymous",
        selector: ".subjects[] .name == \"system:anonymous\"",
        polarity: .negative,
        scope: .object,
        kinds: [.roleBinding, .clusterRoleBinding],
        reason: "A role bound to system:anonymous is granted to everyone who can reach the API server.",
        fix: "remove system:anonymous from the subjects",
        fixClass: .value,
        adjustments: [
            "Clients that call the Kubernetes API without credentials lose this role: give each of them a service account."
        ],
        example: """
            subjects:
              - kind: ServiceAccount
                name: YOUR-SERVICE-ACCOUNT
                namespace: YOUR-NAMESPACE
            """,
        references: [
            "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests",
            "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
        ]
    )
}

/// The checks of ``Rule/bindingsToSystemAnonymous``.
enum BindingsToSystemAnonymous {
    /// No request for a Pod or a template has subjects.
    static let cel = CELCheck.impossible(because: "The rule reads role bindings, and a policy for Pods gets none.")

    /// Fails if any subject has exactly this name.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        noSubject(of: subject) { $0.isExactly("system:anonymous") }
    }

    /// kubesec searches for the text anywhere in the names.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        noSubject(of: subject) { $0.containsBytes(of: "system:anonymous") }
    }

    private static func noSubject(of subject: ScoringSubject, where isAnonymous: (String) -> Bool) -> CheckOutcome {
        var findings: [Finding] = []
        for index in subject.subjects.indices where isAnonymous(subject.subjects[index].name) {
            findings.append(Finding(.object, .subjectName, at: index))
        }
        return CheckOutcome(findings: findings)
    }
}
