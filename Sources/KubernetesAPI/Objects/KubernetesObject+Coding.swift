/// The fields of an object that are read, whatever its kind.
enum KubernetesObjectField: String, FieldName {
    case apiVersion, kind, metadata, spec, template, subjects

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a workload's `spec` that are read; a CronJob's template stands below `jobTemplate`.
enum WorkloadSpecField: String, FieldName {
    case template, jobTemplate, volumeClaimTemplates

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a CronJob's `jobTemplate` that are read.
enum JobTemplateField: String, FieldName {
    case spec

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of an RBAC subject that are read.
enum SubjectField: String, FieldName {
    case kind, name

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// How an object is read, by its kind.
package enum ObjectLayout: Sendable {
    /// One of Kubernetes' own kinds with a Pod spec.
    case workload(WorkloadKind)
    /// Another kind with a Pod template.
    indirect case otherWorkload(OtherWorkload)
    /// An RBAC binding.
    case binding
    /// An object without a Pod spec, of which only the metadata is read.
    case other
}

extension KubernetesObject {
    /// Reads a whole object.
    ///
    /// The kind and the API group say how to read `spec`. The order of keys does not matter: if they follow, `spec` is remembered and read
    /// at the end. A `layout` replaces what they say.
    package init<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader,
        as layout: ObjectLayout? = nil,
        among workloads: KnownWorkloads = .standard
    ) throws(DecodingFailure) {
        self.init()
        try read(from: &reader, as: layout, among: workloads)
    }

    private mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader,
        as requestedLayout: ObjectLayout?,
        among workloads: KnownWorkloads
    ) throws(DecodingFailure) {
        let (start, place) = (reader.mark(), reader.location)
        guard var object = try reader.beginObject() else {
            throw DecodingFailure(.wrongType(expected: .object, found: .null), at: place)
        }
        var layout = requestedLayout
        var deferred: [(field: KubernetesObjectField, mark: Reader.Mark)] = []
        while let field = try reader.nextField(in: &object, of: KubernetesObjectField.self) {
            switch field {
            case .apiVersion: apiVersion = try reader.readString() ?? ""
            case .kind: kind = try reader.readString() ?? ""
            case .metadata: try metadata.read(from: &reader)
            case .spec, .template, .subjects:
                if layout == nil, !kind.isEmpty, !apiVersion.isEmpty || !workloads.checksGroups { layout = self.layout(among: workloads) }
                if let layout {
                    try readContent(field, as: layout, from: &reader)
                } else {
                    deferred.append((field, reader.mark()))
                    _ = try reader.skipValue()
                }
            }
        }
        let end = reader.mark()
        let finalLayout = layout ?? self.layout(among: workloads)
        for (field, mark) in deferred {
            reader.rewind(to: mark)
            try readContent(field, as: finalLayout, from: &reader)
        }
        if case .otherWorkload(let workload) = finalLayout {
            reader.rewind(to: start)
            content = try workload.readContent(from: &reader)
        }
        reader.rewind(to: end)
        settleContent(as: finalLayout)
    }

    /// How to read this object, by its kind and API group; one without an API version is taken for Kubernetes' own.
    private func layout(among workloads: KnownWorkloads) -> ObjectLayout {
        if !workloads.checksGroups || apiVersion.isEmpty {
            if let known = WorkloadKind(rawValue: kind) { return .workload(known) }
        } else if let layout = workloads.layout(ofKind: kind, group: apiGroup) {
            return layout
        }
        return Self.isBinding(kind) ? .binding : .other
    }

    /// Gives an object of a known kind without content the empty content of that kind.
    private mutating func settleContent(as layout: ObjectLayout) {
        guard case .other = content else { return }
        switch layout {
        case .workload(.pod): content = .pod(PodSpec())
        case .workload: content = .template(PodTemplateSpec(), volumeClaimTemplates: [])
        case .binding: content = .binding(subjects: [])
        case .otherWorkload, .other: break
        }
    }

