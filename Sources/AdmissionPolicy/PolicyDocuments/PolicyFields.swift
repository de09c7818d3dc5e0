import KubernetesAPI
import PodScoring

/// The fields of one kind of object in a policy document; the raw values are the keys.
protocol PolicyField: RawRepresentable<String>, CaseIterable, Equatable, Sendable {
    /// The problem of a field that other objects have, but not this one; `nil` for a field that none has.
    static func problem(withField key: String) -> PolicyProblem.What?
}

extension PolicyField {
    /// None by default.
    static func problem(withField _: String) -> PolicyProblem.What? { nil }
}

/// The members of an object by field; unknown and duplicate ones have been reported.
struct PolicyFields<Field: PolicyField> {
    /// The name of the object in messages.
    let name: String
    /// The place for messages about the whole object: its key, or its beginning if it has none.
    let position: Position
    private var members: [(field: Field, member: ManifestNode.Member)] = []

    /// Sorts an object's members into fields; `nil` if the node is not an object.
    ///
    /// - Parameters:
    ///   - node: The object.
    ///   - name: Its name in messages.
    ///   - position: The place of its key.
    ///   - diagnostics: Where unknown, duplicate and misplaced fields are reported.
    init?(_ node: ManifestNode, name: String, at position: Position, reportingTo diagnostics: inout PolicyDiagnostics) {
        guard case .object(let nodeMembers) = node.value else {
            diagnostics.reportType(of: node, field: name, expected: .object)
            return nil
        }
        self.name = name
        self.position = position
        var firstPositions: [[UInt8]: Position] = [:]
        for member in nodeMembers {
            let key = Array(member.key.utf8)
            if let first = firstPositions[key] {
                diagnostics.report(.duplicateField(member.key, first: first), at: member.keyPosition)
                continue
            }
            firstPositions[key] = member.keyPosition
            if let field = Field.allCases.first(where: { $0.rawValue.hasSameBytes(as: member.key) }) {
                members.append((field, member))
            } else if let problem = Field.problem(withField: member.key) {
                diagnostics.report(problem, at: member.keyPosition)
            } else {
                let suggestion = diagnostics.closest(to: member.key, among: Field.allCases.map(\.rawValue))
                diagnostics.report(.unknownField(member.key, parent: name), at: member.keyPosition, suggestion: suggestion)
            }
        }
    }

    /// Returns a field's member; `nil` if the object does not have it.
    subscript(field: Field) -> ManifestNode.Member? {
        members.first { $0.field == field }?.member
    }

    /// Returns a field's member; reports that it is missing otherwise.
    func required(_ field: Field, reportingTo diagnostics: inout PolicyDiagnostics) -> ManifestNode.Member? {
        if let member = self[field] { return member }
        diagnostics.report(.missingField(field.rawValue, parent: name), at: position)
        return nil
    }
}

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
    /// Read for their types and otherwise ignored, as all tools around Kubernetes add some.
    case labels
    /// Like `labels`.
    case annotations
}

/// The fields of `spec`.
enum SpecField: String, PolicyField {
    case match
    case namespaceLabels
    case ruleset
    case points
    case enforce
    case warn
    case audit
    case workloads
    case exempt
    case nodes
    case message
    case runbook
}

/// The fields of `spec.nodes`.
enum NodesField: String, PolicyField {
    case appArmor
    case userNamespaces

    /// The feature of nodes that the field names.
    var feature: NodeFeatures {
        switch self {
        case .appArmor: .appArmor
        case .userNamespaces: .userNamespaces
        }
    }
}

/// The fields of `spec.match`.
enum MatchField: String, PolicyField {
    case namespaces
    case namespaceSelector
}

/// The fields of `spec.match.namespaceSelector`.
enum SelectorField: String, PolicyField {
    case matchLabels
    case matchExpressions
}

/// The fields of an element of `matchExpressions`.
enum RequirementField: String, PolicyField {
    case key
    case `operator`
    case values
}

/// The values of `operator`, as Kubernetes has them.
enum SelectorOperator: String, CaseIterable {
    case isOne = "In"
    case isNoneOf = "NotIn"
    case exists = "Exists"
    case doesNotExist = "DoesNotExist"

    /// Whether it compares the label with `values`.
    var takesValues: Bool { self == .isOne || self == .isNoneOf }
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
    case minimumScore
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

    /// Labels of a Namespace are a policy's field alone.
    static func problem(withField key: String) -> PolicyProblem.What? {
        key.hasSameBytes(as: MatchField.namespaceSelector.rawValue) ? .selector(.inWaiver) : nil
    }
}
