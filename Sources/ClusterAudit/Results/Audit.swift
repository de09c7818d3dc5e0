/// The result of an audit.
package struct Audit: Sendable {
    /// The owners, sorted.
    package let owners: [AuditedOwner]
    /// The number of Pods that run.
    package let podCount: Int
    /// The gaps in the order in which they were found; empty if the audit is complete.
    package let gaps: [AuditGap]
    /// Whether the list of Pods arrived to its end; otherwise an owner may have Pods that are worse than its result.
    package let hasAllPods: Bool

    /// A result; the owners can be in any order.
    package init(owners: [AuditedOwner], podCount: Int, gaps: [AuditGap], hasAllPods: Bool = true) {
        self.owners = owners.sorted { $0.identity < $1.identity }
        self.podCount = podCount
        self.gaps = gaps
        self.hasAllPods = hasAllPods
    }

    /// Whether everything was read, so that an owner that is not listed does not run.
    package var isComplete: Bool { gaps.isEmpty }
}

/// Something that an audit could not read, so that its result is partial.
package struct AuditGap: Sendable, Equatable {
    /// One line: what is missing and why.
    package let text: String

    /// A gap that one line explains.
    package init(_ text: String) {
        self.text = text
    }
}
