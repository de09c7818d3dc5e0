import KubernetesAPI

extension PodSpec {
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
