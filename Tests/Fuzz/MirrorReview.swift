import KubernetesAPI

/// A review as Foundation's `JSONDecoder` reads it.
struct MirrorReview: Decodable {
    struct Request: Decodable {
        let uid: String
        let kind: Kind
        let namespace: String?
        let name: String?
        let subResource: String?
        let operation: String
        let userInfo: User?
        let dryRun: Bool?
        let object: MirrorPayload?
        let oldObject: MirrorPayload?
    }

    struct Kind: Decodable {
        let group: String?
        let version: String?
        let kind: String?
    }

    struct User: Decodable {
        let username: String?
        let groups: [String]?
    }

    let request: Request
}

/// An object that is a Pod, or is not.
enum MirrorPayload: Decodable {
    case pod(MirrorPod)
    case undecodable(any Error)

    init(from decoder: any Decoder) throws {
        do {
            self = .pod(try MirrorPod(from: decoder))
        } catch {
            self = .undecodable(error)
        }
    }
}

/// The fields of a Pod that are compared.
struct MirrorPod: Decodable {
    struct Metadata: Decodable {
        let name: String?
        let generateName: String?
        let namespace: String?
    }

    struct Spec: Decodable {
        let hostNetwork: Bool?
        let hostPID: Bool?
        let hostIPC: Bool?
        let hostUsers: Bool?
        let automountServiceAccountToken: Bool?
        let serviceAccountName: String?
        let nodeName: String?
        let runtimeClassName: String?
        let os: Named?
        let securityContext: Context?
        let initContainers: [Member?]?
        let containers: [Member?]?
        let ephemeralContainers: [Member?]?
    }

    struct Named: Decodable {
        let name: String?
    }

    struct Member: Decodable {
        let name: String?
        let image: String?
        let restartPolicy: String?
        let securityContext: Context?
        let resources: Resources?
    }

    /// The settings of a container or, those that it has, of a Pod.
    struct Context: Decodable {
        let privileged: Bool?
        let allowPrivilegeEscalation: Bool?
        let readOnlyRootFilesystem: Bool?
        let runAsNonRoot: Bool?
        let runAsUser: Int64?
        let runAsGroup: Int64?
        let capabilities: CapabilityLists?
        let seccompProfile: Profile?
    }

    struct CapabilityLists: Decodable {
        let add: [String?]?
        let drop: [String?]?
    }

    struct Profile: Decodable {
        let type: String?
        let localhostProfile: String?
    }

    struct Resources: Decodable {
        let requests: Amounts?
        let limits: Amounts?
    }

    /// Which amounts there are; what they say depends on how a number is spelled, which Foundation does not keep.
    struct Amounts: Decodable {
        private enum CodingKeys: String, CodingKey {
            case cpu, memory
        }

        let hasCPU: Bool
        let hasMemory: Bool

        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            hasCPU = keys.contains(.cpu)
            hasMemory = keys.contains(.memory)
        }
    }

    let metadata: Metadata?
    let spec: Spec?
}

extension MirrorPod.Spec {
    /// The same as our model's value, as far as it is compared.
    var value: PodSpec {
        var spec = PodSpec()
        spec.hostNetwork = hostNetwork
        spec.hostPID = hostPID
        spec.hostIPC = hostIPC
        spec.hostUsers = hostUsers
        spec.automountServiceAccountToken = automountServiceAccountToken
        spec.serviceAccountName = serviceAccountName
        spec.nodeName = nodeName
        spec.runtimeClassName = runtimeClassName
        spec.osName = os?.name
        spec.securityContext.runAsNonRoot = securityContext?.runAsNonRoot
        spec.securityContext.runAsUser = securityContext?.runAsUser
        spec.securityContext.runAsGroup = securityContext?.runAsGroup
        spec.securityContext.seccompProfile = securityContext?.seccompProfile?.value ?? SecurityProfile()
        spec.initContainers = (initContainers ?? []).map { $0?.value ?? Container() }
        spec.containers = (containers ?? []).map { $0?.value ?? Container() }
        spec.ephemeralContainers = (ephemeralContainers ?? []).map { $0?.value ?? Container() }
        return spec
    }
}

