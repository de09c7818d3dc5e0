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

    /// The settings of a container or, if they exist there, of a Pod.
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

    /// Which quantities are present; their values depend on the spelling of a number, which Foundation does not keep.
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
    /// Replaces our fields with those that Foundation read; fields that the mirror leaves out stay ours.
    func replace(in spec: inout PodSpec) {
        (spec.hostNetwork, spec.hostPID, spec.hostIPC, spec.hostUsers) = (hostNetwork, hostPID, hostIPC, hostUsers)
        spec.automountServiceAccountToken = automountServiceAccountToken
        spec.serviceAccountName = serviceAccountName
        (spec.nodeName, spec.runtimeClassName, spec.osName) = (nodeName, runtimeClassName, os?.name)
        spec.securityContext.runAsNonRoot = securityContext?.runAsNonRoot
        spec.securityContext.runAsUser = securityContext?.runAsUser
        spec.securityContext.runAsGroup = securityContext?.runAsGroup
        spec.securityContext.seccompProfile = securityContext?.seccompProfile?.value ?? SecurityProfile()
        Self.replace(initContainers, in: &spec.initContainers)
        Self.replace(containers, in: &spec.containers)
        Self.replace(ephemeralContainers, in: &spec.ephemeralContainers)
    }

    private static func replace(_ members: [MirrorPod.Member?]?, in containers: inout [Container]) {
        let ours = containers
        containers = (members ?? []).enumerated().map { index, member in
            var container = index < ours.count ? ours[index] : Container()
            (member ?? .absent).replace(in: &container)
            return container
        }
    }
}

extension MirrorPod.Member {
    /// The value of `null`.
    fileprivate static let absent = Self(name: nil, image: nil, restartPolicy: nil, securityContext: nil, resources: nil)

    /// Replaces our fields with those that Foundation read.
    fileprivate func replace(in container: inout Container) {
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
        MirrorPod.Amounts.replace(resources?.requests, in: &container.resources.requests)
        MirrorPod.Amounts.replace(resources?.limits, in: &container.resources.limits)
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
    /// Removes a quantity that Foundation did not read, and adds one that only Foundation read.
    fileprivate static func replace(_ amounts: Self?, in list: inout ResourceList) {
        list.cpu = amounts?.hasCPU == true ? list.cpu ?? .null : nil
        list.memory = amounts?.hasMemory == true ? list.memory ?? .null : nil
    }
}
