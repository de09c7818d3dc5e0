package import KubernetesAPI

/// The effect of a change on a running Pod, as if it were created now.
package enum PreviewedEffect: Sendable, Equatable {
    /// It is allowed, or only warned about.
    case allowed
    /// It was denied before the change, and still is.
    case alreadyDenied
    /// The change denies it; the text says why.
    case denied(String)
    /// The change denies it from a day on.
    case deniedFrom(CivilDate)

    /// Compares the decisions about a Pod before and after the change.
    package init(before: Decision, after: Decision) {
        if after.outcome == .deny {
            self = before.outcome == .deny ? .alreadyDenied : .denied(Self.reason(after.violations))
        } else if let day = after.deniedFrom, before.outcome != .deny, before.deniedFrom.map({ day < $0 }) ?? true {
            self = .deniedFrom(day)
        } else {
            self = .allowed
        }
    }

    /// The violations in one line: `score 4 is below the minimum 7; required: RunAsNonRoot, CapDropAll`.
    private static func reason(_ violations: [Violation]) -> String {
        var clauses: [(name: String, ids: [String])] = []
        var sentences: [String] = []
        for violation in violations {
            switch violation {
            case .minimumScore(let score, let minimum): sentences.append("score \(score) is below the minimum \(minimum)")
            case .undecodable: sentences.append("it cannot be read")
            case .required, .forbidden, .podSecurityStandard:
                let name = violation.clause ?? ""
                if clauses.last?.name == name {
                    clauses[clauses.count - 1].ids.append(violation.id)
                } else {
                    clauses.append((name, [violation.id]))
                }
            }
        }
        return (sentences + clauses.map { "\($0.name): \($0.ids.joined(separator: ", "))" }).joined(separator: "; ")
    }
}

/// Counts the Pods of one Namespace that a change would deny, grouped by the reason as Pod Security Admission does it.
///
/// It grows with the reasons, not with the Pods.
package struct PreviewTally: Sendable {
    /// The Pods with one reason.
    private struct Group: Sendable {
        /// The first name, as bytes.
        var name: String
        var count = 1
    }

    /// The Namespace.
    package let namespace: String
    /// The policy that applies there after the change.
    private let policy: String
    /// By the reason.
    private var denied: [String: Group] = [:]
    /// By the day.
    private var later: [CivilDate: Group] = [:]
    private var alreadyDenied = 0
    /// The number of Pods that were decided.
    package private(set) var podCount = 0
    /// The number of Pods that run and were not decided.
    package private(set) var skippedCount = 0

    /// Starts without Pods; `policy` is the one that applies after the change.
    package init(namespace: String, policy: String) {
        self.namespace = namespace
        self.policy = policy
    }

    /// Counts a Pod; without an effect it was not decided.
    package mutating func add(_ name: String, _ effect: PreviewedEffect?) {
        guard let effect else {
            skippedCount += 1
            return
        }
        podCount += 1
        switch effect {
        case .allowed: break
        case .alreadyDenied: alreadyDenied += 1
        case .denied(let reason): Self.count(name, in: &denied[reason])
        case .deniedFrom(let day): Self.count(name, in: &later[day])
        }
    }

    private static func count(_ name: String, in group: inout Group?) {
        guard var known = group else {
            group = Group(name: name)
            return
        }
        known.count += 1
        if name.utf8.lexicographicallyPrecedes(known.name.utf8) { known.name = name }
        group = known
    }

    /// A sentence with the numbers, then a line for each reason, sorted by the names of Pods; nothing if the change denies no Pod.
    package var lines: [String] {
        let deniedCount = denied.values.reduce(0) { $0 + $1.count }
        let laterCount = later.values.reduce(0) { $0 + $1.count }
        guard deniedCount + laterCount > 0 else { return [] }
        let subject = "existing Pods in Namespace \(shown(namespace)) would be denied by policy \(shown(policy))"
        let (when, count) = deniedCount > 0 ? ("", deniedCount) : (" on a later day", laterCount)
        var title = "\(subject)\(when): \(count) of \(podCount)"
        if deniedCount > 0, laterCount > 0 { title += ", and \(laterCount) more on a later day" }
        if alreadyDenied > 0 { title += "; \(alreadyDenied) already would be" }
        let groups =
            denied.map { (text: $0.key, group: $0.value) } + later.map { (text: "denied from \($0.key) on", group: $0.value) }
        let sorted = groups.sorted { one, other in
            one.group.name.hasSameBytes(as: other.group.name)
                ? one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
                : one.group.name.utf8.lexicographicallyPrecedes(other.group.name.utf8)
        }
        return [title] + sorted.map { "\(Self.title(of: $0.group)): \($0.text)" }
    }

    /// `web-1`, `web-1 (and 1 other Pod)` or `web-1 (and 12 other Pods)`.
    private static func title(of group: Group) -> String {
        let name = DisplayText.oneLine(group.name, byteLimit: 63)
        return switch group.count {
        case 1: name
        case 2: "\(name) (and 1 other Pod)"
        default: "\(name) (and \(group.count - 1) other Pods)"
        }
    }

    private func shown(_ name: String) -> String { DisplayText.oneLine(name, byteLimit: 63) }
}
