/// Compares the reports that a cluster has with those that it shall have: a value without a connection.
///
/// The reports that exist were listed before the pass read anything else, so what a pass does not see of them existed before it.
struct ReportPlan: Sendable {
    /// The write that a report needs.
    enum Step: Sendable, Equatable {
        /// Nothing: it has the content.
        case keep
        /// Write a new one.
        case create
        /// Write it in place of this one.
        case replace(StoredReport)
    }

    /// The reports that exist and that no owner was seen for.
    private var unseen: [ReportKey: StoredReport]

    /// A plan before the first owner; names that Podscore does not give are left out.
    init(_ existing: [StoredReport]) {
        unseen = Dictionary(existing.filter { $0.key.name.hasPrefix("podscore-") }.map { ($0.key, $0) }) { first, _ in first }
    }

    /// Takes the report of an owner that was seen, and says what to do; each owner once.
    mutating func step(for key: ReportKey, content: String) -> Step {
        guard let report = unseen.removeValue(forKey: key) else { return .create }
        return report.has(content) ? .keep : .replace(report)
    }

    /// Takes an owner that was seen but not decided, so that its report stays as it is.
    mutating func keep(_ key: ReportKey) {
        unseen[key] = nil
    }

    /// The reports of no owner that was seen, sorted.
    var leftovers: [StoredReport] { unseen.values.sorted { $0.key < $1.key } }
}
