import KubernetesAPI
import PodScoring

/// The changes of an update that decide whether it is evaluated.
enum PodChanges {
    /// Tells whether a Pod has the same containers, images and AppArmor annotations as before.
    ///
    /// The API server lets an update change little else of a Pod's specification: <https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement>
    static func areNone(in pod: ReviewedObject, since old: ReviewedObject) -> Bool {
        haveSameImages(pod.pod.initContainers, old.pod.initContainers)
            && haveSameImages(pod.pod.containers, old.pod.containers)
            && haveSameImages(pod.pod.ephemeralContainers, old.pod.ephemeralContainers)
            && haveSameAppArmor(pod.metadata, old.metadata)
    }

    /// The indices of the ephemeral containers that the old Pod does not have in the same form; all of them without an old Pod.
    ///
    /// The API server rejects changes of an ephemeral container. More than the name is compared so that nobody depends on that.
    static func newEphemeralContainers(in pod: PodSpec, since old: PodSpec?) -> [Int] {
        let containers = pod.ephemeralContainers
        guard let oldContainers = old?.ephemeralContainers, !oldContainers.isEmpty else { return Array(containers.indices) }
        var known: [NameBytes: Int] = [:]
        for index in oldContainers.indices.reversed() { known[NameBytes(oldContainers[index].name)] = index }
        return containers.indices.filter { index in
            guard let other = known[NameBytes(containers[index].name)] else { return true }
            return oldContainers[other] != containers[index]
        }
    }

    /// Tells whether two lists have the same container names and images in the same order, compared as bytes.
    private static func haveSameImages(_ containers: [Container], _ old: [Container]) -> Bool {
        containers.count == old.count
            && containers.indices.allSatisfy { index in
                containers[index].name.hasSameBytes(as: old[index].name) && containers[index].image.hasSameBytes(as: old[index].image)
            }
    }

    /// Tells whether two objects have the same AppArmor annotations, in any order.
    private static func haveSameAppArmor(_ metadata: ObjectMeta, _ old: ObjectMeta) -> Bool {
        let annotations = appArmorAnnotations(of: metadata)
        let oldAnnotations = appArmorAnnotations(of: old)
        guard annotations.count == oldAnnotations.count else { return false }
        guard !annotations.isEmpty else { return true }
        let values = Dictionary(oldAnnotations.map { (NameBytes($0.name), $0.value) }, uniquingKeysWith: { first, _ in first })
        return annotations.allSatisfy { values[NameBytes($0.name)]?.hasSameBytes(as: $0.value) == true }
    }

    private static func appArmorAnnotations(of metadata: ObjectMeta) -> [Annotation] {
        metadata.annotations.filter { $0.name.beginsWithBytes(of: Annotation.appArmorPrefix) }
    }
}

extension PodSpec {
    /// Whether the Pod can see or reach the node's own processes, network or files.
    var sharesHost: Bool {
        hostNetwork == true || hostPID == true || hostIPC == true || volumes.contains { $0.sources.contains(.hostPath) }
    }
}
