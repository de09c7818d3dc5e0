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

    /// The kind, and the API group where the kind alone would mislead: `kind Job of batch.volcano.sh`.
    package var kindInWords: String {
        workloadKind == nil && WorkloadKind(rawValue: kind) != nil ? "kind \(kind) of \(apiGroup)" : "kind \(kind)"
    }

    /// Where the Pods of an object that has no Pod template are scored, in one line; `nil` for objects that make no Pods.
    package var podsElsewhere: String? {
        switch content {
        case .otherWorkload(let workload, nil):
            guard case .canRefer(let field) = workload.trait else { return nil }
            let path = (workload.steps.dropLast() + [field]).joined(separator: ".")
            return "the workload in \(path) is scored instead"
        case .other: return WorkflowKinds.contain(kind, group: apiGroup) ? "its Pods are scored at admission" : nil
        case .pod, .template, .otherWorkload, .binding: return nil
        }
    }
}
