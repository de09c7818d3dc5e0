import KubernetesAPI

/// The effect of a seccomp or AppArmor profile on a container, without the texts of the profile, so that thousands are cheap to judge.
enum Confinement: Sendable {
    /// The profile confines the container: `RuntimeDefault`, or `Localhost` with a name.
    case confining
    /// The profile is `Unconfined`.
    case unconfined
    /// The profile has any other type, or lacks its name.
    case unknown

    /// Reads the type of a profile and, for `Localhost`, its name.
    init(type: String, localhostProfile: String?) {
        if type.isExactly("RuntimeDefault") || (type.isExactly("Localhost") && localhostProfile?.isEmpty == false) {
            self = .confining
        } else {
            self = type.isExactly("Unconfined") ? .unconfined : .unknown
        }
    }

    /// Reads the value of a legacy AppArmor annotation; `nil` for a value that the API server ignores.
    ///
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/api/pod/util.go>, `ApparmorFieldForAnnotation`
    init?(annotation value: String) {
        let localhostPrefix = "localhost/"
        if value.isExactly("unconfined") {
            self = .unconfined
        } else if value.isExactly("runtime/default")
            || (value.beginsWithBytes(of: localhostPrefix) && value.utf8.count > localhostPrefix.utf8.count)
        {
            self = .confining
        } else {
            return nil
        }
    }
}
