extension Ruleset {
    /// The current rules of kubesec, counted as kubesec counts them: one container that complies is enough.
    ///
    /// A limit does not count as a request here: each check reads only the field in its name.
    package static let kubesecV2 = Ruleset(
        name: "kubesec/v2",
        isReleased: true,
        zeroFails: true,
        sparesWindows: false,
        controls: .podscoreV1,
        entries: [
            kubesecEntry(.bindingsToSystemAnonymous, points: -30, check: BindingsToSystemAnonymous.kubesecV2),
            kubesecEntry(.capSysAdmin, points: -30, check: CapSysAdmin.kubesecV2),
            kubesecEntry(.privileged, points: -30, check: Privileged.kubesecV2),
            kubesecEntry(.hostIPC, points: -9, check: HostIPC.kubesecV2),
            kubesecEntry(.hostNetwork, points: -9, check: HostNetwork.kubesecV2),
            kubesecEntry(.hostPID, points: -9, check: HostPID.kubesecV2),
            kubesecEntry(.procMount, points: -9, check: ProcMount.kubesecV2),
            kubesecEntry(.dockerSock, points: -9, check: DockerSock.kubesecV2),
            kubesecEntry(.allowPrivilegeEscalation, points: -7, check: AllowPrivilegeEscalation.kubesecV2),
            kubesecEntry(.secretsAsEnvironmentVariables, points: -5, check: SecretsAsEnvironmentVariables.kubesecV2),
            kubesecEntry(.hostAliases, points: -3, check: HostAliases.kubesecV2),
            kubesecEntry(.apparmorAny, points: 3, check: ApparmorAny.kubesecV2),
            kubesecEntry(.serviceAccountName, points: 3, check: ServiceAccountName.kubesecV2),
            kubesecEntry(.automountServiceAccountToken, points: 1, check: AutomountServiceAccountToken.kubesecV2),
            kubesecEntry(.hostUsers, points: 1, check: HostUsers.kubesecV2),
            kubesecEntry(.apparmorUnconfined, points: -1, check: ApparmorUnconfined.kubesecV2),
            kubesecEntry(.seccompAny, points: 1, check: SeccompAny.kubesecV2),
            kubesecEntry(.seccompUnconfined, points: -1, check: SeccompUnconfined.kubesecV2),
            kubesecEntry(.volumeClaimAccessModeReadWriteOnce, points: 1, check: VolumeClaimAccessModeReadWriteOnce.kubesecV2),
            kubesecEntry(.volumeClaimRequestsStorage, points: 1, check: VolumeClaimRequestsStorage.kubesecV2),
            kubesecEntry(.runAsGroup, points: 1, check: RunAsGroup.kubesecV2),
            kubesecEntry(.runAsNonRoot, points: 1, check: RunAsNonRoot.kubesecV2),
            kubesecEntry(.runAsUser, points: 1, check: RunAsUser.kubesecV2),
            kubesecEntry(.limitsCPU, points: 1, implies: [], check: LimitsCPU.kubesecV2),
            kubesecEntry(.limitsMemory, points: 1, implies: [], check: LimitsMemory.kubesecV2),
            kubesecEntry(.requestsCPU, points: 1, check: RequestsCPU.kubesecV2),
            kubesecEntry(.requestsMemory, points: 1, check: RequestsMemory.kubesecV2),
            kubesecEntry(.capDropAny, points: 1, check: CapDropAny.kubesecV2),
            kubesecEntry(.capDropAll, points: 1, check: CapDropAll.kubesecV2),
            kubesecEntry(.readOnlyRootFilesystem, points: 1, check: ReadOnlyRootFilesystem.kubesecV2),
        ]
    )

    /// Creates an entry for the kinds of the rule itself.
    private static func kubesecEntry(_ rule: Rule, points: Int, implies: [String]? = nil, check: @escaping Check) -> Entry {
        Entry(rule, points: points, kinds: rule.kinds, implies: implies, check: check)
    }
}
