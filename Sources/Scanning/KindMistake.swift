import KubernetesAPI
import PodScoring

/// A kind of Kubernetes that is spelled wrong or has the wrong API version, so that no cluster would create the object.
struct KindMistake: CustomStringConvertible {
    /// The mistake and the suggestion, on one line.
    let description: String

    /// Finds the mistake of an object; `nil` if its kind exists or may exist.
    ///
    /// Only Kubernetes' own API groups are known completely. In other groups, and in an object without an API version, a kind is misspelled
    /// only if nothing but the letter case differs from a workload.
    init?(_ object: KubernetesObject) {
        guard case .other = object.content, !object.kind.isEmpty else { return nil }
        let group = object.apiGroup
        guard !object.apiVersion.isEmpty, let known = OwnKinds.names(in: group) else {
            let workloads = object.apiVersion.isEmpty ? WorkloadKind.allCases.map(\.rawValue) : KnownWorkloads.standard.kinds(in: group)
            guard let meant = Self.respelled(object.kind, among: workloads) else { return nil }
            description = Self.unknown(object.kind, meant)
            return
        }
        guard !known.contains(where: { $0.hasSameBytes(as: object.kind) }) else { return nil }
        if let workload = WorkloadKind(rawValue: object.kind) {
            let version = workload.group.isEmpty ? "v1" : workload.group + "/v1"
            description = "apiVersion \"\(VisibleText.of(object.apiVersion))\" has no kind \(object.kind); did you mean \(version)?"
            return
        }
        let candidates = known + WorkloadKind.allCases.map(\.rawValue).filter { !known.contains($0) }
        guard let meant = Suggestion.closest(to: object.kind, among: candidates, within: 2) else { return nil }
        description = Self.unknown(object.kind, meant)
    }

    private static func unknown(_ kind: String, _ meant: String) -> String {
        "unknown kind \"\(VisibleText.of(kind))\"; did you mean \(meant)?"
    }

    /// The name that differs from a kind by letter case only.
    private static func respelled(_ kind: String, among names: [String]) -> String? {
        guard kind.utf8.count < 64, !names.contains(where: { $0.hasSameBytes(as: kind) }) else { return nil }
        return names.first { $0.lowercased() == kind.lowercased() }
    }
}

/// The kinds of Kubernetes' own API groups that have workloads or bindings.
private enum OwnKinds {
    /// The kinds in a group, in any version; `nil` for a group that is not listed.
    static func names(in group: String) -> [String]? {
        switch group {
        case "": coreGroup
        case "apps":
            ["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "ControllerRevision", "Scale", "DeploymentRollback", "PetSet"]
        case "batch": ["Job", "CronJob", "JobTemplate", "ScheduledJob"]
        case "extensions": extensions
        case "rbac.authorization.k8s.io": ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"]
        default: nil
        }
    }

    private static let coreGroup = core + kindsOfFiles + openShift

    private static let core = [
        "Pod", "PodTemplate", "ReplicationController", "Service", "ConfigMap", "Secret", "ServiceAccount", "Namespace", "Node",
        "PersistentVolume", "PersistentVolumeClaim", "Endpoints", "Event", "LimitRange", "ResourceQuota", "Binding", "ComponentStatus",
        "List", "Status", "Scale", "PodStatusResult", "RangeAllocation", "SerializedReference", "DeleteOptions", "APIGroup", "APIGroupList",
        "APIResourceList", "APIVersions", "PodExecOptions", "PodAttachOptions", "PodLogOptions", "PodPortForwardOptions",
        "PodProxyOptions", "NodeProxyOptions", "ServiceProxyOptions", "EphemeralContainers",
    ]

    /// Files of programs that have the API version `v1` without being objects of the API, such as a kubeconfig.
    private static let kindsOfFiles = ["Config", "Policy", "EncryptionConfig", "MasterConfig", "NodeConfig", "Manifest"]

    /// The kinds that OpenShift had in the core group before version 3.6, apart from workloads.
    private static let openShift = [
        "DeploymentConfig", "Build", "BuildConfig", "Image", "ImageStream", "ImageStreamTag", "ImageStreamImage", "ImageStreamImport",
        "ImageStreamMapping", "Template", "Route", "Project", "ProjectRequest", "User", "Group", "Identity", "UserIdentityMapping", "Role",
        "RoleBinding", "ClusterRole", "ClusterRoleBinding", "PolicyBinding", "ClusterPolicy", "ClusterPolicyBinding",
        "SecurityContextConstraints", "OAuthClient", "OAuthAccessToken", "OAuthAuthorizeToken", "OAuthClientAuthorization", "HostSubnet",
        "NetNamespace", "ClusterNetwork", "EgressNetworkPolicy", "ClusterResourceQuota", "AppliedClusterResourceQuota",
    ]

    private static let extensions = [
        "Deployment", "DaemonSet", "ReplicaSet", "Job", "Ingress", "NetworkPolicy", "PodSecurityPolicy", "Scale", "DeploymentRollback",
        "HorizontalPodAutoscaler", "ReplicationControllerDummy", "ThirdPartyResource", "ThirdPartyResourceData",
    ]
}
