extension KubernetesObject {
    /// Writes the members of an object that is read as that kind, whatever it says of itself.
    func writeMembers(readAs kind: String, to json: inout JSONWriter) {
        json.nonempty("apiVersion", apiVersion)
        json.nonempty("kind", self.kind)
        json.object("metadata", metadata.writeMembers)
        switch content {
        case .pod(let spec):
            json.object("spec", spec.writeMembers)
        case .template(let template, let claims):
            switch WorkloadKind(rawValue: kind) {
            case .podTemplate:
                json.object("template", template.writeMembers)
            case .cronJob:
                json.object("spec") { json in
                    json.object("jobTemplate") { json in
                        json.object("spec") { Self.writeWorkload(template, claims, to: &$0) }
                    }
                }
            case .pod, .deployment, .replicaSet, .statefulSet, .daemonSet, .replicationController, .job, nil:
                json.object("spec") { Self.writeWorkload(template, claims, to: &$0) }
            }
        case .binding(let subjects):
            json.objects("subjects", subjects) { subject, json in
                json.nonempty("kind", subject.kind)
                json.nonempty("name", subject.name)
            }
        case .other:
            break
        }
    }

    private static func writeWorkload(_ template: PodTemplateSpec, _ claims: [VolumeClaimTemplate], to json: inout JSONWriter) {
        json.object("template", template.writeMembers)
        json.objects("volumeClaimTemplates", claims) { claim, json in
            guard claim.hasSpec else { return }
            json.object("spec") { json in
                if !claim.accessModes.isEmpty { json.member("accessModes", claim.accessModes) }
                guard claim.requestsStorage else { return }
                json.object("resources") { json in
                    json.object("requests") { $0.member("storage", "1") }
                }
            }
        }
    }
}

extension PodTemplateSpec {
    /// Writes the members.
    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.object("metadata", metadata.writeMembers)
        json.object("spec", spec.writeMembers)
    }
}

extension ObjectMeta {
    /// Any moment: only whether there is one is read.
    private static let someTimestamp = "1970-01-01T00:00:00Z"

    /// Writes the members.
    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.nonempty("name", name)
        json.nonempty("generateName", generateName)
        json.nonempty("namespace", namespace)
        if isBeingDeleted { json.member("deletionTimestamp", Self.someTimestamp) }
        guard !annotations.isEmpty else { return }
        json.object("annotations") { json in
            for annotation in annotations { json.member(annotation.name, annotation.value) }
        }
    }
}
