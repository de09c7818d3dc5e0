/// The object of a review, with its repeated fields filled.
struct ShapedObject {
    private let request: ShapedRequest
    private let isOld: Bool
    /// The elements or members of each field, without brackets.
    private var contents: [(field: RepeatedField, text: String)] = []

    /// Fills the fields to a total number of bytes.
    init(_ request: ShapedRequest, _ fields: [RepeatedField], byteCount: Int, isOld: Bool) {
        self.request = request
        self.isOld = isOld
        let room = max(0, byteCount - 1_800) / max(1, fields.count)
        for field in fields {
            contents.append((field, Self.filled(field, byteCount: room)))
        }
    }

    /// The elements that fit.
    private static func filled(_ field: RepeatedField, byteCount: Int) -> String {
        var text = ""
        text.reserveCapacity(byteCount)
        if field.place == .text {
            let part = field.text
            for _ in 0..<byteCount / part.utf8.count { text += part }
            return text
        }
        let limit = byteCount / field.spacing
        var number = 0
        while number < limit {
            let element = field.element(number)
            guard text.utf8.count + element.utf8.count < byteCount else { break }
            if number > 0 { text += "," }
            text += element
            number += 1
        }
        return text
    }

    private func content(at place: RepeatedField.Place) -> String? {
        contents.first { $0.field.place == place }?.text
    }

    private func text(of field: RepeatedField) -> String? {
        contents.first { $0.field == field }?.text
    }

    /// The namespace of the request.
    var namespace: String { text(of: .namespace) ?? "bench" }

    /// `userInfo` of the request.
    var user: String {
        let groups = content(at: .user("groups")) ?? #""a""#
        let extra = content(at: .userMembers("extra")) ?? ""
        return #"{"username":"\#(text(of: .userName) ?? "jane")","groups":[\#(groups)],"extra":{\#(extra)}}"#
    }

    /// The object after a text.
    func json(beginning start: String) -> String { start + json }

    /// The object.
    var json: String {
        let name = #""name":"\#(text(of: .podName) ?? "p")""#
        let metadata = #"{\#(request.kind == "Pod" ? name : #""name":"t""#),\#(metadataMembers)}"#
        switch request.kind {
        case "Pod": return #"{"kind":"Pod","metadata":\#(metadata),"spec":\#(pod)}"#
        case "CronJob":
            let template = #"{"metadata":\#(metadata),"spec":\#(pod)}"#
            return #"{"kind":"CronJob","metadata":{\#(name)},"spec":{"jobTemplate":{"spec":{"template":\#(template)}}}}"#
        default:
            let claims = content(at: .claims) ?? content(at: .accessModes).map { #"{"spec":{"accessModes":[\#($0)]}}"# } ?? ""
            return #"{"kind":"\#(request.kind)","metadata":{\#(name)},"spec":{"template":{"metadata":\#(metadata),"spec":\#(pod)},"#
                + #""volumeClaimTemplates":[\#(claims)]}}"#
        }
    }

    private var metadataMembers: String {
        var annotations = content(at: .metadataMembers("annotations")) ?? ""
        if let value = text(of: .annotationValue) {
            annotations += annotations.isEmpty ? "" : ","
            annotations += #""container.apparmor.security.beta.kubernetes.io/main":"\#(value)""#
        }
        if request.keepsImages {
            annotations += annotations.isEmpty ? "" : ","
            annotations += #""container.apparmor.security.beta.kubernetes.io/last":"\#(isOld ? "unconfined" : "runtime/default")""#
        }
        return #""annotations":{\#(annotations)},"labels":{\#(content(at: .metadataMembers("labels")) ?? "")},"#
            + ["ownerReferences", "managedFields"].map { #""\#($0)":[\#(content(at: .metadata($0)) ?? "")]"# }.joined(separator: ",")
    }

    private var pod: String {
        var volumes = content(at: .pod("volumes")) ?? ""
        if let sources = content(at: .projections) { volumes += #"\#(volumes.isEmpty ? "" : ","){"projected":{"sources":[\#(sources)]}}"# }
        if let path = text(of: .hostPath) { volumes += #"\#(volumes.isEmpty ? "" : ","){"hostPath":{"path":"\#(path)"}}"# }
        let isSession = request.addsEphemeralContainers
        let lists = ["initContainers", "containers", "ephemeralContainers"].map { list in
            var containers = content(at: .pod(list)) ?? ""
            if list == (isSession ? "ephemeralContainers" : "containers") {
                containers = containers.isEmpty ? mainContainer : mainContainer + "," + containers
            }
            if isSession && isOld && list == "ephemeralContainers" { containers = "" }
            return #""\#(list)":[\#(containers)]"#
        }
        let others = ["hostAliases", "tolerations", "resourceClaims"].map { #""\#($0)":[\#(content(at: .pod($0)) ?? "")]"# }
        let members = (lists + others).joined(separator: ",")
        return #"{\#(request.podMembers),\#(members),"volumes":[\#(volumes)],"securityContext":\#(podSecurity)}"#
    }

    private var podSecurity: String {
        var sysctls = content(at: .podSecurity("sysctls")) ?? ""
        if let name = text(of: .sysctlName) { sysctls += #"\#(sysctls.isEmpty ? "" : ","){"name":"\#(name)"}"# }
        let groups = content(at: .podSecurity("supplementalGroups")) ?? ""
        return #"{\#(request.podSecurityMembers),"sysctls":[\#(sysctls)],"supplementalGroups":[\#(groups)]}"#
    }

    /// The container with the lists of containers; the old object has another image, so that the update changes something.
    private var mainContainer: String {
        let lists = ["ports", "env", "envFrom", "args", "volumeMounts"].map { #""\#($0)":[\#(content(at: .container($0)) ?? "")]"# }
        var added = content(at: .capabilities("add")) ?? ""
        if let name = text(of: .capabilityName) { added += #"\#(added.isEmpty ? "" : ",")"\#(name)""# }
        var dropped = content(at: .capabilities("drop")) ?? ""
        if let name = text(of: .droppedName) { dropped += #"\#(dropped.isEmpty ? "" : ",")"\#(name)""# }
        let unknown = content(at: .containerMembers).map { $0.isEmpty ? "" : "," + $0 } ?? ""
        let image = (text(of: .image) ?? "") + (isOld && !request.keepsImages ? "old" : "new")
        return #"{"name":"\#(text(of: .containerName) ?? "main")","image":"\#(image)","#
            + #""restartPolicy":"\#(isOld ? "" : "Always")",\#(lists.joined(separator: ",")),"#
            + #""securityContext":{"capabilities":{"add":[\#(added)],"drop":[\#(dropped)]},"#
            + #""seccompProfile":{"type":"\#(text(of: .profileType) ?? "RuntimeDefault")"}}\#(unknown)}"#
    }
}
