package import KubernetesAPI
package import PodScoring

extension PodSpec {
    /// The container to which a finding points; `nil` for findings outside of containers.
    package func container(at place: Finding.Place) -> Container? {
        guard case .container(let list, let index) = place else { return nil }
        let containers =
            switch list {
            case .initContainers: initContainers
            case .containers: containers
            case .ephemeralContainers: ephemeralContainers
            }
        return containers.indices.contains(index) ? containers[index] : nil
    }

    /// Whether the Pod can see or reach the node's own processes, network or files.
    var sharesHost: Bool {
        hostNetwork == true || hostPID == true || hostIPC == true || volumes.contains { $0.sources.contains(.hostPath) }
    }
}
