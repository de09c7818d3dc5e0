extension KubernetesObject {
    /// The API group that ``apiVersion`` names; empty for the core group.
    package var apiGroup: String {
        guard let slash = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(apiVersion[..<slash])
    }

    /// The object's kind if that holds a Pod's specification; `nil` also for a kind of the same name in another API group.
    package var workloadKind: WorkloadKind? {
        apiVersion.isEmpty ? WorkloadKind(rawValue: kind) : WorkloadKind(group: apiGroup, kind: kind)
    }

    /// Whether the kind has the name of one that holds a Pod's specification, in an API group that is not Kubernetes' own.
    package var isNamesake: Bool { workloadKind == nil && WorkloadKind(rawValue: kind) != nil }

    /// The kind, and the API group where the kind alone would mislead: `kind Job of batch.volcano.sh`.
    package var kindInWords: String { isNamesake ? "kind \(kind) of \(apiGroup)" : "kind \(kind)" }
}
