extension Ruleset {
    /// The default ruleset: the rules and points of `kubesec/v2` with checks that are strict enough for admission, and eight more rules.
    ///
    /// Every container counts, and a kind with a Pod template scores as its Pod does. Rules whose field Windows forbids do not apply to
    /// Windows Pods. The volume claims of a StatefulSet have no points, because no Pod can earn them.
    package static let podscoreV1 = Ruleset(
        name: "podscore/v1",
        isReleased: false,
        zeroFails: false,
        entries: [
            Entry(.windowsHostProcess, points: -30, kinds: .everyPodKind, check: WindowsHostProcess.podscoreV1),
            Entry(
                .bindingsToSystemAnonymous,
                points: -30,
                kinds: [.roleBinding, .clusterRoleBinding],
                check: BindingsToSystemAnonymous.podscoreV1
            ),
            Entry(.capSysAdmin, points: -30, kinds: .everyPodKind, check: CapSysAdmin.podscoreV1),
            Entry(.privileged, points: -30, kinds: .everyPodKind, check: Privileged.podscoreV1),
            Entry(.hostIPC, points: -9, kinds: .everyPodKind, check: HostIPC.podscoreV1),
            Entry(.hostNetwork, points: -9, kinds: .everyPodKind, check: HostNetwork.podscoreV1),
            Entry(.hostPID, points: -9, kinds: .everyPodKind, check: HostPID.podscoreV1),
            Entry(.capDangerous, points: -9, kinds: .everyPodKind, check: CapDangerous.podscoreV1),
            Entry(.procMountUnmasked, points: -9, kinds: .everyPodKind, check: ProcMountUnmasked.podscoreV1),
            Entry(.procMount, points: -9, kinds: .everyPodKind, check: ProcMount.podscoreV1),
            Entry(.dockerSock, points: -9, kinds: .everyPodKind, check: DockerSock.podscoreV1),
            Entry(.allowPrivilegeEscalation, points: -7, kinds: .everyPodKind, check: AllowPrivilegeEscalation.podscoreV1),
            Entry(.secretsAsEnvironmentVariables, points: -5, kinds: .everyPodKind, check: SecretsAsEnvironmentVariables.podscoreV1),
            Entry(.unsafeSysctl, points: -5, kinds: .everyPodKind, check: UnsafeSysctl.podscoreV1),
            Entry(.hostAliases, points: -3, kinds: .everyPodKind, check: HostAliases.podscoreV1),
            Entry(.apparmorAny, points: 3, kinds: .everyPodKind, check: ApparmorAny.podscoreV1),
            Entry(.serviceAccountName, points: 3, kinds: .everyPodKind, check: ServiceAccountName.podscoreV1),
            Entry(.hostPathVolume, points: -3, kinds: .everyPodKind, check: HostPathVolume.podscoreV1),
            Entry(.automountServiceAccountToken, points: 1, kinds: .everyPodKind, check: AutomountServiceAccountToken.podscoreV1),
            Entry(.hostUsers, points: 1, kinds: .everyPodKind, check: HostUsers.podscoreV1),
            Entry(.apparmorUnconfined, points: -1, kinds: .everyPodKind, check: ApparmorUnconfined.podscoreV1),
            Entry(.seccompAny, points: 1, kinds: .everyPodKind, check: SeccompAny.podscoreV1),
            Entry(.seccompUnconfined, points: -1, kinds: .everyPodKind, check: SeccompUnconfined.podscoreV1),
            Entry(.runAsGroup, points: 1, kinds: .everyPodKind, check: RunAsGroup.podscoreV1),
            Entry(.runAsNonRoot, points: 1, kinds: .everyPodKind, check: RunAsNonRoot.podscoreV1),
            Entry(.runAsUser, points: 1, kinds: .everyPodKind, check: RunAsUser.podscoreV1),
            Entry(.imagePinnedByDigest, points: 1, kinds: .everyPodKind, check: ImagePinnedByDigest.podscoreV1),
            Entry(.hostPort, points: -1, kinds: .everyPodKind, check: HostPort.podscoreV1),
            Entry(.limitsCPU, points: 1, kinds: .everyPodKind, check: LimitsCPU.podscoreV1),
            Entry(.limitsMemory, points: 1, kinds: .everyPodKind, check: LimitsMemory.podscoreV1),
            Entry(.requestsCPU, points: 1, kinds: .everyPodKind, check: RequestsCPU.podscoreV1),
            Entry(.requestsMemory, points: 1, kinds: .everyPodKind, check: RequestsMemory.podscoreV1),
            Entry(.privilegeEscalationDisabled, points: 1, kinds: .everyPodKind, check: PrivilegeEscalationDisabled.podscoreV1),
            Entry(.capDropAny, points: 1, kinds: .everyPodKind, check: CapDropAny.podscoreV1),
            Entry(.capDropAll, points: 1, kinds: .everyPodKind, check: CapDropAll.podscoreV1),
            Entry(.readOnlyRootFilesystem, points: 1, kinds: .everyPodKind, check: ReadOnlyRootFilesystem.podscoreV1),
            Entry(
                .volumeClaimAccessModeReadWriteOnce,
                points: 0,
                kinds: .statefulSet,
                check: VolumeClaimAccessModeReadWriteOnce.podscoreV1
            ),
            Entry(.volumeClaimRequestsStorage, points: 0, kinds: .statefulSet, check: VolumeClaimRequestsStorage.podscoreV1),
        ]
    )
}