    /// Reads a field that holds the content of an object with this layout; skips it for other layouts.
    private mutating func readContent<Reader: ManifestReader & ~Copyable & ~Escapable>(
        _ field: KubernetesObjectField,
        as layout: ObjectLayout,
        from reader: inout Reader
    ) throws(DecodingFailure) {
        switch (field, layout) {
        case (.spec, .workload(.pod)):
            content = .pod(try PodSpec(from: &reader))
        case (.template, .workload(.podTemplate)):
            content = .template(try PodTemplateSpec(from: &reader), volumeClaimTemplates: [])
        case (.spec, .workload(.podTemplate)):
            _ = try reader.skipValue()
        case (.spec, .workload(.cronJob)):
            content = try Self.readCronJob(from: &reader)
        case (.spec, .workload):
            content = try Self.readWorkload(from: &reader)
        case (.subjects, .binding):
            content = .binding(
                subjects: try reader.readArray { (reader) throws(DecodingFailure) in try Subject(from: &reader) }
            )
        default:
            _ = try reader.skipValue()
        }
    }

    /// Tells whether a kind binds subjects to a role.
    private static func isBinding(_ kind: String) -> Bool {
        kind == "RoleBinding" || kind == "ClusterRoleBinding"
    }

    /// Reads the `spec` of a workload.
    private static func readWorkload<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure)
        -> Content
    {
        var template = PodTemplateSpec()
        var claims: [VolumeClaimTemplate] = []
        guard var object = try reader.beginObject() else { return .template(template, volumeClaimTemplates: claims) }
        while let field = try reader.nextField(in: &object, of: WorkloadSpecField.self) {
            switch field {
            case .template:
                template = try PodTemplateSpec(from: &reader)
            case .volumeClaimTemplates:
                claims = try reader.readArray { (reader) throws(DecodingFailure) in try VolumeClaimTemplate(from: &reader) }
            case .jobTemplate:
                _ = try reader.skipValue()
            }
        }
        return .template(template, volumeClaimTemplates: claims)
    }

    /// Reads the `spec` of a CronJob, whose Pod template stands below `jobTemplate.spec.template`.
    private static func readCronJob<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure)
        -> Content
    {
        var content = Content.template(PodTemplateSpec(), volumeClaimTemplates: [])
        guard var object = try reader.beginObject() else { return content }
        while let field = try reader.nextField(in: &object, of: WorkloadSpecField.self) {
            guard field == .jobTemplate, var job = try reader.beginObject() else {
                if field != .jobTemplate { _ = try reader.skipValue() }
                continue
            }
            while try reader.nextField(in: &job, of: JobTemplateField.self) != nil {
                content = try readWorkload(from: &reader)
            }
        }
        return content
    }
}

extension KubernetesObject {
    /// Reads a whole object from a tree.
    ///
    /// Other modules use this instead of a ``NodeReader``: inside this module the compiler specializes the decoder for the reader,
    /// elsewhere it looks up each type while decoding, which takes three times as long.
    package init(from node: ManifestNode, among workloads: KnownWorkloads = .standard) throws(DecodingFailure) {
        self.init()
        try read(from: node, among: workloads)
    }

    /// Reads a whole object from a tree; what the tree leaves out stays as it is.
    package mutating func read(from node: ManifestNode, among workloads: KnownWorkloads) throws(DecodingFailure) {
        var reader = NodeReader(node)
        try read(from: &reader, as: nil, among: workloads)
    }
}

extension KubernetesObject {
    /// Reads a whole object from a JSON text; what the text leaves out stays as it is.
    ///
    /// An item of a list of an API server leaves out `apiVersion` and `kind`, so set these before. `memoryLimit` is the memory that the object
    /// may take, in bytes; the default is what ``ModelBudget`` allows for the text.
    package mutating func read(
        from text: Span<UInt8>,
        keeping memoryLimit: Int? = nil,
        among workloads: KnownWorkloads
    ) throws(DecodingFailure) {
        var reader = JSONReader(text, keeping: memoryLimit)
        reader.start()
        try read(from: &reader, as: nil, among: workloads)
        try reader.finish()
    }
}

extension Subject: ManifestReadable {
    /// Reads one subject; null reads as a subject without a name.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: SubjectField.self) {
            switch field {
            case .kind: kind = try reader.readString() ?? ""
            case .name: name = try reader.readString() ?? ""
            }
        }
    }
}

extension KubernetesObject {
    /// Writes the members of an object that was read as a kind, which may differ from its own `kind`.
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
        case .otherWorkload(let workload, let template):
            workload.write(template, to: &json)
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
