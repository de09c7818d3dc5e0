/// The operation, subresource and kind of a review that is made to be costly.
package enum ShapedRequest: String, CaseIterable, Sendable {
    case createPod, createWindowsPod, updatePod, annotatePod, ephemeralContainers, ephemeralContainersOnHost, resize
    case createDeployment, updateDeployment, updateStatefulSet, createCronJob

    /// The kind of the object.
    var kind: String {
        switch self {
        case .createPod, .createWindowsPod, .updatePod, .annotatePod, .ephemeralContainers, .ephemeralContainersOnHost, .resize: "Pod"
        case .createDeployment, .updateDeployment: "Deployment"
        case .updateStatefulSet: "StatefulSet"
        case .createCronJob: "CronJob"
        }
    }

    /// The API group of the kind.
    var group: String {
        switch kind {
        case "Pod": ""
        case "CronJob": "batch"
        default: "apps"
        }
    }

    /// The subresource; empty for the object itself.
    var subResource: String {
        switch self {
        case .ephemeralContainers, .ephemeralContainersOnHost: "ephemeralcontainers"
        case .resize: "resize"
        default: ""
        }
    }

    /// Whether there is an old object, which takes half of the review.
    var isUpdate: Bool {
        switch self {
        case .createPod, .createWindowsPod, .createDeployment, .createCronJob: false
        default: true
        }
    }

    /// Whether the containers have the images that they had, so that nothing but an annotation changes.
    var keepsImages: Bool { self == .annotatePod }

    /// Whether only ephemeral containers that the old Pod does not have are looked at one by one.
    var addsEphemeralContainers: Bool { self == .ephemeralContainers || self == .ephemeralContainersOnHost }

    /// What stands in the Pod's specification besides the fields that are repeated, as members of a JSON object.
    ///
    /// In an update the Pod has faults that each container inherits, so that containers are compared one by one.
    var podMembers: String {
        switch self {
        case .createWindowsPod: #""os":{"name":"windows"}"#
        case .ephemeralContainersOnHost: #""hostNetwork":true,"hostPID":true"#
        default: #""hostUsers":true"#
        }
    }

    /// What stands in the Pod's `securityContext` besides.
    var podSecurityMembers: String {
        guard isUpdate else { return #""fsGroup":1"# }
        return #""runAsNonRoot":false,"runAsUser":0,"runAsGroup":0,"seccompProfile":{"type":"Unconfined"},"#
            + #""appArmorProfile":{"type":"Unconfined"},"windowsOptions":{"hostProcess":true},"seLinuxOptions":{"user":"a"}"#
    }
}
