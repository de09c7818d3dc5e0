/// The fields of a document.
enum DocumentField: String, PolicyField {
    case apiVersion
    case kind
    case metadata
    case spec
}

/// The fields of `metadata`.
enum MetadataField: String, PolicyField {
    case name
}

/// The fields of `spec`.
enum SpecField: String, PolicyField {
    case match
    case ruleset
    case points
    case enforce
    case warn
    case audit
    case workloads

    /// The fields of the contract that this release refuses.
    static let ofLaterRelease = ["exempt"]
}

/// The fields of `spec.match`.
enum MatchField: String, PolicyField {
    case namespaces

    /// The fields of the contract that this release refuses.
    static let ofLaterRelease = ["namespaceSelector"]
}

/// The fields of `spec.enforce`, `spec.warn` and `spec.audit`.
enum LevelField: String, PolicyField {
    case minimumScore
    case require
    case forbid
    case podSecurityStandard

    /// The fields of the contract that this release refuses.
    static let ofLaterRelease = ["from"]
}

/// The fields of a level's `podSecurityStandard`.
enum StandardField: String, PolicyField {
    case level
    case version
}
