extension PodSpec {
    /// One of the lists of containers.
    package subscript(list: ContainerList) -> [Container] {
        get {
            switch list {
            case .initContainers: initContainers
            case .containers: containers
            case .ephemeralContainers: ephemeralContainers
            }
        }
        set {
            switch list {
            case .initContainers: initContainers = newValue
            case .containers: containers = newValue
            case .ephemeralContainers: ephemeralContainers = newValue
            }
        }
    }

    /// The name of a container by its list and its index, without a copy of the rest; `nil` where there is none.
    package func nameOfContainer(at index: Int, in list: ContainerList) -> String? {
        let containers = self[list]
        return containers.indices.contains(index) ? containers[index].name : nil
    }
}
