import KubernetesAPI

extension StandardCheck {
    /// Forbids host ports; port 0 counts as unset.
    ///
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_hostPorts.go>
    static let hostPorts = StandardCheck(
        id: "hostPorts",
        level: .baseline,
        scope: .container,
        reason: "takes ports of the node",
        fix: "remove hostPort from ports",
        fixClass: .application,
        revisions: [Revision(since: 0, hostPortsCEL, findHostPorts)]
    )

    private static let hostPortsCEL = CELCheck.fails(
        in: .containers,
        where: "\(.container).?ports.orValue([]).exists(x,has(x.hostPort))"
    )

    private static func findHostPorts(in subject: ScoringSubject, findings: inout [Finding]) {
        subject.pod.visitContainers { container, place in
            for index in container.hostPorts.indices where container.hostPorts[index].hostPort != 0 {
                findings.append(Finding(place, .hostPort, at: container.hostPorts[index].index))
            }
        }
    }
}
