import KubernetesAPI

extension PodSpec {
    /// Visits the containers of all three lists, in the order init, normal, ephemeral.
    @inline(__always)
    func visitContainers(_ visit: (borrowing Container, Finding.Place) -> Void) {
        // A span borrows its elements; an array would copy each container.
        let first = initContainers.span
        for index in first.indices { visit(first[index], .container(.initContainers, index)) }
        let normal = containers.span
        for index in normal.indices { visit(normal[index], .container(.containers, index)) }
        let ephemeral = ephemeralContainers.span
        for index in ephemeral.indices { visit(ephemeral[index], .container(.ephemeralContainers, index)) }
    }

    /// Appends a finding for each container that satisfies a condition.
    @inline(__always)
    func find(_ field: Finding.Field, in findings: inout [Finding], where isForbidden: (borrowing Container) -> Bool) {
        // With one finding in the Pod.
        let limit = containerCount + 1
        var found = FoundContainers()
        let first = initContainers.span
        for index in first.indices where isForbidden(first[index]) {
            found.insert(index, in: .initContainers, makingRoomIn: &findings, ofAtMost: limit, at: field)
        }
        let normal = containers.span
        for index in normal.indices where isForbidden(normal[index]) {
            found.insert(index, in: .containers, makingRoomIn: &findings, ofAtMost: limit, at: field)
        }
        let ephemeral = ephemeralContainers.span
        for index in ephemeral.indices where isForbidden(ephemeral[index]) {
            found.insert(index, in: .ephemeralContainers, makingRoomIn: &findings, ofAtMost: limit, at: field)
        }
        if !found.isEmpty { found.move(to: &findings, ofAtMost: limit, at: field) }
    }

    /// Visits the rare settings of all containers, `nil` for those without any, in the order init, normal, ephemeral.
    @inline(__always)
    func visitRareSettings(_ visit: (RareSecuritySettingsBox?, Finding.Place) -> Void) {
        let first = initContainers.span
        for index in first.indices { visit(first[index].securityContext.rare, .container(.initContainers, index)) }
        let normal = containers.span
        for index in normal.indices { visit(normal[index].securityContext.rare, .container(.containers, index)) }
        let ephemeral = ephemeralContainers.span
        for index in ephemeral.indices { visit(ephemeral[index].securityContext.rare, .container(.ephemeralContainers, index)) }
    }
}

extension ScoringSubject {
    /// Whether any container has rare settings, which are stored outside of the container.
    ///
    /// Checks of such settings test this first, because reading them copies the container.
    var hasRareSettings: Bool {
        pod.containers.contains { $0.securityContext.rare != nil } || pod.initContainers.contains { $0.securityContext.rare != nil }
            || pod.ephemeralContainers.contains { $0.securityContext.rare != nil }
    }

    /// Whether the Pod has its own user namespace, in which root is not root on the node.
    ///
    /// Source: <https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/127-user-namespaces>
    var hasUserNamespace: Bool { pod.hostUsers == false }

    /// Appends a finding if the Pod's value is forbidden, and one for each container whose own value is forbidden.
    ///
    /// Where each container is asked alone, a forbidden value of the Pod is found at the containers that inherit it instead.
    /// - Parameters:
    ///   - field: The field of the findings.
    ///   - findings: The findings so far.
    ///   - isForbiddenInPod: Whether the Pod's value is forbidden.
    ///   - isForbidden: Tells whether a container's own value is forbidden; `nil` if the container inherits the Pod's.
    @inline(__always)
    func findInherited(
        _ field: Finding.Field,
        in findings: inout [Finding],
        isForbiddenInPod: Bool,
        isForbidden: (borrowing Container) -> Bool?
    ) {
        if isForbiddenInPod, !asksEachAlone { findings.append(Finding(.pod, field)) }
        let inherited = isForbiddenInPod && asksEachAlone
        pod.find(field, in: &findings) { (container: borrowing Container) in isForbidden(container) ?? inherited }
    }
}

extension Finding {
    /// Creates a finding at an annotation of the Pod.
    ///
    /// The submitter chooses the end of the name; a name that Kubernetes rejects (over 253 + 1 + 63 bytes, or not plain) is not shown.
    init(annotation: Annotation, withPrefix prefix: String, fix: String) {
        let isShown = annotation.name.utf8.count <= 317 && Self.isPlain(annotation.name.utf8.span)
        self.init(.metadata, "annotations['" + (isShown ? annotation.name : prefix + "*") + "']", fix: fix)
    }

    private static func isPlain(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte > UInt8(ascii: " "), byte < 0x7F, byte != UInt8(ascii: "'") else { return false }
        }
        return true
    }
}

extension SecurityProfile {
    /// Whether the profile has another type than `RuntimeDefault` and `Localhost`; `nil` if it is unset.
    var isForbidden: Bool? {
        guard let type else { return lacksType ? true : nil }
        return !type.isExactly("RuntimeDefault") && !type.isExactly("Localhost")
    }
}

extension Annotation {
    /// Returns whether the annotation has a prefix followed by a container name.
    func isNamed(_ prefix: String, for container: String) -> Bool {
        name.utf8.count == prefix.utf8.count + container.utf8.count && name.startsWithBytes(of: prefix)
            && name.utf8.dropFirst(prefix.utf8.count).elementsEqual(container.utf8)
    }

    /// Returns whether the value is a profile on the node.
    var isLocalhostProfile: Bool { value.startsWithBytes(of: "localhost/") }
}

extension String {
    /// Returns whether the bytes of the text begin with those of another one.
    func startsWithBytes(of prefix: String) -> Bool {
        let bytes = utf8.span
        let wanted = prefix.utf8.span
        guard bytes.count >= wanted.count else { return false }
        for index in wanted.indices where bytes[index] != wanted[index] { return false }
        return true
    }
}
