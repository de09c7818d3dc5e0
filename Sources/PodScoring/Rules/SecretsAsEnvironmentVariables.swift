import KubernetesAPI

extension Rule {
    /// Matches containers that get a Secret as environment variables.
    package static let secretsAsEnvironmentVariables = Rule(
        id: "SecretsAsEnvironmentVariables",
        selector: """
            .spec .containers[] .env[] .valueFrom .secretKeyRef | \
            .spec .initContainers[] .env[] .valueFrom .secretKeyRef | \
            .spec .ephemeralContainers[] .env[] .valueFrom .secretKeyRef | \
            .spec .containers[] .envFrom[] .secretRef | \
            .spec .initContainers[] .envFrom[] .secretRef | \
            .spec .ephemeralContainers[] .envFrom[] .secretRef
            """,
        polarity: .negative,
        scope: .container,
        kinds: RuleKinds.podAndTemplates.union([.replicaSet, .job, .cronJob]),
        reason: "Child processes inherit environment variables, and logs and crash dumps often show them; mounted files are safer.",
        fix: "mount the Secret as a volume",
        fixClass: .value,
        adjustments: ["The program must read the Secret from a file. Many images take its path from a variable such as PASSWORD_FILE."],
        example: """
            volumes:
              - name: credentials
                secret:
                  secretName: YOUR-SECRET
            """,
        references: ["https://kubernetes.io/docs/concepts/security/secrets-good-practices/"]
    )
}

/// The checks of ``Rule/secretsAsEnvironmentVariables``.
enum SecretsAsEnvironmentVariables {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(
        in: .containers,
        where: """
            \(.container).?env.orValue([]).exists(x,has(x.valueFrom)&&has(x.valueFrom.secretKeyRef))||\
            \(.container).?envFrom.orValue([]).exists(x,has(x.secretRef))
            """
    )

    /// Fails if any container does; each entry is a finding.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        var findings: [Finding] = []
        note(subject.pod.initContainers, .initContainers, in: &findings)
        note(subject.pod.containers, .containers, in: &findings)
        note(subject.pod.ephemeralContainers, .ephemeralContainers, in: &findings)
        return CheckOutcome(findings: findings)
    }

    /// As ``podscoreV1(_:)``; kubesec checks all three container lists as well.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        podscoreV1(subject)
    }

    private static func note(_ containers: [Container], _ list: ContainerList, in findings: inout [Finding]) {
        for index in containers.indices {
            for reference in containers[index].secretReferences {
                switch reference {
                case .variable(let entry):
                    findings.append(Finding(.container(list, index), .secretKeyRef, at: entry))
                case .source(let entry):
                    findings.append(Finding(.container(list, index), .secretRef, at: entry))
                }
            }
        }
    }
}
