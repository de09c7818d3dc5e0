package import KubernetesAPI
package import PodScoring

extension PodSpec {
    /// The container to which a finding points; `nil` for findings outside of containers.
    package func container(at place: Finding.Place) -> Container? {
        guard case .container(let list, let index) = place else { return nil }
        let containers = self[list]
        return containers.indices.contains(index) ? containers[index] : nil
    }

    /// The name of a container by its list and its index, without a copy of the rest; `nil` where there is none.
    package func nameOfContainer(at index: Int, in list: ContainerList) -> String? {
        let containers = self[list]
        return containers.indices.contains(index) ? containers[index].name : nil
    }

    /// One of the lists of containers.
    subscript(list: ContainerList) -> [Container] {
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

    /// The Pod with its own settings alone.
    var withoutContainers: Self {
        var pod = self
        (pod.initContainers, pod.containers, pod.ephemeralContainers) = ([], [], [])
        return pod
    }

    /// Whether the Pod can see or reach the node's own processes, network or files.
    var sharesHost: Bool {
        hostNetwork == true || hostPID == true || hostIPC == true || volumes.contains { $0.sources.contains(.hostPath) }
    }
}
