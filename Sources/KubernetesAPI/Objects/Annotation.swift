/// A metadata annotation that a rule, a standard or the decision reads.
///
/// All other annotations are skipped while reading: their names and values are the submitter's and can be large.
package struct Annotation: Sendable, Equatable {
    /// The whole key.
    package let name: String
    /// The value as written.
    package let value: String

    /// The value as written.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Marks the API object of a static Pod; its value is a hash of the kubelet's configuration.
    /// Source: <https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-config-mirror>
    package static let mirrorPod = "kubernetes.io/config.mirror"

    /// Prefix of the legacy AppArmor annotations; the container's name follows.
    /// Source: <https://kubernetes.io/docs/reference/labels-annotations-taints/#container-apparmor-security-beta-kubernetes-io>
    package static let appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/"

    /// The legacy seccomp annotation of a whole Pod, read by Kubernetes up to 1.26.
    /// Source: <https://kubernetes.io/docs/reference/labels-annotations-taints/#seccomp-security-alpha-kubernetes-io-pod>
    package static let seccompPod = "seccomp.security.alpha.kubernetes.io/pod"

    /// Prefix of the legacy seccomp annotations of one container; its name follows.
    package static let seccompContainerPrefix = "container.seccomp.security.alpha.kubernetes.io/"

    /// The names, or beginnings of names, that are kept.
    static let keptPrefixes = [mirrorPod, appArmorPrefix, seccompPod, seccompContainerPrefix]
}
