/// The levels of a manifest at which fields are often written by mistake, and those to which they belong.
struct FieldHomes {
    /// A type whose fields are often written at another level.
    struct Home {
        /// The name of the type.
        let type: String
        /// The words behind `it belongs to`.
        let place: String
        /// The words behind `did you mean runAsUser`.
        let placeAfterName: String

        fileprivate init(_ type: String, _ place: String, _ placeAfterName: String? = nil) {
            self.type = type
            self.place = place
            self.placeAfterName = placeAfterName ?? "in \(place)"
        }
    }

    /// The kind of the object.
    let kind: String
    /// The path of the Pod spec in an object of the kind.
    let podSpecPath: String

    /// Returns the place of a type's fields, as words behind `has no effect`; `nil` for a type without homes.
    func place(of type: String) -> String? {
        switch type {
        case "PodSecurityContext": "in the Pod's securityContext"
        case "SecurityContext": "in a container's securityContext"
        case "Container", "EphemeralContainer": "in a container"
        case "PodSpec": "in the Pod's spec"
        case "PodTemplateSpec": "directly in the template"
        case "JobTemplateSpec": "directly in the jobTemplate"
        case "\(kind)Spec", "JobSpec": "in the \(type.dropLast("Spec".count))'s spec"
        case kind: "at the top level"
        default: nil
        }
    }

    /// Returns the types to which a field that stands in a type may belong, the nearest first.
    func homes(of type: String) -> [Home] {
        switch type {
        case "PodSecurityContext":
            [
                Home("SecurityContext", "each container's", "in each container's securityContext"), podSpec,
                Home("Container", "each container"),
            ]
        case "SecurityContext":
            [
                Home("PodSecurityContext", "the Pod's", "in the Pod's securityContext"), Home("Capabilities", "capabilities"), podSpec,
                Home("Container", "the container"),
            ]
        case "Container", "EphemeralContainer":
            [
                Home("SecurityContext", "securityContext"), podSpec, Home("PodSecurityContext", "the Pod's securityContext"),
                Home("ResourceRequirements", "resources"),
            ]
        case "PodSpec":
            [Home("PodSecurityContext", "securityContext"), Home("SecurityContext", "each container's securityContext")]
                + [Home("Container", "each container")] + workloadSpec("the \(kind)'s spec") + [metadata]
        case "PodTemplateSpec": [podSpec, Home("ObjectMeta", "metadata"), Home("Container", "each container")]
        case "JobTemplateSpec": [Home("JobSpec", "spec"), podSpec]
        case "CronJobSpec": [Home("JobSpec", "spec.jobTemplate.spec"), podSpec, Home("Container", "each container"), metadata]
        case "\(kind)Spec", "JobSpec":
            [podSpec] + workloadSpec("the \(kind)'s spec") + [Home("Container", "each container"), metadata]
        case "PodTemplate": [podSpec, metadata]
        case kind: workloadSpec("spec") + [podSpec, metadata]
        default: []
        }
    }

    /// The type of the object's `spec`; empty for a Pod, whose spec is ``podSpec``, and for a PodTemplate, which has none.
    private func workloadSpec(_ place: String) -> [Home] {
        kind == "Pod" || kind == "PodTemplate" ? [] : [Home("\(kind)Spec", place)]
    }

    private var podSpec: Home { Home("PodSpec", podSpecPath) }
    private var metadata: Home { Home("ObjectMeta", "metadata") }
}
