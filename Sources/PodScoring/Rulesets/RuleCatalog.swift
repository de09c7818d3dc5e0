import KubernetesAPI

/// The list of all built-in rules.
package enum RuleCatalog {
    /// All rules, in the order in which `podscore/v1` reports them.
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

    /// Returns the rule with an id, compared as bytes; `nil` if there is no such rule.
    package static func rule(named id: String) -> Rule? {
        builtIn.first { $0.id.hasSameBytes(as: id) }
    }
}

extension Ruleset {
    /// All rulesets, the default first.
    package static let all: [Ruleset] = [podscoreV1, kubesecV2, kubesecV20]

    /// Returns the ruleset with a name, compared as bytes; `nil` if there is no such ruleset.
    package static func named(_ name: String) -> Ruleset? {
        all.first { $0.name.hasSameBytes(as: name) }
    }
}
