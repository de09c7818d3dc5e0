@testable import KubernetesAPI

/// Makes up reviews with as many fields as possible, each from a number.
struct MadeUpReview: RandomNumberGenerator {
    private var state: UInt64

    /// The review of a number; the same number gives the same review.
    static func number(_ seed: UInt64) -> AdmissionReview {
        var maker = Self(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        return maker.review()
    }

    mutating func next() -> UInt64 {
        // xorshift64*
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    private mutating func maybe<Value>(_ value: (inout Self) -> Value) -> Value? {
        Bool.random(using: &self) ? value(&self) : nil
    }

    private mutating func flag() -> Bool? { maybe { Bool.random(using: &$0) } }

    private mutating func integer() -> Int64? { maybe { [0, 1, -1, .max, .min, 20_000][Int.random(in: 0..<6, using: &$0)] } }

    private mutating func text() -> String {
        let texts = [
            "", "a", "web", "Localhost", "ALL", "quote\"back\\slash", "tab\tline\n\u{0}\u{1F}", "höhe 🚀\u{2028}", "/var/run/docker.sock",
        ]
        return texts.randomElement(using: &self) ?? ""
    }

    private mutating func list<Value>(upTo limit: Int = 3, _ value: (inout Self) -> Value) -> [Value] {
        (0..<Int.random(in: 0...limit, using: &self)).map { _ in value(&self) }
    }

    private mutating func review() -> AdmissionReview {
        var request = AdmissionRequest()
        request.uid = "u"
        let kinds =
            WorkloadKind.allCases.map { ($0.group, $0.rawValue) } + OtherWorkload.known.map { ($0.group, $0.kind) }
            + [("batch.example.com", "Job"), ("", "RoleBinding"), ("", "Service")]
        let (group, kind) = kinds.randomElement(using: &self) ?? ("", "Pod")
        request.kind.group = group
        request.kind.kind = kind
        request.kind.version = text()
        request.subResource = text()
        request.name = text()
        request.namespace = text()
        request.operation = AdmissionRequest.Operation.allCases.randomElement(using: &self) ?? .create
        request.userInfo.username = text()
        request.userInfo.groups = list { $0.text() }
        request.isDryRun = Bool.random(using: &self)
        let layout = KnownWorkloads.standard.layout(ofKind: kind, group: group) ?? .other
        if case .otherWorkload = layout { request.isOtherWorkload = true }
        request.object = maybe { .decoded($0.object(as: layout)) } ?? .absent
        request.oldObject = maybe { .decoded($0.object(as: layout)) } ?? .absent
        return AdmissionReview(version: Bool.random(using: &self) ? .v1 : .v1beta1, request: request)
    }

    private mutating func object(as layout: ObjectLayout) -> KubernetesObject {
        var object = KubernetesObject()
        object.apiVersion = text()
        object.kind = text()
        object.metadata = metadata()
        object.content =
            switch layout {
            case .workload(.pod): .pod(podSpec())
            case .workload(.podTemplate): .template(template(), volumeClaimTemplates: [])
            case .workload: .template(template(), volumeClaimTemplates: list { $0.claim() })
            case .otherWorkload(let workload): .otherWorkload(workload, otherTemplate(of: workload))
            case .binding, .other: .other
            }
        return object
    }

    private mutating func metadata() -> ObjectMeta {
        var metadata = ObjectMeta()
        metadata.name = text()
        metadata.generateName = text()
        metadata.namespace = text()
        metadata.isBeingDeleted = Bool.random(using: &self)
        for name in [Annotation.mirrorPod, Annotation.seccompPod, Annotation.appArmorPrefix + "a"] where Bool.random(using: &self) {
            metadata.annotations.append(Annotation(name: name, value: text()))
        }
        return metadata
    }

    private mutating func template() -> PodTemplateSpec {
        var template = PodTemplateSpec()
        template.metadata = metadata()
        template.spec = podSpec()
        return template
    }

    /// The template of a workload that is not Kubernetes' own, with what reading adds to it; `nil` for a reference.
    private mutating func otherTemplate(of workload: OtherWorkload) -> PodTemplateSpec? {
        if case .canRefer = workload.trait, Bool.random(using: &self) { return nil }
        var template = template()
        guard workload.trait == .namesContainers else { return template }
        for list in ContainerList.allCases {
            for index in template.spec[list].indices { template.spec[list][index].name = "c\(index)" }
        }
        return template
    }

    private mutating func claim() -> VolumeClaimTemplate {
        var claim = VolumeClaimTemplate()
        claim.hasSpec = Bool.random(using: &self)
        guard claim.hasSpec else { return claim }
        claim.accessModes = list { $0.text() }
        claim.requestsStorage = Bool.random(using: &self)
        return claim
    }

    private mutating func podSpec() -> PodSpec {
        var spec = PodSpec()
        spec.hostNetwork = flag()
        spec.hostPID = flag()
        spec.hostIPC = flag()
        spec.hostUsers = flag()
        spec.automountServiceAccountToken = flag()
        spec.serviceAccountName = maybe { $0.text() }
        spec.serviceAccount = maybe { $0.text() }
        spec.nodeName = maybe { $0.text() }
        spec.runtimeClassName = maybe { $0.text() }
        spec.osName = maybe { $0.text() }
        spec.hostAliasCount = maybe { Int.random(in: 0...3, using: &$0) }
        spec.securityContext = podSecurityContext()
        spec.resources = resources()
        spec.initContainers = list { $0.container() }
        spec.containers = list { $0.container() }
        spec.ephemeralContainers = list { $0.container() }
        spec.volumes = list { $0.volume() }
        return spec
    }

    private mutating func podSecurityContext() -> PodSecurityContext {
        var context = PodSecurityContext()
        context.runAsNonRoot = flag()
        context.runAsUser = integer()
        context.runAsGroup = integer()
        context.seccompProfile = profile()
        context.appArmorProfile = profile()
        context.seLinuxOptions = maybe { $0.seLinux() }
        context.sysctls = list { $0.text() }
        context.windowsOptions = windows()
        return context
    }

    private mutating func securityContext() -> SecurityContext {
        var context = SecurityContext()
        context.privileged = flag()
        context.allowPrivilegeEscalation = flag()
        context.readOnlyRootFilesystem = flag()
        context.runAsNonRoot = flag()
        context.runAsUser = integer()
        context.runAsGroup = integer()
        context.capabilities.add = maybe { $0.list { $0.text() } }
        context.capabilities.drop = maybe { $0.list { $0.text() } }
        context.capabilities.dropsNull = context.capabilities.drop?.contains("") ?? false
        context.seccompProfile = profile()
        context.appArmorProfile = profile()
        context.seLinuxOptions = maybe { $0.seLinux() }
        context.procMount = maybe { $0.text() }
        context.windowsOptions = windows()
        return context
    }

    private mutating func profile() -> SecurityProfile {
        var profile = SecurityProfile()
        guard Bool.random(using: &self) else { return profile }
        profile.type = maybe { $0.text() }
        profile.localhostProfile = maybe { $0.text() }
        profile.lacksType = profile.type == nil
        return profile
    }

    private mutating func seLinux() -> SELinuxOptions {
        var options = SELinuxOptions()
        options.type = maybe { $0.text() }
        options.user = maybe { $0.text() }
        options.role = maybe { $0.text() }
        return options
    }

    private mutating func windows() -> WindowsOptions {
        var options = WindowsOptions()
        options.hostProcess = flag()
        options.runAsUserName = maybe { $0.text() }
        return options
    }

    private mutating func resources() -> ResourceRequirements {
        var resources = ResourceRequirements()
        resources.requests.cpu = maybe { $0.amount() }
        resources.requests.memory = maybe { $0.amount() }
        resources.limits.cpu = maybe { $0.amount() }
        resources.limits.memory = maybe { $0.amount() }
        return resources
    }

    private mutating func amount() -> ResourceAmount {
        Bool.random(using: &self) ? .null : .quantity(Quantity(["100m", "1.5Gi", "0", ""].randomElement(using: &self) ?? "1"))
    }

    private mutating func container() -> Container {
        var container = Container()
        container.name = text()
        container.image = text()
        container.isRestartable = Bool.random(using: &self)
        container.securityContext = securityContext()
        container.resources = resources()
        container.hostPorts = [0, 2, 3].filter { _ in Bool.random(using: &self) }.map { HostPort(index: $0, hostPort: 80 * Int64($0)) }
        for index in [1, 2, 5] where Bool.random(using: &self) { container.secretReferences.append(.variable(index: index)) }
        for index in [0, 3] where Bool.random(using: &self) { container.secretReferences.append(.source(index: index)) }
        for handler in HandlerHost.Handler.allCases {
            for action in [HandlerHost.Action.httpGet, .tcpSocket] where Bool.random(using: &self) {
                container.handlerHosts.append(HandlerHost(handler: handler, action: action, host: "169.254.169.254"))
            }
        }
        return container
    }

    private mutating func volume() -> Volume {
        var volume = Volume()
        volume.name = text()
        let sources = UInt32(truncatingIfNeeded: next() & next() & next())
        volume.sources = VolumeSources(rawValue: sources & (1 << UInt32(VolumeField.allCases.count) - 1) & ~1)
        if volume.sources.contains(.hostPath) { volume.hostPath = maybe { $0.text() } }
        if volume.sources.contains(.projected) { volume.projectsServiceAccountToken = Bool.random(using: &self) }
        if volume.sources.isEmpty { volume.hasUnknownSource = Bool.random(using: &self) }
        if !volume.isNameKept { volume.name = "" }
        return volume
    }
}
