/// A volume of a Pod, reduced to its kind and the facts that rules use.
package struct Volume: Sendable, Equatable {
    /// Unique in the Pod; empty for a volume that no rule and no standard restricts.
    package var name = ""
    /// The path on the node, if the source is `hostPath`.
    package var hostPath: String?
    /// The kinds of source that are set; the API allows one, a raw manifest can have several.
    package var sources: VolumeSources = []
    /// Whether the only source is of an unknown kind; a volume without any source is an `emptyDir`.
    package var hasUnknownSource = false
    /// Whether a `projected` source holds a `serviceAccountToken`.
    package var projectsServiceAccountToken = false

    /// A volume without a source.
    package init() {}

    /// Whether the name is needed: only for a volume that a rule or a standard restricts.
    var isNameKept: Bool { hasUnknownSource || projectsServiceAccountToken || !sources.isSubset(of: .harmless) }
}

/// The kinds of volume source, named as in `core/v1`.
///
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/>
package struct VolumeSources: OptionSet, Sendable, Hashable {
    /// One bit for each ``VolumeField``.
    package let rawValue: UInt32

    /// One bit for each ``VolumeField``.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The set of one kind.
    init(_ field: VolumeField) {
        rawValue = VolumeField.table.fields.firstIndex(of: field).map { 1 << UInt32($0) } ?? 0
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

    /// The kinds that every rule and every standard allows.
    fileprivate static let harmless: Self = [
        .configMap, .csi, .downwardAPI, .emptyDir, .ephemeral, .image, .persistentVolumeClaim, .projected, .secret,
    ]

    /// The field names of the sources in this set, in the order of the API's table.
    package var names: [String] {
        var names: [String] = []
        visitFields { names.append(Self.fieldNames[$0]) }
        return names
    }

    /// The field names of all kinds, in the order of the API's table.
    package static let fieldNames = VolumeField.table.fields.map(\.rawValue)

    /// Visits the sources in this set by the indexes of their names in ``fieldNames``, ascending.
    @inlinable
    @inline(__always)
    package func visitFields(_ visit: (Int) -> Void) {
        var rest = rawValue
        while rest != 0 {
            visit(rest.trailingZeroBitCount)
            rest &= rest - 1
        }
    }
}
