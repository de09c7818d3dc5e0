import KubernetesAPI

extension StandardCheck {
    /// Requires every container to drop `ALL` capabilities and to add only `NET_BIND_SERVICE`.
    ///
    /// Names are compared exactly. Not applied to Windows Pods since 1.25.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_capabilities_restricted.go>
    static let capabilitiesRestricted = StandardCheck(
        id: "capabilities_restricted",
        level: .restricted,
        scope: .container,
        reason: "keeps or adds capabilities",
        fix: "set securityContext.capabilities.drop: [ALL]",
        fixClass: .application,
        overrides: "capabilities_baseline",
        revisions: [
            Revision(since: 22, keptCapabilitiesCEL, findKeptCapabilities),
            Revision(since: 25, keptCapabilitiesCEL.onLinux) { subject, findings in
                if !subject.isWindows { findKeptCapabilities(in: subject, findings: &findings) }
            },
        ]
    )

    private static let keptCapabilitiesCEL = CELCheck.fails(
        in: .containers,
        where: "!('ALL' in \(.droppedCapabilities))||\(.addedCapabilities).exists(x,x!='NET_BIND_SERVICE')"
    )

    private static let keptCapability = Finding.Texts(fix: "keep only NET_BIND_SERVICE in securityContext.capabilities.add")

    private static func findKeptCapabilities(in subject: ScoringSubject, findings: inout [Finding]) {
        subject.pod.find(.droppedCapabilities, in: &findings) { (container: borrowing Container) in
            !(container.securityContext.capabilities.drop?.contains { $0.isExactly("ALL") } ?? false)
        }
        subject.pod.visitContainers { (container: borrowing Container, place: Finding.Place) in
            guard let added = container.securityContext.capabilities.add else { return }
            guard added.contains(where: { !$0.isExactly("NET_BIND_SERVICE") }) else { return }
            findings.append(Finding(place, .addedCapabilities, own: keptCapability))
        }
    }
}
