/// The operation, subresource and kind of a review that is made to be expensive.
package enum ShapedRequest: String, CaseIterable, Sendable {
    case createPod, createWindowsPod, updatePod, annotatePod, ephemeralContainers, ephemeralContainersOnHost, resize
    case unknownSubresource, createDeployment, updateDeployment, createStatefulSet, updateStatefulSet, createCronJob, updateCronJob
    case updateRollout

    /// The kind of the object.
    var kind: String {
        switch self {
        case .createPod, .createWindowsPod, .updatePod, .annotatePod, .ephemeralContainers, .ephemeralContainersOnHost, .resize,
            .unknownSubresource:
            "Pod"
        case .createDeployment, .updateDeployment: "Deployment"
        case .createStatefulSet, .updateStatefulSet: "StatefulSet"
        case .createCronJob, .updateCronJob: "CronJob"
        case .updateRollout: "Rollout"
        }
    }

    /// The API group of the kind.
    var group: String {
        switch kind {
        case "Pod": ""
        case "CronJob": "batch"
        case "Rollout": "argoproj.io"
        default: "apps"
        }
    }

    /// The subresource; empty for the object itself.
    var subResource: String {
        switch self {
        case .ephemeralContainers, .ephemeralContainersOnHost: "ephemeralcontainers"
        case .resize: "resize"
        case .unknownSubresource: "future"
        default: ""
        }
    }

    /// Whether there is an old object, which is half of the review.
    var isUpdate: Bool {
        switch self {
        case .createPod, .createWindowsPod, .createDeployment, .createStatefulSet, .createCronJob: false
        default: true
        }
    }

    /// Whether the containers keep their images, so that only an annotation changes.
    var keepsImages: Bool { self == .annotatePod }

    /// Whether only the new ephemeral containers are evaluated, one by one.
    var addsEphemeralContainers: Bool { self == .ephemeralContainers || self == .ephemeralContainersOnHost }

    /// The other fields of the Pod's specification, as members of a JSON object.
    ///
    /// In an update the containers inherit violations from the Pod, so that they are compared one by one.
    var podMembers: String {
        switch self {
        case .createWindowsPod: #""os":{"name":"windows"}"#
        case .ephemeralContainersOnHost: #""hostNetwork":true,"hostPID":true"#
        default: #""hostUsers":true"#
        }
    }

    /// The other fields of the Pod's `securityContext`.
    var podSecurityMembers: String {
        guard isUpdate else { return #""fsGroup":1"# }
        return #""runAsNonRoot":false,"runAsUser":0,"runAsGroup":0,"seccompProfile":{"type":"Unconfined"},"#
            + #""appArmorProfile":{"type":"Unconfined"},"windowsOptions":{"hostProcess":true},"seLinuxOptions":{"user":"a"}"#
    }
}
