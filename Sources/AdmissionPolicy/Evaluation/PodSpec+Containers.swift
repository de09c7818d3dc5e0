import KubernetesAPI

extension PodSpec {
    /// Whether the Pod can see or reach the node's own processes, network or files.
    var sharesHost: Bool {
        hostNetwork == true || hostPID == true || hostIPC == true || volumes.contains { $0.sources.contains(.hostPath) }
    }
}
