extension OtherWorkload {
    /// The findings on the way through an object to its Pod template.
    private struct Findings {
        /// The Pod template; `nil` if there is none.
        var template: PodTemplateSpec?
        /// Whether the object names another workload instead.
        var refersToOther = false
    }

    /// Reads the Pod template of an object; the reader stands on the object.
    ///
    /// Throws ``DecodingFailure/Reason/noPodTemplate(path:)`` if the object neither has a template nor names another workload.
    func readContent<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader
    ) throws(DecodingFailure) -> KubernetesObject.Content {
        let place = reader.location
        var found = Findings()
        try read(steps[...], into: &found, from: &reader)
        // Go writes an empty template beside the reference to another workload.
        if found.refersToOther, found.template ?? PodTemplateSpec() == PodTemplateSpec() { return .otherWorkload(self, nil) }
        guard var template = found.template else { throw DecodingFailure(.noPodTemplate(path: templatePath), at: place) }
        if trait == .namesContainers { try template.spec.nameContainers(countingIn: &reader) }
        return .otherWorkload(self, template)
    }

    /// Follows the keys to the template; a call for each.
    private func read<Reader: ManifestReader & ~Copyable & ~Escapable>(
        _ steps: ArraySlice<String>,
        into found: inout Findings,
        from reader: inout Reader
    ) throws(DecodingFailure) {
        guard let step = steps.first else { return try readTemplate(into: &found, from: &reader) }
        guard var object = try reader.beginObject() else { return }
        var names = [step]
        if steps.count == 1, case .canRefer(let field) = trait { names.append(field) }
        while let index = try reader.nextMember(in: &object, among: names) {
            if index == 0 {
                try read(steps.dropFirst(), into: &found, from: &reader)
            } else {
                found.refersToOther = try reader.skipObjectOrNull()
            }
        }
    }

    /// Reads an object as a Pod template if it has a `spec`.
    private func readTemplate<Reader: ManifestReader & ~Copyable & ~Escapable>(
        into found: inout Findings,
        from reader: inout Reader
    ) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        var template = PodTemplateSpec()
        var hasSpec = false
        while let field = try reader.nextField(in: &object, of: PodTemplateField.self) {
            switch field {
            case .metadata: try template.metadata.read(from: &reader)
            case .spec:
                let start = reader.mark()
                guard try reader.beginObject() != nil else { continue }
                reader.rewind(to: start)
                try template.spec.read(from: &reader)
                hasSpec = true
            }
        }
        if hasSpec { found.template = template }
    }

    /// Writes the members of an object from its top to the template.
    func write(_ template: PodTemplateSpec?, to json: inout JSONWriter) {
        write(steps[...], template, to: &json)
    }

    private func write(_ steps: ArraySlice<String>, _ template: PodTemplateSpec?, to json: inout JSONWriter) {
        guard let step = steps.first else {
            template?.writeMembers(to: &json)
            return
        }
        if template == nil, steps.count == 1, case .canRefer(let field) = trait { return json.object(field) { _ in } }
        json.object(step) { write(steps.dropFirst(), template, to: &$0) }
    }
}

extension PodSpec {
    /// Names the containers without a name as Knative does: `user-container`, or `user-container-0` and so on if there are several.
    ///
    /// Source: <https://github.com/knative/serving/blob/98e5ef90/pkg/apis/serving/v1/revision_defaults.go>, `applyDefaultContainerNames`
    fileprivate mutating func nameContainers<Reader: ManifestReader & ~Copyable & ~Escapable>(
        countingIn reader: inout Reader
    ) throws(DecodingFailure) {
        guard (containers + initContainers).contains(where: \.name.isEmpty) else { return }
        let taken = Set((containers + initContainers).map(\.name))
        try Self.name(&containers, "user-container", besides: taken, countingIn: &reader)
        try Self.name(&initContainers, "init-container", besides: taken, countingIn: &reader)
    }

    private static func name<Reader: ManifestReader & ~Copyable & ~Escapable>(
        _ containers: inout [Container],
        _ name: String,
        besides taken: Set<String>,
        countingIn reader: inout Reader
    ) throws(DecodingFailure) {
        let isEnough = containers.count == 1 && !taken.contains(name)
        var number = 0
        for index in containers.indices where containers[index].name.isEmpty {
            var candidate = name
            while !isEnough, candidate == name || taken.contains(candidate) {
                candidate = "\(name)-\(number)"
                number += 1
            }
            try reader.keep(ModelBudget.byteCount(ofText: candidate.utf8.count))
            containers[index].name = candidate
        }
    }
}
