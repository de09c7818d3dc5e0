import AdmissionPolicy
import KubernetesAPI

/// The status of a policy or waiver, as the cluster stores it.
struct ObjectStatus: Sendable, Equatable {
    /// One of the conditions of Kubernetes.
    ///
    /// Source: <https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/apis/meta/v1/types.go>
    struct Condition: Sendable, Equatable {
        /// The type, such as `Ready`.
        var type = ""
        /// `True`, `False` or `Unknown`.
        var status = ""
        /// The reason in one word.
        var reason = ""
        /// The reason in sentences.
        var message = ""
        /// The generation of the object that the condition is about.
        var observedGeneration: Int64 = 0
        /// When ``status`` last changed, such as `2026-11-28T08:09:37Z`.
        var lastTransitionTime = ""
    }

    /// The generation of the object that the status is about; 0 without a status.
    var observedGeneration: Int64 = 0
    /// The Namespaces to which the object applies; `nil` if they are not known.
    var namespaces: MatchedNamespaces?
    /// The conditions, each type once.
    var conditions: [Condition] = []

    /// The condition of a type.
    subscript(type: String) -> Condition? {
        conditions.first { $0.type.hasSameBytes(as: type) }
    }

    /// Tells whether nothing of this status would change another one, which may also have conditions of others.
    func isContained(in other: Self) -> Bool {
        observedGeneration == other.observedGeneration && namespaces == other.namespaces
            && conditions.allSatisfy { $0 == other[$0.type] }
    }
}

/// The Namespaces to which a policy or waiver applies.
struct MatchedNamespaces: Sendable, Equatable {
    /// The number of all of them.
    private(set) var count = 0
    /// The first ones, in the order of their names.
    private(set) var names: [String] = []

    /// No Namespace.
    init() {}

    /// Namespaces of a status that was read.
    init(count: Int, names: [String]) {
        (self.count, self.names) = (count, names)
    }

    /// Adds a Namespace whose name is behind those of the others.
    mutating func add(_ name: String) {
        count += 1
        if names.count < PolicySchema.statusNamespaceLimit { names.append(name) }
    }
}
