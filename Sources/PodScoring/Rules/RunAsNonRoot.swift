import KubernetesAPI

extension Rule {
    /// Matches Pods in which no container can run as root.
    ///
    /// On Windows, naming the user `ContainerAdministrator`, which corresponds to root, violates the rule as well. So does the name with a
    /// domain, such as `User Manager\ContainerAdministrator`, as `whoami` prints it in a container.
    package static let runAsNonRoot = Rule(
        id: "RunAsNonRoot",
        selector: ".spec, .spec.containers[] | .securityContext .runAsNonRoot == true",
        polarity: .positive,
        scope: .container,
        reason: "The kubelet does not start such a container as root, so a process that escapes is not root on the node.",
        fix: "set securityContext.runAsNonRoot: true",
        fixClass: .image,
        except: .userIsNotRoot,
        adjustments: Adjustments.userOtherThanRoot,
        example: """
            securityContext:
              runAsNonRoot: true
            """,
        references: [
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
            "https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/",
        ]
    )
}

/// The checks of ``Rule/runAsNonRoot``.
enum RunAsNonRoot {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(
        in: .containers,
        where: """
            !\(.securityContext).?runAsNonRoot.or(\(.podSecurityContext).?runAsNonRoot).orValue(false)||\(.isWindows)&&\
            \(.securityContext).?windowsOptions.?runAsUserName.or(\(.podSecurityContext).?windowsOptions.?runAsUserName)\
            .orValue('').lowerAscii().matches(\(literal: WindowsAdministrator.pattern))
            """
    )

    /// Holds if `runAsNonRoot: true` applies to every container, by its own value or the Pod's.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let outcome = subject.everyContainer(.runAsNonRoot) { judge($0, in: subject.pod) }
        guard subject.isWindows else { return outcome }
        return outcome.and(administrators(in: subject))
    }

    /// kubesec accepts one such container.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(.runAsNonRoot) { judge($0, in: subject.pod) }
    }

    private static func judge(_ container: borrowing Container, in pod: PodSpec) -> ContainerVerdict {
        ContainerVerdict(own: container.securityContext.runAsNonRoot, inherited: pod.securityContext.runAsNonRoot) { $0 }
    }

    private static let otherUser = Finding.Texts(fix: "set securityContext.windowsOptions.runAsUserName: ContainerUser")

    private static func administrators(in subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.windowsOptions.runAsUserName
        return subject.noContainer(at: .runAsUserName, own: otherUser) { container in
            let own = container.securityContext.rare?.settings.windowsOptions.runAsUserName
            return ContainerVerdict(own: own, inherited: inherited, unset: .meets) { !WindowsAdministrator.isNamed(by: $0) }
        }
    }
}
