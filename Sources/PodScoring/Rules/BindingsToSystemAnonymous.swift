import KubernetesAPI

extension Rule {
    /// Matches role bindings to the user that stands for requests without credentials.
    package static let bindingsToSystemAnonymous = Rule(
        id: "BindingsToSystemAnonymous",
        selector: ".subjects[] .name == \"system:anonymous\"",
        polarity: .negative,
        scope: .object,
        kinds: [.roleBinding, .clusterRoleBinding],
        reason: "A role bound to system:anonymous belongs to everybody who can reach the API server.",
        fix: "remove system:anonymous from the subjects",
        effort: .needsKnowledge,
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
    /// Fails when any subject has just this name.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        noSubject(of: subject) { $0.isExactly("system:anonymous") }
    }

    /// kubesec looks for the letters anywhere in the names.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        noSubject(of: subject) { $0.containsBytes(of: "system:anonymous") }
    }

    private static func noSubject(of subject: ScoringSubject, where isAtFault: (String) -> Bool) -> CheckOutcome {
        var findings: [Finding] = []
        for index in subject.subjects.indices where isAtFault(subject.subjects[index].name) {
            findings.append(Finding(.object, "subjects[].name", at: index))
        }
        return CheckOutcome(findings: findings)
    }
}
