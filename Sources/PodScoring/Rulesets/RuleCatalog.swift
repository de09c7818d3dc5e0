/// The rules that the program knows.
package enum RuleCatalog {
    /// All rules, in the order of a report by the newest of our own rulesets.
    package static let builtIn: [Rule] = [
        .windowsHostProcess,
        .bindingsToSystemAnonymous,
        .capSysAdmin,
        .privileged,
        .hostIPC,
        .hostNetwork,
        .hostPID,
        .capDangerous,
        .procMountUnmasked,
        .procMount,
        .dockerSock,
        .allowPrivilegeEscalation,
        .secretsAsEnvironmentVariables,
        .unsafeSysctl,
        .hostAliases,
        .apparmorAny,
        .serviceAccountName,
        .hostPathVolume,
        .automountServiceAccountToken,
        .hostUsers,
        .apparmorUnconfined,
        .seccompAny,
        .seccompUnconfined,
        .runAsGroup,
        .runAsNonRoot,
        .runAsUser,
        .imagePinnedByDigest,
        .hostPort,
        .limitsCPU,
        .limitsMemory,
        .requestsCPU,
        .requestsMemory,
        .privilegeEscalationDisabled,
        .capDropAny,
        .capDropAll,
        .readOnlyRootFilesystem,
        .volumeClaimAccessModeReadWriteOnce,
        .volumeClaimRequestsStorage,
    ]

    /// The rule with an id, compared as bytes; `nil` when there is none.
    package static func rule(named id: String) -> Rule? {
        builtIn.first { $0.id.utf8.elementsEqual(id.utf8) }
    }
}

extension Ruleset {
    /// The rulesets by which one can score, the default one first.
    package static let all: [Ruleset] = [podscoreV1, kubesecV2, kubesecV20]

    /// The ruleset of that name, compared as bytes; `nil` when there is none.
    package static func named(_ name: String) -> Ruleset? {
        all.first { $0.name.utf8.elementsEqual(name.utf8) }
    }
}
