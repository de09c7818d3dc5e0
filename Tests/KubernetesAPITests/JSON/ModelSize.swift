@testable import KubernetesAPI

/// Adds up the memory that a decoded review takes: the blocks of its lists, and of texts that don't fit into a
/// string, each with its header and what the allocator adds.
struct ModelSize {
    /// The bytes so far.
    private(set) var byteCount = 0

    /// The bytes of everything that a review keeps.
    static func of(_ review: AdmissionReview) -> Int {
        var size = Self()
        let request = review.request
        for text in [request.uid, request.name, request.namespace, request.subResource, request.userInfo.username] { size.add(text) }
        size.add(request.userInfo.groups) { $0.add($1) }
        for payload in [request.object, request.oldObject] {
            guard case .decoded(let object) = payload else { continue }
            size.add(object)
        }
        return size.byteCount
    }

    private mutating func add(_ text: String?) {
        let count = text?.utf8.count ?? 0
        if count > 15 { byteCount += (count + 33 + 8 + 15) / 16 * 16 }
    }

    private mutating func add<Element>(_ list: [Element]?, _ add: (inout Self, Element) -> Void) {
        guard let list, list.capacity > 0 else { return }
        byteCount += 32 + 16 + list.capacity * MemoryLayout<Element>.stride
        for element in list { add(&self, element) }
    }

    private mutating func add(_ object: KubernetesObject) {
        add(object.metadata)
        switch object.content {
        case .pod(let spec): add(spec)
        case .template(let template, let claims):
            add(template.metadata)
            add(template.spec)
            add(claims) { size, claim in size.add(claim.accessModes) { $0.add($1) } }
        case .otherWorkload(_, let template?):
            add(template.metadata)
            add(template.spec)
        case .otherWorkload(_, nil), .binding, .other: break
        }
    }

    private mutating func add(_ metadata: ObjectMeta) {
        for text in [metadata.name, metadata.generateName, metadata.namespace] { add(text) }
        add(metadata.annotations) { size, annotation in
            size.add(annotation.name)
            size.add(annotation.value)
        }
    }

    private mutating func add(_ spec: PodSpec) {
        for text in [spec.serviceAccountName, spec.serviceAccount, spec.nodeName, spec.runtimeClassName, spec.osName] { add(text) }
        add(spec.securityContext.sysctls) { $0.add($1) }
        for list in [spec.initContainers, spec.containers, spec.ephemeralContainers] { add(list) { $0.add($1) } }
        add(spec.volumes) { size, volume in
            size.add(volume.name)
            size.add(volume.hostPath)
        }
    }

    private mutating func add(_ container: Container) {
        add(container.name)
        add(container.image)
        let context = container.securityContext
        add(context.capabilities.add) { $0.add($1) }
        add(context.capabilities.drop) { $0.add($1) }
        add(context.seccompProfile.localhostProfile)
        if context.rare != nil { byteCount += 16 + 16 + MemoryLayout<RareSecuritySettings>.stride }
        add(context.procMount)
        if container.resources.amounts != nil { byteCount += 16 + 16 + 2 * MemoryLayout<ResourceList>.stride }
        add(container.hostPorts) { _, _ in }
        add(container.secretReferences) { _, _ in }
        add(container.handlerHosts) { $0.add($1.host) }
    }
}
