import KubernetesAPI

/// What an update changes, as far as it decides whether the update is judged.
enum PodChanges {
    /// Tells whether a Pod has the containers, images and AppArmor annotations that it had.
    ///
    /// The API server lets an update change little else of a Pod's specification: <https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement>
    static func leaveAlone(_ pod: ReviewedObject, since old: ReviewedObject) -> Bool {
        haveSameImages(pod.pod.initContainers, old.pod.initContainers)
            && haveSameImages(pod.pod.containers, old.pod.containers)
            && haveSameImages(pod.pod.ephemeralContainers, old.pod.ephemeralContainers)
            && haveSameAppArmor(pod.metadata, old.metadata)
    }

    /// The indexes of the ephemeral containers that are not in the old Pod just as they are; all of them without an old Pod.
    ///
    /// The API server refuses to change an ephemeral container. Comparing more than the name costs nothing and leaves no way around it.
    static func newEphemeralContainers(in pod: PodSpec, since old: PodSpec?) -> [Int] {
        let known = Dictionary((old?.ephemeralContainers ?? []).map { (Array($0.name.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        return pod.ephemeralContainers.indices.filter { index in
            known[Array(pod.ephemeralContainers[index].name.utf8)] != pod.ephemeralContainers[index]
        }
    }

    /// Tells whether two lists name the same containers with the same images in the same order, compared as bytes.
    private static func haveSameImages(_ containers: [Container], _ old: [Container]) -> Bool {
        containers.count == old.count
            && zip(containers, old).allSatisfy { first, second in
                first.name.utf8.elementsEqual(second.name.utf8) && first.image.utf8.elementsEqual(second.image.utf8)
            }
    }

    /// Tells whether two objects have the same AppArmor annotations, in whatever order.
    private static func haveSameAppArmor(_ metadata: ObjectMeta, _ old: ObjectMeta) -> Bool {
        let annotations = appArmorAnnotations(of: metadata)
        return annotations.count == appArmorAnnotations(of: old).count
            && annotations.allSatisfy { annotation in
                old.annotation(named: annotation.name)?.utf8.elementsEqual(annotation.value.utf8) == true
            }
    }

    private static func appArmorAnnotations(of metadata: ObjectMeta) -> [Annotation] {
        metadata.annotations.filter { $0.name.beginsWithBytes(of: Annotation.appArmorPrefix) }
    }
}
