/// The request that the API server sends to a webhook, with its version.
package struct AdmissionReview: Sendable, Equatable {
    /// The version of the request, in which it must be answered.
    package enum Version: String, Sendable, CaseIterable {
        case v1 = "admission.k8s.io/v1"
        case v1beta1 = "admission.k8s.io/v1beta1"
    }

    /// The largest review that an API server can send, in bytes.
    ///
    /// An update carries an object of 3 MiB, the API server's limit, and a stored one of 1.5 MiB, the limit of etcd. Go's JSON encoder
    /// writes `<`, `>`, `&` and the line separators as six bytes, so both can become six times as long: 27 MiB, plus the rest of the
    /// review. Sources: <https://github.com/kubernetes/apiserver/blob/v0.36.0/pkg/server/config.go>, `MaxRequestBodyBytes`;
    /// <https://etcd.io/docs/v3.5/dev-guide/limit/#request-size-limit>
    package static let byteLimit = 32 << 20

    /// Both versions carry the same fields.
    package let version: Version
    /// The request.
    package let request: AdmissionRequest

    /// Both versions carry the same fields.
    package init(version: Version, request: AdmissionRequest) {
        self.version = version
        self.request = request
    }
}

/// An admission request: who does what to which object.
package struct AdmissionRequest: Sendable, Equatable {
    /// The operation.
    package enum Operation: String, Sendable, CaseIterable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
        case connect = "CONNECT"
    }

    /// An object that came with the request.
    package enum Payload: Sendable, Equatable {
        /// Absent or null.
        case absent
        /// Kept apart, so that handing the request on does not copy the object field by field.
        indirect case decoded(KubernetesObject)
        /// Well-formed JSON that is not an object of the request's kind.
        case undecodable(DecodingFailure)

        /// Whether the request carries an object, decodable or not.
        package var isPresent: Bool {
            if case .absent = self { false } else { true }
        }

        /// Whether the object is a workload that names another one, which has the Pod template.
        package var refersToOtherWorkload: Bool {
            if case .decoded(let object) = self, case .otherWorkload(_, nil) = object.content { true } else { false }
        }

        /// The decoded object, if there is one.
        package var object: KubernetesObject? {
            guard case .decoded(let object) = self else { return nil }
            return object
        }
    }

    /// Identifies the request; the answer repeats it.
    ///
    /// Never empty after decoding.
    package var uid = ""
    /// The kind of ``object``, after any conversion by the API server.
    package var kind = GroupVersionKind()
    /// Whether the kind is a workload that is not Kubernetes' own, such as a Rollout.
    package var isOtherWorkload = false
    /// Such as `ephemeralcontainers`; empty for the resource itself.
    package var subResource = ""
    /// The object's name; can be empty.
    package var name = ""
    /// The object's namespace; it counts even if the object says another.
    ///
    /// Empty for cluster-scoped objects.
    package var namespace = ""
    /// The operation.
    package var operation = Operation.create
    /// The user who sent the request.
    package var userInfo = UserInfo()
    /// The object as it would be stored; absent for DELETE.
    package var object = Payload.absent
    /// The object as it is stored; absent for CREATE.
    package var oldObject = Payload.absent
    /// Whether the request is a dry run, of which nothing is stored.
    package var isDryRun = false

    /// Empty, to be filled while reading.
    package init() {}

    /// The name of the decoded ``object``; empty when it has none yet, or there is none.
    package var objectName: String {
        guard case .decoded(let object) = object else { return "" }
        return object.metadata.name
    }
}

/// A kind with its group and version.
package struct GroupVersionKind: Sendable, Equatable {
    /// The API group; empty for the core group.
    package var group = ""
    /// The version in the group.
    package var version = ""
    /// The kind's name.
    package var kind = ""

    /// Empty, to be filled while reading.
    package init() {}
}

/// The sender of a request, as the API server authenticated them.
package struct UserInfo: Sendable, Equatable {
    /// The user's name, such as `system:serviceaccount:payments:deployer`.
    package var username = ""
    /// The groups, in the API server's order.
    package var groups: [String] = []

    /// Empty, to be filled while reading.
    package init() {}
}
