/// A volume of a Pod, reduced to what kind it is and what it lets in.
package struct Volume: Sendable, Equatable {
    package var name = ""
    /// The kinds of source that are set; the API allows one, a raw manifest may say several.
    package var sources: VolumeSources = []
    /// The path on the node, when the source is `hostPath` and says one.
    package var hostPath: String?
    /// Whether a `projected` source holds a `serviceAccountToken`.
    package var projectsServiceAccountToken = false

    package init() {}
}

/// The kinds of volume source, named as in `core/v1`.
///
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/>
package struct VolumeSources: OptionSet, Sendable, Hashable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    init(_ field: VolumeField) {
        rawValue = 1 << UInt64(field.rawValue)
    }

    package static let hostPath = Self(.hostPath)
    package static let emptyDir = Self(.emptyDir)
    package static let configMap = Self(.configMap)
    package static let secret = Self(.secret)
    package static let projected = Self(.projected)
    package static let downwardAPI = Self(.downwardAPI)
    package static let csi = Self(.csi)
    package static let ephemeral = Self(.ephemeral)
    package static let persistentVolumeClaim = Self(.persistentVolumeClaim)

    /// The field names of the sources in this set, in the order of the API's table.
    package var names: [String] {
        VolumeField.allCases.filter { contains(Self($0)) }.map(\.name)
    }
}
