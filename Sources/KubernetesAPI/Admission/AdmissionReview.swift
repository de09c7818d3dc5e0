/// A question that the API server asks a webhook.
package struct AdmissionReview: Sendable {
    /// The version in which the question was asked and must be answered.
    package enum Version: String, Sendable, CaseIterable {
        case v1 = "admission.k8s.io/v1"
        case v1beta1 = "admission.k8s.io/v1beta1"
    }

    package let version: Version
    package let request: AdmissionRequest

    package init(version: Version, request: AdmissionRequest) {
        self.version = version
        self.request = request
    }
}

/// What is asked: who wants to do what to which object.
package struct AdmissionRequest: Sendable {
    /// What is to be done.
    package enum Operation: String, Sendable, CaseIterable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
        case connect = "CONNECT"
    }

    /// An object that came with the request.
    package enum Payload: Sendable {
        /// Absent or null.
        case absent
        case decoded(KubernetesObject)
        /// Well-formed JSON that is no object of the request's kind.
        case undecodable(DecodingFailure)

        /// The decoded object, if there is one.
        package var object: KubernetesObject? {
            guard case .decoded(let object) = self else { return nil }
            return object
        }
    }

    /// Identifies the call, and comes back in the answer.
    ///
    /// Never empty after decoding.
    package var uid = ""
    package var kind = GroupVersionKind()
    package var resource = GroupVersionResource()
    /// Such as `ephemeralcontainers`; empty for the resource itself.
    package var subResource = ""
    /// The object's name; can be empty.
    package var name = ""
    /// The authority for the namespace, also where the object says another; empty for objects outside of namespaces.
    package var namespace = ""
    package var operation = Operation.create
    package var userInfo = UserInfo()
    package var object = Payload.absent
    package var oldObject = Payload.absent
    package var isDryRun = false

    package init() {}
}

/// A kind with its group and version.
package struct GroupVersionKind: Sendable, Equatable {
    package var group = ""
    package var version = ""
    package var kind = ""

    package init() {}
}

/// A resource with its group and version.
package struct GroupVersionResource: Sendable, Equatable {
    package var group = ""
    package var version = ""
    package var resource = ""

    package init() {}
}

/// Who sent the request, as the API server authenticated them.
package struct UserInfo: Sendable, Equatable {
    package var username = ""
    package var groups: [String] = []

    package init() {}
}
