extension Ruleset {
    /// The rules of kubesec in 2019: seccomp and AppArmor are annotations of the object, and only a container's own settings count.
    ///
    /// HostAliases has no points yet, and LimitsMemory reads the requests.
    /// Source: <https://github.com/controlplaneio/kubesec/blob/v2.0.0/pkg/ruler/ruleset.go>
    package static let kubesecV20 = Ruleset(
        name: "kubesec/v2.0",
        isReleased: true,
        zeroFails: true,
        sparesWindows: false,
        order: .selector,
        controls: .podscoreV1,
        entries: [
            entry2019(.hostNetwork, points: -9, check: HostNetwork.kubesecV2),
            entry2019(.hostPID, points: -9, check: HostPID.kubesecV2),
            entry2019(.hostIPC, points: -9, check: HostIPC.kubesecV2),
            entry2019(.readOnlyRootFilesystem, points: 1, check: KubesecV20.readOnlyRootFilesystem),
            entry2019(
                .runAsNonRoot,
                points: 1,
                selector: "containers[] .securityContext .runAsNonRoot == true",
                check: KubesecV20.runAsNonRoot
            ),
            entry2019(.runAsUser, points: 1, selector: "containers[] .securityContext .runAsUser -gt 10000", check: KubesecV20.runAsUser),
            entry2019(.privileged, points: -30, check: KubesecV20.privileged),
            entry2019(.capSysAdmin, points: -30, check: KubesecV20.capSysAdmin),
            entry2019(.capDropAny, points: 1, check: KubesecV20.capDropAny),
            entry2019(.capDropAll, points: 1, check: KubesecV20.capDropAll),
            entry2019(.dockerSock, points: -9, check: DockerSock.kubesecV2),
            entry2019(.requestsCPU, points: 1, check: RequestsCPU.kubesecV2),
            entry2019(.limitsCPU, points: 1, implies: [], check: LimitsCPU.kubesecV2),
            entry2019(.requestsMemory, points: 1, check: RequestsMemory.kubesecV2),
            entry2019(.limitsMemory, points: 1, check: KubesecV20.limitsMemory),
            entry2019(.serviceAccountName, points: 3, check: ServiceAccountName.kubesecV2),
            entry2019(.hostAliases, points: 0, check: HostAliases.kubesecV2),
            entry2019(.seccompAny, points: 1, selector: seccompAnnotation, check: KubesecV20.seccompAny),
            entry2019(.seccompUnconfined, points: -1, selector: seccompAnnotation, check: KubesecV20.seccompUnconfined),
            entry2019(
                .apparmorAny,
                points: 3,
                selector: #".metadata .annotations ."container.apparmor.security.beta.kubernetes.io/nginx""#,
                check: KubesecV20.apparmorAny
            ),
            entry2019(.volumeClaimAccessModeReadWriteOnce, points: 1, check: KubesecV20.volumeClaimAccessModeReadWriteOnce),
            entry2019(.volumeClaimRequestsStorage, points: 1, check: KubesecV20.volumeClaimRequestsStorage),
        ]
    )

    private static let seccompAnnotation = #".metadata .annotations ."container.seccomp.security.alpha.kubernetes.io/pod""#

    /// Creates an entry for the kinds of the rule itself.
    private static func entry2019(
        _ rule: Rule,
        points: Int,
        selector: String? = nil,
        implies: [String]? = nil,
        check: @escaping Check
    ) -> Entry {
        Entry(rule, points: points, kinds: rule.kinds, selector: selector, implies: implies, check: check)
    }
}
