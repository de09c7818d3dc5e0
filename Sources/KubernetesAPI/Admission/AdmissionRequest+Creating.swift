extension AdmissionRequest {
    /// The request that creates an object of a manifest; `nil` for an object that holds no Pod's specification.
    ///
    /// A kind counts in the API group where Kubernetes has it: a `Job` of `batch.volcano.sh` is another kind. A manifest without an
    /// `apiVersion` is taken for Kubernetes' own kind.
    /// - Parameters:
    ///   - object: The object; if it names no Namespace, it is created in `defaultNamespace`.
    ///   - defaultNamespace: The Namespace of objects that name none.
    ///   - user: Who creates it.
    package init?(creating object: KubernetesObject, inNamespace defaultNamespace: String, by user: UserInfo = UserInfo()) {
        guard let kind = object.workloadKind else { return nil }
        var object = object
        if object.metadata.namespace.isEmpty { object.metadata.namespace = defaultNamespace }
        self.init()
        uid = "manifest"
        self.kind.group = object.apiVersion.isEmpty ? kind.group : object.apiGroup
        self.kind.kind = kind.rawValue
        namespace = object.metadata.namespace
        name = object.metadata.name
        userInfo = user
        self.object = .decoded(object)
    }
}
