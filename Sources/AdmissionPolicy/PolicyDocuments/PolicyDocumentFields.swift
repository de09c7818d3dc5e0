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
    case exempt
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
    /// Only in `spec.enforce`.
    case from
}

/// The fields of a step of `spec.enforce.from`.
enum RampField: String, PolicyField {
    case date
    case minimumScore
}

/// The fields of `spec.exempt`.
enum ExemptField: String, PolicyField {
    case users
    case groups
    case serviceAccounts
    case runtimeClasses
}

/// The fields of a level's `podSecurityStandard`.
enum StandardField: String, PolicyField {
    case level
    case version
}

/// The fields of a waiver's `spec`.
enum WaiverField: String, PolicyField {
    case match
    case rules
    case expires
    case owner
    case reason
}

/// The fields of a waiver's `spec.match`.
enum WaiverMatchField: String, PolicyField {
    case namespaces
    case pods
    case containers
    case images
    case serviceAccounts

    /// The fields of the contract that this release refuses.
    static let ofLaterRelease = ["namespaceSelector"]
}
