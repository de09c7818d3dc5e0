/// The part of an object's metadata that decisions and messages need.
package struct ObjectMeta: Sendable, Equatable {
    /// The name; empty when the object has only a `generateName`.
    package var name = ""
    /// The prefix from which the API server generates a name; empty when unset.
    package var generateName = ""
    /// The namespace; empty when unset.
    ///
    /// In an AdmissionReview `request.namespace` counts instead.
    package var namespace = ""
    /// Whether `deletionTimestamp` is set: the object is being deleted.
    package var isBeingDeleted = false
    /// The annotations whose names ``Annotation`` knows, in document order.
    package var annotations: [Annotation] = []

    /// Empty metadata.
    package init() {}

    /// Returns the value of an annotation, or `nil`; names compare as bytes.
    package func annotation(named name: String) -> String? {
        annotations.first { $0.name.hasSameBytes(as: name) }?.value
    }
}

/// A metadata annotation that a rule, a standard or the decision reads.
///
/// All other annotations are skipped while reading, because the submitter can make them large.
package struct Annotation: Sendable, Equatable {
    /// The whole key.
    package let name: String
    /// The value as written.
    package let value: String

    /// The value as written.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Marks the API object of a static Pod (mirror Pod); its value is a hash of the kubelet's configuration. Source:
    /// <https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-config-mirror>
    package static let mirrorPod = "kubernetes.io/config.mirror"

    /// Prefix of the legacy AppArmor annotations; the container's name follows.
    /// Source: <https://kubernetes.io/docs/reference/labels-annotations-taints/#container-apparmor-security-beta-kubernetes-io>
    package static let appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/"

    /// The legacy seccomp annotation of a whole Pod, read by Kubernetes up to 1.26.
    /// Source: <https://kubernetes.io/docs/reference/labels-annotations-taints/#seccomp-security-alpha-kubernetes-io-pod>
    package static let seccompPod = "seccomp.security.alpha.kubernetes.io/pod"

    /// Prefix of the legacy seccomp annotations of one container; its name follows.
    package static let seccompContainerPrefix = "container.seccomp.security.alpha.kubernetes.io/"

    /// The names and prefixes of names that are kept.
    static let keptPrefixes = [mirrorPod, appArmorPrefix, seccompPod, seccompContainerPrefix]
}

/// The fields of `metadata` that are read.
enum ObjectMetaField: String, FieldName {
    case name, generateName, namespace, deletionTimestamp, annotations

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

extension ObjectMeta: ManifestReadable {
    /// Reads `metadata`; null reads as empty.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: ObjectMetaField.self) {
            switch field {
            case .name: name = try reader.readString() ?? ""
            case .generateName: generateName = try reader.readString() ?? ""
            case .namespace: namespace = try reader.readString() ?? ""
            case .deletionTimestamp: isBeingDeleted = try reader.readString() != nil
            case .annotations: annotations = try Self.readAnnotations(from: &reader)
            }
        }
    }

    /// Reads the annotations with known names; a null value reads as empty.
    private static func readAnnotations<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader
    ) throws(DecodingFailure) -> [Annotation] {
        guard var object = try reader.beginObject() else { return [] }
        var annotations: [Annotation] = []
        var places: [DecodingFailure.Location] = []
        while let (name, place) = try reader.nextKey(in: &object, withPrefixIn: Annotation.keptPrefixes) {
            try reader.makeRoom(in: &annotations)
            annotations.append(Annotation(name: name, value: try reader.readString() ?? ""))
            places.append(place)
        }
        if let repeated = repeatedName(in: annotations) {
            throw DecodingFailure(.duplicateKey(annotations[repeated].name), at: places[repeated])
        }
        return annotations
    }

    /// The index of the first annotation that repeats an earlier name; `nil` if none does.
    ///
    /// Takes *n* log *n* steps for any names: digests are seeded, and names with the same digest are sorted.
    private static func repeatedName(in annotations: [Annotation]) -> Int? {
        guard annotations.count > 1 else { return nil }
        let sorted = annotations.indices.map { (digest: annotations[$0].name.hashValue, index: $0) }.sorted { first, second in
            if first.digest != second.digest { return first.digest < second.digest }
            let (name, other) = (annotations[first.index].name, annotations[second.index].name)
            return name.hasSameBytes(as: other) ? first.index < second.index : name.utf8.lexicographicallyPrecedes(other.utf8)
        }
        var earliest: Int?
        for (first, second) in zip(sorted, sorted.dropFirst())
        where first.digest == second.digest && annotations[first.index].name.hasSameBytes(as: annotations[second.index].name) {
            earliest = min(earliest ?? second.index, second.index)
        }
        return earliest
    }
}

extension ObjectMeta {
    /// Any moment: only its presence is read.
    private static let someTimestamp = "1970-01-01T00:00:00Z"

    /// Writes the members.
    func writeMembers(to json: inout JSONWriter) {
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
