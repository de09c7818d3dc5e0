import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// What was wrong when somebody last looked, so that a scan can fail for what is new or worse alone.
///
/// Objects are known by kind, namespace and name, what is wrong in them by rule and container or volume.
package struct Baseline: Sendable, Equatable {
    /// What a baseline says of an object that is refused.
    package enum Verdict: Sendable, Equatable {
        /// Nothing is wrong that was not wrong then, and the score is no lower.
        case known
        /// The baseline does not have the object.
        case new
        /// More is wrong than then; the reasons in words.
        case worse([String])

        /// The verdict as reports for machines write it.
        package var word: String {
            switch self {
            case .known: "known"
            case .new: "new"
            case .worse: "worse"
            }
        }
    }

    /// One thing that is wrong with an object.
    package struct Fault: Sendable, Equatable {
        /// The rule's id or the check's name.
        package let rule: String
        /// Where it is wrong.
        package let part: ReportFinding.Part

        /// Something wrong at a place.
        package init(rule: String, part: ReportFinding.Part) {
            self.rule = rule
            self.part = part
        }
    }

    /// An object that was refused.
    package struct Entry: Sendable, Equatable {
        /// As written.
        package let kind: String
        /// The namespace, a default filled in.
        package let namespace: String
        /// The name, or what it will begin with.
        package let name: String
        /// By what the object was scored; empty for objects that were not.
        package let ruleset: String
        /// The score; `nil` for objects that have none.
        package let score: Int?
        /// What was wrong, sorted, each once.
        package let faults: [Fault]

        /// An object; its faults are put in order.
        package init(kind: String, namespace: String, name: String, ruleset: String, score: Int?, faults: [Fault]) {
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.ruleset = ruleset
            self.score = score
            self.faults = faults.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        }
    }

    /// The objects, sorted by kind, namespace and name.
    package let entries: [Entry]
    private let indexes: [[UInt8]: Int]

    /// The objects in any order; of those with the same name one is made, with the faults of all and the lowest score.
    package init(_ entries: [Entry]) {
        var merged: [Entry] = []
        for entry in entries.sorted() {
            if let last = merged.last, last.key == entry.key {
                merged[merged.count - 1] = last.merged(with: entry)
            } else {
                merged.append(entry)
            }
        }
        self.entries = merged
        indexes = Dictionary(merged.enumerated().map { ($0.element.key, $0.offset) }) { first, _ in first }
    }

    /// The number of the object in ``entries``; `nil` when the baseline does not have it.
    package func index(of entry: Entry) -> Int? {
        indexes[entry.key]
    }

    /// Compares an object that is refused with the baseline.
    package func verdict(on entry: Entry) -> Verdict {
        guard let known = index(of: entry).map({ entries[$0] }) else { return .new }
        var reasons: [String] = []
        if !known.ruleset.utf8.elementsEqual(entry.ruleset.utf8) {
            reasons.append("scored by \(entry.ruleset.isEmpty ? "nothing" : entry.ruleset) and not by \(known.ruleset)")
        } else if let score = entry.score, let before = known.score, score < before {
            reasons.append("scores \(score) and not \(before)")
        }
        reasons += entry.faults.filter { !known.has($0) }.map { "\($0.text) is new" }
        return reasons.isEmpty ? .known : .worse(reasons)
    }
}

extension Baseline.Entry {
    /// An object that a scan refused; `nil` for what is no object, or is good enough.
    package init?(_ document: ScannedDocument) {
        guard document.isRefused, let object = document.outcome.object else { return nil }
        let report: ScoreReport? = if case .scored(_, let report, _) = document.outcome { report } else { nil }
        let names = [object.metadata.name, object.metadata.generateName]
        self.init(
            kind: object.kind,
            namespace: object.metadata.namespace,
            name: names.first { !$0.isEmpty } ?? "",
            ruleset: report?.ruleset.label ?? "",
            score: report?.score,
            faults: ReportFinding.list(of: document).filter { $0.rule != ReportFinding.minimumScore }
                .map { Baseline.Fault(rule: $0.rule, part: $0.part) }
        )
    }

    /// Whether the object has this fault; a binary search.
    package func has(_ fault: Baseline.Fault) -> Bool {
        var range = faults[...]
        while !range.isEmpty {
            let middle = range.startIndex + range.count / 2
            if range[middle] == fault { return true }
            range = range[middle] < fault ? range[(middle + 1)...] : range[..<middle]
        }
        return false
    }

    /// The object as reports call it.
    package var title: String {
        DisplayText.oneLine("\(kind)/\(name).\(namespace)", byteLimit: 400)
    }

    /// What tells the object from others, as bytes.
    fileprivate var key: [UInt8] {
        Array("\(kind)\0\(namespace)\0\(name)".utf8)
    }

    fileprivate func merged(with other: Self) -> Self {
        let scores = [score, other.score].compactMap { $0 }
        return Self(kind: kind, namespace: namespace, name: name, ruleset: ruleset, score: scores.min(), faults: faults + other.faults)
    }
}

extension Baseline.Entry: Comparable {
    /// Sorts by kind, namespace and name, then by ruleset, as bytes.
    package static func < (first: Self, second: Self) -> Bool {
        (first.key + [0] + first.ruleset.utf8).lexicographicallyPrecedes(second.key + [0] + second.ruleset.utf8)
    }
}

extension Baseline.Fault: Comparable {
    /// The rule and the place, as a person reads it.
    package var text: String {
        switch part {
        case .whole: rule
        case .container(let name): "\(rule) (container \(DisplayText.oneLine(name, byteLimit: 63)))"
        case .volume(let name): "\(rule) (volume \(DisplayText.oneLine(name, byteLimit: 63)))"
        }
    }

    private var key: [UInt8] {
        let part =
            switch part {
            case .whole: "0"
            case .container(let name): "1\(name)"
            case .volume(let name): "2\(name)"
            }
        return Array("\(rule)\0\(part)".utf8)
    }

    /// Compares as bytes.
    package static func == (first: Self, second: Self) -> Bool {
        first.key == second.key
    }

    /// Sorts by rule and place, as bytes.
    package static func < (first: Self, second: Self) -> Bool {
        first.key.lexicographicallyPrecedes(second.key)
    }
}

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
