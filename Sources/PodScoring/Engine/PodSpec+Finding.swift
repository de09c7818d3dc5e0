package import KubernetesAPI

extension PodSpec {
    /// The container to which a finding points; `nil` for findings outside of containers.
    package func container(at place: Finding.Place) -> Container? {
        guard case .container(let list, let index) = place else { return nil }
        let containers = self[list]
        return containers.indices.contains(index) ? containers[index] : nil
    }
}