extension MirrorPod.Member {
    fileprivate var value: Container {
        var container = Container()
        container.name = name ?? ""
        container.image = image ?? ""
        container.isRestartable = restartPolicy == "Always"
        container.securityContext.privileged = securityContext?.privileged
        container.securityContext.allowPrivilegeEscalation = securityContext?.allowPrivilegeEscalation
        container.securityContext.readOnlyRootFilesystem = securityContext?.readOnlyRootFilesystem
        container.securityContext.runAsNonRoot = securityContext?.runAsNonRoot
        container.securityContext.runAsUser = securityContext?.runAsUser
        container.securityContext.runAsGroup = securityContext?.runAsGroup
        container.securityContext.capabilities = securityContext?.capabilities?.value ?? Capabilities()
        container.securityContext.seccompProfile = securityContext?.seccompProfile?.value ?? SecurityProfile()
        container.resources.requests = resources?.requests?.value ?? ResourceList()
        container.resources.limits = resources?.limits?.value ?? ResourceList()
        return container
    }
}

extension MirrorPod.CapabilityLists {
    fileprivate var value: Capabilities {
        var capabilities = Capabilities()
        capabilities.add = add?.map { $0 ?? "" }
        capabilities.drop = drop?.map { $0 ?? "" }
        capabilities.dropsNull = drop?.contains { $0 == nil } ?? false
        return capabilities
    }
}

extension MirrorPod.Profile {
    fileprivate var value: SecurityProfile {
        var profile = SecurityProfile()
        profile.type = type
        profile.localhostProfile = localhostProfile
        profile.lacksType = type == nil
        return profile
    }
}

extension MirrorPod.Amounts {
    fileprivate var value: ResourceList {
        var list = ResourceList()
        if hasCPU { list.cpu = .null }
        if hasMemory { list.memory = .null }
        return list
    }
}

extension PodSpec {
    /// This specification without what the mirror leaves out.
    var comparable: PodSpec {
        var spec = PodSpec()
        (spec.hostNetwork, spec.hostPID, spec.hostIPC, spec.hostUsers) = (hostNetwork, hostPID, hostIPC, hostUsers)
        spec.automountServiceAccountToken = automountServiceAccountToken
        spec.serviceAccountName = serviceAccountName
        (spec.nodeName, spec.runtimeClassName, spec.osName) = (nodeName, runtimeClassName, osName)
        spec.securityContext.runAsNonRoot = securityContext.runAsNonRoot
        spec.securityContext.runAsUser = securityContext.runAsUser
        spec.securityContext.runAsGroup = securityContext.runAsGroup
        spec.securityContext.seccompProfile = securityContext.seccompProfile
        spec.initContainers = initContainers.map(\.comparable)
        spec.containers = containers.map(\.comparable)
        spec.ephemeralContainers = ephemeralContainers.map(\.comparable)
        return spec
    }
}

extension Container {
    /// This container without what the mirror leaves out.
    fileprivate var comparable: Container {
        var container = Container()
        (container.name, container.image, container.isRestartable) = (name, image, isRestartable)
        container.securityContext = securityContext
        container.securityContext.appArmorProfile = SecurityProfile()
        container.securityContext.seLinuxOptions = nil
        container.securityContext.procMount = nil
        container.securityContext.windowsOptions = WindowsOptions()
        container.resources.requests = resources.requests.comparable
        container.resources.limits = resources.limits.comparable
        return container
    }
}

extension ResourceList {
    /// Only which amounts there are.
    fileprivate var comparable: ResourceList {
        var list = ResourceList()
        if cpu != nil { list.cpu = .null }
        if memory != nil { list.memory = .null }
        return list
    }
}
