extension Finding {
    /// A field that rules and checks name in findings, relative to the place; `[]` stands for an element of a list.
    ///
    /// Storing a case instead of a text keeps findings small.
    enum Field: String, Sendable {
        // The object.
        case subjectName = "subjects[].name"
        case claimAccessModes = "spec.volumeClaimTemplates[].spec.accessModes"
        case claimStorage = "spec.volumeClaimTemplates[].spec.resources.requests.storage"
        // The Pod.
        case automountServiceAccountToken, hostAliases, hostIPC, hostNetwork, hostPID, hostUsers, serviceAccountName
        case sysctlName = "securityContext.sysctls[].name"
        // A volume.
        case hostPath
        case hostPathPath = "hostPath.path"
        case projectedSources = "projected.sources"
        case volumeName = "name"
        // A container, or the Pod if the container inherits the value.
        case image
        case hostPort = "ports[].hostPort"
        case secretKeyRef = "env[].valueFrom.secretKeyRef"
        case secretRef = "envFrom[].secretRef"
        case limitsCPU = "resources.limits.cpu"
        case limitsMemory = "resources.limits.memory"
        case requestsCPU = "resources.requests.cpu"
        case requestsMemory = "resources.requests.memory"
        case addedCapabilities = "securityContext.capabilities.add"
        case droppedCapabilities = "securityContext.capabilities.drop"
        case allowPrivilegeEscalation = "securityContext.allowPrivilegeEscalation"
        case appArmorProfileType = "securityContext.appArmorProfile.type"
        case hostProcess = "securityContext.windowsOptions.hostProcess"
        case privileged = "securityContext.privileged"
        case procMount = "securityContext.procMount"
        case readOnlyRootFilesystem = "securityContext.readOnlyRootFilesystem"
        case runAsGroup = "securityContext.runAsGroup"
        case runAsNonRoot = "securityContext.runAsNonRoot"
        case runAsUser = "securityContext.runAsUser"
        case runAsUserName = "securityContext.windowsOptions.runAsUserName"
        case seccompProfileType = "securityContext.seccompProfile.type"
        case seLinuxRole = "securityContext.seLinuxOptions.role"
        case seLinuxType = "securityContext.seLinuxOptions.type"
        case seLinuxUser = "securityContext.seLinuxOptions.user"
    }
}
