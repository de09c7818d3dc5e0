import KubernetesAPI

extension PodSpec {
    /// The name of a container, without a copy of all that it has; `nil` where the list has none of that index.
    func containerName(at index: Int, in list: ContainerList) -> String? {
        switch list {
        case .initContainers: initContainers.indices.contains(index) ? initContainers[index].name : nil
        case .containers: containers.indices.contains(index) ? containers[index].name : nil
        case .ephemeralContainers: ephemeralContainers.indices.contains(index) ? ephemeralContainers[index].name : nil
        }
    }
}
