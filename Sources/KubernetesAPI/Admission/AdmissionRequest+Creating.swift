extension AdmissionRequest {
    /// The request that creates an object of a manifest; `nil` for an object without a Pod's specification.
    ///
    /// A kind counts in its API group: a `Job` of `batch.volcano.sh` is another kind. A manifest without an `apiVersion` is taken for
    /// Kubernetes' own kind.
    /// - Parameters:
    ///   - object: The object; if it names no Namespace, it is created in `defaultNamespace`.
    ///   - defaultNamespace: The Namespace of objects that name none.
    ///   - user: The user who creates it.
    package init?(creating object: KubernetesObject, inNamespace defaultNamespace: String, by user: UserInfo = UserInfo()) {
        self.init()
        if case .otherWorkload = object.content {
            isOtherWorkload = true
            kind.group = object.apiGroup
        } else {
            guard let known = object.workloadKind else { return nil }
            kind.group = object.apiVersion.isEmpty ? known.group : object.apiGroup
        }
        guard object.podSpec != nil else { return nil }
        var object = object
        if object.metadata.namespace.isEmpty { object.metadata.namespace = defaultNamespace }
        uid = "manifest"
        kind.kind = object.kind
        namespace = object.metadata.namespace
        name = object.metadata.name
        userInfo = user
        self.object = .decoded(object)
    }
}
