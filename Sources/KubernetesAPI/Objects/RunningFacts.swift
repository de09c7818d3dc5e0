/// The facts about an object of a cluster that are not in ``KubernetesObject``: who it is, who controls it, and what runs.
///
/// They are read apart from the model, so that an admission request, which needs none of them, does not pay for them.
package struct RunningFacts: Sendable, Equatable {
    /// Distinguishes objects that had the same name one after another; empty when missing.
    package var uid = ""
    /// The controller that made the object; `nil` if it has none.
    package var controller: ControllerReference?
    /// The phase of a Pod, such as `Running`; empty for other objects.
    package var phase = ""
    /// The images that the containers of a Pod run, in the order of their statuses.
    package var images: [RunningImage] = []
    /// The conditions of a Job that are true, such as `Complete`.
    package var trueConditions: [String] = []
    /// The labels, if they are kept.
    package var labels: [RunningLabel] = []
    /// The labels of the Pods that a workload makes, if labels are kept.
    package var templateLabels: [RunningLabel] = []
    /// Whether labels are kept, which few audits need.
    private var keepsLabels = false

    /// No facts yet.
    package init() {}

    /// Whether a Pod ran to its end, so that nothing of it runs.
    package var isFinishedPod: Bool { phase == "Succeeded" || phase == "Failed" }

    /// Whether a Job ran to its end, so that it makes no more Pods.
    package var isFinishedJob: Bool { trueConditions.contains { $0 == "Complete" || $0 == "Failed" } }
}

/// The entry of `ownerReferences` with `controller: true`.
///
/// Whoever creates an object writes it, so it proves nothing until an owner with this UID was seen.
package struct ControllerReference: Sendable, Hashable {
    /// The API version as written, such as `apps/v1`.
    package var apiVersion = ""
    /// The kind.
    package var kind = ""
    /// The name.
    package var name = ""
    /// The UID.
    package var uid = ""

    /// An empty reference.
    package init() {}
}

