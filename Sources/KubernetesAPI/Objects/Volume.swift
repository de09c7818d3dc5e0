/// A volume of a Pod, reduced to its kind and the facts that rules use.
package struct Volume: Sendable, Equatable {
    /// Unique in the Pod; empty for a volume that no rule and no standard restricts.
    package var name = ""
    /// The path on the node, if the source is `hostPath`.
    package var hostPath: String?
    /// The kinds of source that are set, and the two facts below in unused bits.
    private var facts: VolumeSources = []

    /// A volume without a source.
    package init() {}

    /// The kinds of source that are set; the API allows one, a raw manifest can have several.
    package var sources: VolumeSources {
        get { facts.subtracting([.unknown, .serviceAccountToken]) }
        set { facts = newValue.union(facts.intersection([.unknown, .serviceAccountToken])) }
    }

    /// Whether the only source is of an unknown kind; a volume without any source is an `emptyDir`.
    package var hasUnknownSource: Bool {
        get { facts.contains(.unknown) }
        set { if newValue { facts.insert(.unknown) } else { facts.remove(.unknown) } }
    }

    /// Whether a `projected` source holds a `serviceAccountToken`.
    package var projectsServiceAccountToken: Bool {
        get { facts.contains(.serviceAccountToken) }
        set { if newValue { facts.insert(.serviceAccountToken) } else { facts.remove(.serviceAccountToken) } }
    }

    /// Whether the name is needed: only for a volume that a rule or a standard restricts.
    var isNameKept: Bool { !facts.isSubset(of: .harmless) }
}

/// The kinds of volume source, named as in `core/v1`.
///
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/>
package struct VolumeSources: OptionSet, Sendable, Hashable {
    /// One bit for each ``VolumeField``.
    package let rawValue: UInt64

    /// One bit for each ``VolumeField``.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The set of one kind.
    init(_ field: VolumeField) {
        rawValue = VolumeField.table.fields.firstIndex(of: field).map { 1 << UInt64($0) } ?? 0
    }

    /// A file or directory of the node.
    package static let hostPath = Self(.hostPath)
    /// Scratch space.
    package static let emptyDir = Self(.emptyDir)
    /// The data of a ConfigMap.
    package static let configMap = Self(.configMap)
    /// The data of a Secret.
    package static let secret = Self(.secret)
    /// Several sources in one directory.
    package static let projected = Self(.projected)
    /// Fields of the Pod.
    package static let downwardAPI = Self(.downwardAPI)
    /// A volume of a CSI driver, inline.
    package static let csi = Self(.csi)
    /// A claim that lives as long as the Pod.
    package static let ephemeral = Self(.ephemeral)
    /// The content of an OCI image.
    package static let image = Self(.image)
    /// A claim on a persistent volume.
    package static let persistentVolumeClaim = Self(.persistentVolumeClaim)

    /// A kind that this program does not know.
    fileprivate static let unknown = Self(rawValue: 1 << 62)
    /// A token of the service account, in a projected volume.
    fileprivate static let serviceAccountToken = Self(rawValue: 1 << 63)

    /// The kinds that every rule and every standard allows.
    fileprivate static let harmless: Self = [
        .configMap, .csi, .downwardAPI, .emptyDir, .ephemeral, .image, .persistentVolumeClaim, .projected, .secret,
    ]

    /// The field names of the sources in this set, in the order of the API's table.
    package var names: [String] {
        var names: [String] = []
        var rest = rawValue
        while rest != 0 {
            let bit = rest.trailingZeroBitCount
            if bit < Self.fieldNames.count { names.append(Self.fieldNames[bit]) }
            rest &= rest - 1
        }
        return names
    }

    /// The field name of each bit, which is the place of the field in its table.
    private static let fieldNames = VolumeField.table.fields.map(\.rawValue)
}
