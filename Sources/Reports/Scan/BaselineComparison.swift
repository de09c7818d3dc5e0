/// What a scan has met of a baseline, to find what the baseline has and the manifests do not have any more.
package struct BaselineComparison: Sendable {
    /// The baseline.
    package let baseline: Baseline
    /// For each of its objects, which of its faults were met; `nil` when the object was not met.
    private var met: [[Bool]?]

    /// Nothing met yet.
    package init(_ baseline: Baseline) {
        self.baseline = baseline
        met = Array(repeating: nil, count: baseline.entries.count)
    }

    /// Notes an object that a scan refused.
    package mutating func note(_ entry: Baseline.Entry) {
        guard let index = baseline.index(of: entry) else { return }
        let known = baseline.entries[index]
        var faults = met[index] ?? Array(repeating: false, count: known.faults.count)
        for (number, fault) in known.faults.enumerated() where !faults[number] && entry.has(fault) { faults[number] = true }
        met[index] = faults
    }

    /// What is not met any more, a line each: it was mended, or is gone.
    package var stale: [String] {
        zip(baseline.entries, met).flatMap { entry, met -> [String] in
            guard let met else { return ["\(entry.title): not refused any more, or gone"] }
            return zip(entry.faults, met).filter { !$0.1 }.map { "\(entry.title): \($0.0.text) is mended" }
        }
    }
}
