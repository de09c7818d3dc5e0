import KubernetesAPI

extension StandardCheck {
    /// Forbids a host in probes and lifecycle handlers, because the kubelet would call that host instead of the container.
    ///
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_hostProbesAndhostLifecycle.go>
    static let hostProbesAndHostLifecycle = StandardCheck(
        id: "hostProbesAndHostLifecycle",
        level: .baseline,
        scope: .container,
        reason: "lets the node call other hosts for its probes or lifecycle handlers",
        fix: "remove host from probes and lifecycle handlers",
        fixClass: .application,
        revisions: [Revision(since: 34, handlerHostsCEL, findHandlerHosts)]
    )

    private static let handlerHostsCEL = CELCheck.fails(
        in: .containers,
        where: """
            [\(.container).?livenessProbe,\(.container).?readinessProbe,\(.container).?startupProbe,\
            \(.container).?lifecycle.?postStart,\(.container).?lifecycle.?preStop]\
            .exists(x,x.?httpGet.or(x.?tcpSocket).?host.orValue('')!='')
            """
    )

    private static func findHandlerHosts(in subject: ScoringSubject, findings: inout [Finding]) {
        subject.pod.visitContainers { (container: borrowing Container, place: Finding.Place) in
            guard !container.handlerHosts.isEmpty else { return }
            note(container.handlerHosts, of: place, in: &findings)
        }
    }

    /// Adds a finding for each host; a separate function, so that containers without any are not copied.
    @inline(never)
    private static func note(_ hosts: [HandlerHost], of place: Finding.Place, in findings: inout [Finding]) {
        for host in hosts where !host.host.isEmpty {
            findings.append(Finding(place, "\(host.handler.rawValue).\(host.action.rawValue).host"))
        }
    }
}
