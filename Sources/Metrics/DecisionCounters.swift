import AdmissionPolicy
import KubernetesAPI

/// Counters of decisions: a row of fixed cells for each policy and namespace.
///
/// Counting into an existing row hashes two names and allocates nothing. The number of rows is bounded, whatever clients send and however
/// often policies are replaced.
struct DecisionCounters: Sendable {
    /// The counters of one policy in one namespace.
    struct Row: Sendable {
        /// The index of the policy's label.
        let policy: Int
        /// The index of the namespace's label.
        let namespace: Int
        /// By operation and, within it, by outcome.
        var decisions = InlineArray<24, Int>(repeating: 0)
        /// By operation.
        var wouldDeny = InlineArray<4, Int>(repeating: 0)
    }

    private struct Key: Hashable {
        let policy: String
        let namespace: String
    }

    /// The most policies with a label.
    static let policyLimit = 64
    /// The most namespaces with a label because a decision was made in them.
    static let namespaceLimit = 256
    /// The most further namespaces with a label because a policy names them, whatever was requested before.
    static let namedNamespaceLimit = 256
    /// The rows besides the reserved ones; when all are taken, further namespaces of a policy share one.
    ///
    /// Each costs up to 28 series.
    static let rowLimit = 512
    /// The longest name of a namespace, in bytes; a longer text gets no label.
    ///
    /// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names>
    static let namespaceByteLimit = 63

    /// The rows in the order of their first use.
    private(set) var rows: [Row] = []
    /// The policies that have labels.
    private(set) var policies = LabelTable(limit: policyLimit)
    /// The namespaces that have labels.
    private(set) var namespaces = LabelTable(limit: namespaceLimit, keptLimit: namedNamespaceLimit, byteLimit: namespaceByteLimit)
    private var rowIndexes: [Key: Int] = [:]
    /// The number of reserved rows.
    private var keptRowCount = 0

    /// The index of a decision's counter in a row.
    static func cell(_ operation: DecisionSample.Operation, _ outcome: DecisionSample.Outcome) -> Int {
        operation.counterIndex * 6 + outcome.counterIndex
    }

    /// Counts a decision; returns the index of its policy's label.
    mutating func record(_ sample: DecisionSample) -> Int {
        let index = rowIndex(policy: sample.policy, namespace: sample.namespace)
        rows[index].decisions[Self.cell(sample.operation, sample.outcome)] += 1
        if sample.wouldDeny { rows[index].wouldDeny[sample.operation.counterIndex] += 1 }
        return rows[index].policy
    }

    /// The index of a policy's label; at most ``policyLimit``.
    mutating func policyIndex(of policy: String) -> Int {
        policies.index(of: policy)
    }

    /// Reserves a label and a row for a policy in a namespace that it names.
    mutating func keep(policy: String, namespace: String) {
        guard keptRowCount < Self.namedNamespaceLimit else { return }
        let policyIndex = policies.index(of: policy)
        let namespaceIndex = namespaces.keep(namespace)
        guard policyIndex > 0, namespaceIndex > 0, rowIndex(policyIndex, namespaceIndex) == nil else { return }
        append(policyIndex, namespaceIndex)
        keptRowCount += 1
    }

    private mutating func rowIndex(policy: String, namespace: String) -> Int {
        if let index = rowIndexes[Key(policy: policy, namespace: namespace)] { return index }
        let policyIndex = policies.index(of: policy)
        let namespaceIndex = namespaces.index(of: namespace)
        return rowIndex(policyIndex, namespaceIndex) ?? addRow(policyIndex, namespaceIndex)
    }

    /// The index of the row with two labels.
    private func rowIndex(_ policy: Int, _ namespace: Int) -> Int? {
        rowIndexes[Key(policy: policies.labels[policy], namespace: namespaces.labels[namespace])]
    }

    private mutating func addRow(_ policy: Int, _ namespace: Int) -> Int {
        guard rows.count - keptRowCount < Self.rowLimit || namespace == 0 else {
            return rowIndex(policy, 0) ?? addRow(policy, 0)
        }
        append(policy, namespace)
        return rows.count - 1
    }

    private mutating func append(_ policy: Int, _ namespace: Int) {
        rowIndexes[Key(policy: policies.labels[policy], namespace: namespaces.labels[namespace])] = rows.count
        rows.append(Row(policy: policy, namespace: namespace))
    }
}