/// A label of an object.
package struct RunningLabel: Sendable, Equatable {
    /// The key.
    package let key: String
    /// The value.
    package let value: String

    /// A label.
    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// The image that a container runs, by the status of its Pod.
package struct RunningImage: Sendable, Hashable {
    /// The name of the container.
    package var container = ""
    /// The image as the node names it, such as `docker.io/library/nginx:1.29`.
    package var image = ""
    /// The image that was pulled, such as `docker.io/library/nginx@sha256:…`; empty before that.
    package var imageID = ""

    /// An image without a name.
    package init() {}

    /// The digest by which the registry knows the image, such as `sha256:…`; `nil` if the status shows none.
    ///
    /// An `imageID` without a repository is the digest of a file on the node, which no registry knows.
    package var digest: String? {
        guard let at = imageID.utf8.lastIndex(of: UInt8(ascii: "@")), at > imageID.utf8.startIndex else { return nil }
        let digest = imageID[imageID.utf8.index(after: at)...]
        return digest.utf8.contains(UInt8(ascii: ":")) ? String(digest) : nil
    }
}

/// The fields of an object that have running facts.
private enum RunningField: String, FieldName {
    case metadata, spec, status

    static let table = FieldTable<Self>()
}

/// The fields of `metadata` that have running facts.
private enum RunningMetadataField: String, FieldName {
    case uid, ownerReferences, labels

    static let table = FieldTable<Self>()
}

/// The fields of `spec` that lead to the labels of a template.
private enum RunningSpecField: String, FieldName {
    case template, jobTemplate

    static let table = FieldTable<Self>()
}

/// The fields of a template or of a CronJob's `jobTemplate` that lead to labels.
private enum RunningTemplateField: String, FieldName {
    case metadata, spec

    static let table = FieldTable<Self>()
}

/// The fields of an owner reference.
private enum OwnerReferenceField: String, FieldName {
    case apiVersion, kind, name, uid, controller

    static let table = FieldTable<Self>()
}

/// The fields of `status` that have running facts.
private enum RunningStatusField: String, FieldName {
    case phase, initContainerStatuses, containerStatuses, ephemeralContainerStatuses, conditions

    static let table = FieldTable<Self>()
}

/// The fields of a container's status.
private enum ContainerStatusField: String, FieldName {
    case name, image, imageID

    static let table = FieldTable<Self>()
}

/// The fields of a condition.
private enum ConditionField: String, FieldName {
    case type, status

    static let table = FieldTable<Self>()
}

extension RunningFacts: ManifestReadable {
    /// Reads a whole object; null reads as one without facts.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: RunningField.self) {
            switch field {
            case .metadata: try readMetadata(from: &reader)
            case .spec: if keepsLabels { try readSpec(from: &reader, isOfCronJob: false) } else { _ = try reader.skipValue() }
            case .status: try readStatus(from: &reader)
            }
        }
    }

    private mutating func readMetadata<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: RunningMetadataField.self) {
            switch field {
            case .uid: uid = try reader.readString() ?? ""
            case .ownerReferences:
                let owners = try reader.readArray { (reader) throws(DecodingFailure) in try OwnerReference(from: &reader) }
                controller = owners.first(where: \.isController)?.reference
            case .labels: if keepsLabels { labels = try Self.readLabels(from: &reader) } else { _ = try reader.skipValue() }
            }
        }
    }

    private static func readLabels<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader
    ) throws(DecodingFailure) -> [RunningLabel] {
        guard var object = try reader.beginObject() else { return [] }
        var labels: [RunningLabel] = []
        while let (key, _) = try reader.nextKey(in: &object, withPrefixIn: [""]) {
            try reader.makeRoom(in: &labels)
            labels.append(RunningLabel(key: key, value: try reader.readString() ?? ""))
        }
        return labels
    }

    /// Reads the labels of a template; that of a CronJob stands one level lower.
    private mutating func readSpec<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader,
        isOfCronJob: Bool
    ) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: RunningSpecField.self) {
            guard field == .template || !isOfCronJob, var template = try reader.beginObject() else {
                if field == .jobTemplate, isOfCronJob { _ = try reader.skipValue() }
                continue
            }
            while let part = try reader.nextField(in: &template, of: RunningTemplateField.self) {
                switch (field, part) {
                case (.template, .metadata): templateLabels = try Self.readTemplateLabels(from: &reader)
                case (.jobTemplate, .spec): try readSpec(from: &reader, isOfCronJob: true)
                case (.template, .spec), (.jobTemplate, .metadata): _ = try reader.skipValue()
                }
            }
        }
    }

    private static func readTemplateLabels<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader
    ) throws(DecodingFailure) -> [RunningLabel] {
        guard var object = try reader.beginObject() else { return [] }
        var labels: [RunningLabel] = []
        while let field = try reader.nextField(in: &object, of: RunningMetadataField.self) {
            if field == .labels { labels = try readLabels(from: &reader) } else { _ = try reader.skipValue() }
        }
        return labels
    }

    private mutating func readStatus<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: RunningStatusField.self) {
            switch field {
            case .phase: phase = try reader.readString() ?? ""
            case .initContainerStatuses, .containerStatuses, .ephemeralContainerStatuses:
                images += try reader.readArray { (reader) throws(DecodingFailure) in try RunningImage(from: &reader) }
            case .conditions:
                let conditions = try reader.readArray { (reader) throws(DecodingFailure) in try Condition(from: &reader) }
                trueConditions = conditions.filter(\.isTrue).map(\.type)
            }
        }
    }
}

extension RunningFacts {
    /// Reads the facts of an object in JSON; does not check that the text ends with it.
    package init(reading object: Span<UInt8>, keepingLabels keepsLabels: Bool = false) throws(DecodingFailure) {
        self.init()
        self.keepsLabels = keepsLabels
        var reader = JSONReader(object)
        reader.start()
        try read(from: &reader)
    }

    /// Reads the facts of an object in a tree.
    package init(reading node: ManifestNode, keepingLabels keepsLabels: Bool = false) throws(DecodingFailure) {
        self.init()
        self.keepsLabels = keepsLabels
        var reader = NodeReader(node)
        try read(from: &reader)
    }
}

/// An entry of `ownerReferences`.
private struct OwnerReference: ManifestReadable {
    var reference = ControllerReference()
    var isController = false

    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: OwnerReferenceField.self) {
            switch field {
            case .apiVersion: reference.apiVersion = try reader.readString() ?? ""
            case .kind: reference.kind = try reader.readString() ?? ""
            case .name: reference.name = try reader.readString() ?? ""
            case .uid: reference.uid = try reader.readString() ?? ""
            case .controller: isController = try reader.readBool() ?? false
            }
        }
    }
}

/// A condition of an object.
private struct Condition: ManifestReadable {
    var type = ""
    var isTrue = false

    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: ConditionField.self) {
            switch field {
            case .type: type = try reader.readString() ?? ""
            case .status: isTrue = try reader.readString() == "True"
            }
        }
    }
}

extension RunningImage: ManifestReadable {
    /// Reads the status of a container; null reads as one without an image.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: ContainerStatusField.self) {
            switch field {
            case .name: container = try reader.readString() ?? ""
            case .image: image = try reader.readString() ?? ""
            case .imageID: imageID = try reader.readString() ?? ""
            }
        }
    }
}
