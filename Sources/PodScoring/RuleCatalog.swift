/// The rules that the program knows.
package enum RuleCatalog {
    /// All rules, in the order of a `podscore/v1` report.
    package static let builtIn: [Rule] = [
        .bindingsToSystemAnonymous,
        .capSysAdmin,
        .privileged,
        .hostIPC,
        .hostNetwork,
        .hostPID,
        .procMount,
        .dockerSock,
        .allowPrivilegeEscalation,
        .secretsAsEnvironmentVariables,
        .hostAliases,
        .apparmorAny,
        .serviceAccountName,
        .automountServiceAccountToken,
        .hostUsers,
        .apparmorUnconfined,
        .seccompAny,
        .seccompUnconfined,
        .runAsGroup,
        .runAsNonRoot,
        .runAsUser,
        .limitsCPU,
        .limitsMemory,
        .requestsCPU,
        .requestsMemory,
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
