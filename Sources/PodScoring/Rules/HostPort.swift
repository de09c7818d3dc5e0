import KubernetesAPI

extension Rule {
    /// Matches containers that use a port of the node; ``hostNetwork`` covers Pods on the node's network.
    package static let hostPort = Rule(
        id: "HostPort",
        selector: "containers[] .ports[] .hostPort",
        polarity: .negative,
        scope: .container,
        kinds: [],
        reason: "A host port bypasses Services and most network policies, and only one Pod on each node can use it.",
        fix: "remove hostPort and use a Service",
        fixClass: .application,
        adjustments: [
            "Clients that use the address of a node need a Service, of type NodePort or LoadBalancer if they are outside of the cluster."
        ],
        example: """
            containers:
              - name: app
                ports:
                  - containerPort: 8080
            """,
        references: [
            "https://kubernetes.io/docs/concepts/configuration/overview/#services",
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        ]
    )
}

/// The checks of ``Rule/hostPort``.
enum HostPort {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(
        in: .containers,
        where: "!has(\(.spec).hostNetwork)&&\(.container).?ports.orValue([]).exists(x,has(x.hostPort))"
    )

    /// Fails if any container sets a host port, unless the Pod is on the node's network: there the API server fills in the field.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        guard subject.pod.hostNetwork != true else { return .holds }
        var findings: [Finding] = []
        note(subject.pod.initContainers, .initContainers, in: &findings)
        note(subject.pod.containers, .containers, in: &findings)
        note(subject.pod.ephemeralContainers, .ephemeralContainers, in: &findings)
        return CheckOutcome(findings: findings)
    }

    private static func note(_ containers: [Container], _ list: ContainerList, in findings: inout [Finding]) {
        for index in containers.indices where !containers[index].hostPorts.isEmpty {
            for port in containers[index].hostPorts where port.hostPort != 0 {
                findings.append(Finding(.container(list, index), .hostPort, at: port.index))
            }
        }
    }
}
