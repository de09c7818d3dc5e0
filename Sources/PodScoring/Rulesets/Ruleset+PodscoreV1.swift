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
            Entry(
                .windowsHostProcess,
                points: -30,
                kinds: .everyPodKind,
                check: WindowsHostProcess.podscoreV1,
                cel: WindowsHostProcess.cel
            ),
            Entry(
                .bindingsToSystemAnonymous,
                points: -30,
                kinds: [.roleBinding, .clusterRoleBinding],
                check: BindingsToSystemAnonymous.podscoreV1,
                cel: BindingsToSystemAnonymous.cel
            ),
            Entry(.capSysAdmin, points: -30, kinds: .everyPodKind, check: CapSysAdmin.podscoreV1, cel: CapSysAdmin.cel),
            Entry(.privileged, points: -30, kinds: .everyPodKind, check: Privileged.podscoreV1, cel: Privileged.cel),
            Entry(.hostIPC, points: -9, kinds: .everyPodKind, check: HostIPC.podscoreV1, cel: HostIPC.cel),
            Entry(.hostNetwork, points: -9, kinds: .everyPodKind, check: HostNetwork.podscoreV1, cel: HostNetwork.cel),
            Entry(.hostPID, points: -9, kinds: .everyPodKind, check: HostPID.podscoreV1, cel: HostPID.cel),
            Entry(.capDangerous, points: -9, kinds: .everyPodKind, check: CapDangerous.podscoreV1, cel: CapDangerous.cel),
            Entry(.procMountUnmasked, points: -9, kinds: .everyPodKind, check: ProcMountUnmasked.podscoreV1, cel: ProcMountUnmasked.cel),
            Entry(.procMount, points: -9, kinds: .everyPodKind, check: ProcMount.podscoreV1, cel: ProcMount.cel),
            Entry(.dockerSock, points: -9, kinds: .everyPodKind, check: DockerSock.podscoreV1, cel: DockerSock.cel),
            Entry(
                .allowPrivilegeEscalation,
                points: -7,
                kinds: .everyPodKind,
                check: AllowPrivilegeEscalation.podscoreV1,
                cel: AllowPrivilegeEscalation.cel
            ),
            Entry(
                .secretsAsEnvironmentVariables,
                points: -5,
                kinds: .everyPodKind,
                check: SecretsAsEnvironmentVariables.podscoreV1,
                cel: SecretsAsEnvironmentVariables.cel
            ),
            Entry(.unsafeSysctl, points: -5, kinds: .everyPodKind, check: UnsafeSysctl.podscoreV1, cel: UnsafeSysctl.cel),
            Entry(.hostAliases, points: -3, kinds: .everyPodKind, check: HostAliases.podscoreV1, cel: HostAliases.cel),
            Entry(.apparmorAny, points: 3, kinds: .everyPodKind, check: ApparmorAny.podscoreV1, cel: ApparmorAny.cel),
            Entry(.serviceAccountName, points: 3, kinds: .everyPodKind, check: ServiceAccountName.podscoreV1, cel: ServiceAccountName.cel),
            Entry(.hostPathVolume, points: -3, kinds: .everyPodKind, check: HostPathVolume.podscoreV1, cel: HostPathVolume.cel),
            Entry(
                .automountServiceAccountToken,
                points: 1,
                kinds: .everyPodKind,
                check: AutomountServiceAccountToken.podscoreV1,
                cel: AutomountServiceAccountToken.cel
            ),
            Entry(.hostUsers, points: 1, kinds: .everyPodKind, check: HostUsers.podscoreV1, cel: HostUsers.cel),
            Entry(.apparmorUnconfined, points: -1, kinds: .everyPodKind, check: ApparmorUnconfined.podscoreV1, cel: ApparmorUnconfined.cel),
            Entry(.seccompAny, points: 1, kinds: .everyPodKind, check: SeccompAny.podscoreV1, cel: SeccompAny.cel),
            Entry(.seccompUnconfined, points: -1, kinds: .everyPodKind, check: SeccompUnconfined.podscoreV1, cel: SeccompUnconfined.cel),
            Entry(.runAsGroup, points: 1, kinds: .everyPodKind, check: RunAsGroup.podscoreV1, cel: RunAsGroup.cel),
            Entry(.runAsNonRoot, points: 1, kinds: .everyPodKind, check: RunAsNonRoot.podscoreV1, cel: RunAsNonRoot.cel),
            Entry(.runAsUser, points: 1, kinds: .everyPodKind, check: RunAsUser.podscoreV1, cel: RunAsUser.cel),
            Entry(
                .imagePinnedByDigest,
                points: 1,
                kinds: .everyPodKind,
                check: ImagePinnedByDigest.podscoreV1,
                cel: ImagePinnedByDigest.cel
            ),
            Entry(.hostPort, points: -1, kinds: .everyPodKind, check: HostPort.podscoreV1, cel: HostPort.cel),
            Entry(.limitsCPU, points: 1, kinds: .everyPodKind, check: LimitsCPU.podscoreV1, cel: LimitsCPU.cel),
            Entry(.limitsMemory, points: 1, kinds: .everyPodKind, check: LimitsMemory.podscoreV1, cel: LimitsMemory.cel),
            Entry(.requestsCPU, points: 1, kinds: .everyPodKind, check: RequestsCPU.podscoreV1, cel: RequestsCPU.cel),
            Entry(.requestsMemory, points: 1, kinds: .everyPodKind, check: RequestsMemory.podscoreV1, cel: RequestsMemory.cel),
            Entry(
                .privilegeEscalationDisabled,
                points: 1,
                kinds: .everyPodKind,
                check: PrivilegeEscalationDisabled.podscoreV1,
                cel: PrivilegeEscalationDisabled.cel
            ),
            Entry(.capDropAny, points: 1, kinds: .everyPodKind, check: CapDropAny.podscoreV1, cel: CapDropAny.cel),
            Entry(.capDropAll, points: 1, kinds: .everyPodKind, check: CapDropAll.podscoreV1, cel: CapDropAll.cel),
            Entry(
                .readOnlyRootFilesystem,
                points: 1,
                kinds: .everyPodKind,
                check: ReadOnlyRootFilesystem.podscoreV1,
                cel: ReadOnlyRootFilesystem.cel
            ),
            Entry(
                .volumeClaimAccessModeReadWriteOnce,
                points: 0,
                kinds: .statefulSet,
                check: VolumeClaimAccessModeReadWriteOnce.podscoreV1,
                cel: VolumeClaimAccessModeReadWriteOnce.cel
            ),
            Entry(
                .volumeClaimRequestsStorage,
                points: 0,
                kinds: .statefulSet,
                check: VolumeClaimRequestsStorage.podscoreV1,
                cel: VolumeClaimRequestsStorage.cel
            ),
        ]
    )
}
