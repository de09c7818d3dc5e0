import KubernetesAPI

extension AdmissionRequest {
    /// A request for the creation of a Pod.
    static func creatingPod(_ name: String, generateName: String = "", namespace: String, containers: [Container]) -> Self {
        var object = KubernetesObject()
        object.metadata.name = name
        object.metadata.generateName = generateName
        var spec = PodSpec()
        spec.containers = containers
        object.content = .pod(spec)
        var request = Self()
        request.uid = "1"
        request.kind.kind = "Pod"
        request.namespace = namespace
        request.object = .decoded(object)
        return request
    }
}
