import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// The violations of an earlier scan, so that a scan fails only for new or worse ones.
///
/// An object is identified by kind, namespace, name and file, a violation in it by rule and container or volume.
package struct Baseline: Sendable, Equatable {
    /// The comparison of a failing object with the baseline.
    package enum Verdict: Sendable, Equatable {
        /// There is no new violation, and the score is not lower.
        case known
        /// The object is not in the baseline.
        case new
        /// There are new violations, or the score is lower; the reasons as text.
        case worse([String])

        /// The verdict as written in JSON.
        package var word: String {
            switch self {
            case .known: "known"
            case .new: "new"
            case .worse: "worse"
            }
        }
    }

    /// A violation in an object.
    package struct Violation: Sendable, Equatable {
        /// The rule's id or the check's name.
        package let rule: String
        /// The part of the object with the violation.
        package let part: ReportFinding.Part

        /// Creates a violation.
        package init(rule: String, part: ReportFinding.Part) {
            self.rule = rule
            self.part = part
        }
    }

    /// An object that failed.
    package struct Entry: Sendable, Equatable {
        /// The kind, as written.
        package let kind: String
        /// The namespace, or the default one if none was written.
        package let namespace: String
        /// The name, or the prefix of a generated one.
        package let name: String
        /// The file, as given but without a leading `./`; `nil` for an entry that applies to objects in any file.
        package let file: String?
        /// The label of the ruleset; empty for an object without a score.
        package let ruleset: String
        /// The score; `nil` for an object without one.
        package let score: Int?
        /// The violations, sorted and without duplicates.
        package let violations: [Violation]

        /// Creates an object; its violations are sorted.
        package init(
            kind: String,
            namespace: String,
            name: String,
            file: String?,
            ruleset: String,
            score: Int?,
            violations: [Violation]
        ) {
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.file = file
            self.ruleset = ruleset
            self.score = score
            self.violations = violations.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        }
    }

    /// The objects, sorted by kind, namespace, name and file.
    package let entries: [Entry]
    private let indexes: [[UInt8]: Int]

    /// Creates a baseline of objects in any order.
    ///
    /// Objects with the same name in the same file are merged, with all violations and the lowest score.
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

    /// Returns the index of an object in ``entries``, or of the entry for such an object in any file; `nil` if it is not in the baseline.
    package func index(of entry: Entry) -> Int? {
        indexes[entry.key] ?? indexes[entry.keyInAnyFile]
    }

    /// Compares a failing object with the baseline.
    package func verdict(on entry: Entry) -> Verdict {
        guard let known = index(of: entry).map({ entries[$0] }) else { return .new }
        var reasons: [String] = []
        if !known.ruleset.hasSameBytes(as: entry.ruleset) {
            reasons.append("ruleset \(Self.word(entry.ruleset)) (was \(Self.word(known.ruleset)))")
        } else if let score = entry.score, let before = known.score, score < before {
            reasons.append("score \(score) (was \(before))")
        }
        reasons += entry.violations.filter { !known.has($0) }.map { "\($0.text) is new" }
        return reasons.isEmpty ? .known : .worse(reasons)
    }

    private static func word(_ ruleset: String) -> String {
        ruleset.isEmpty ? "none" : ruleset
    }
}

extension Baseline.Entry {
    /// Creates the entry of a document; `nil` if it is not an object, or if it passed.
    package init?(_ document: ScannedDocument) {
        guard document.fails, let object = document.outcome.object else { return nil }
        let report: ScoreReport? = if case .scored(_, let report, _) = document.outcome { report } else { nil }
        let names = [object.metadata.name, object.metadata.generateName]
        self.init(
            kind: object.kind,
            namespace: object.metadata.namespace,
            name: names.first { !$0.isEmpty } ?? "",
            file: FilePath.withoutDots(document.fileName),
            ruleset: report?.ruleset.label ?? "",
            score: report?.score,
            violations: ReportFinding.violations(in: document).filter { $0.rule != ReportFinding.minimumScore }
                .map { Baseline.Violation(rule: $0.rule, part: $0.part) }
        )
    }

    /// Returns whether the object has a violation, by binary search.
    package func has(_ violation: Baseline.Violation) -> Bool {
        var range = violations[...]
        while !range.isEmpty {
            let middle = range.startIndex + range.count / 2
            if range[middle] == violation { return true }
            range = range[middle] < violation ? range[(middle + 1)...] : range[..<middle]
        }
        return false
    }

    /// The name of the object in reports, with its file.
    package var title: String {
        let object = DisplayText.oneLine("\(kind)/\(name).\(namespace)", byteLimit: 400)
        return file.map { "\(object) in \(VisibleText.of($0))" } ?? object
    }

    /// The bytes that identify the object.
    fileprivate var key: [UInt8] {
        file.map { keyInAnyFile + [0] + $0.utf8 } ?? keyInAnyFile
    }

    /// The bytes that identify the entry for such an object in any file.
    fileprivate var keyInAnyFile: [UInt8] {
        Array("\(kind)\0\(namespace)\0\(name)".utf8)
    }

    fileprivate func merged(with other: Self) -> Self {
        let scores = [score, other.score].compactMap { $0 }
        return Self(
            kind: kind,
            namespace: namespace,
            name: name,
            file: file,
            ruleset: ruleset,
            score: scores.min(),
            violations: violations + other.violations
        )
    }
}

extension Baseline.Entry: Comparable {
    /// Sorts by kind, namespace, name and file, then by ruleset, as bytes.
    package static func < (first: Self, second: Self) -> Bool {
        (first.key + [0] + first.ruleset.utf8).lexicographicallyPrecedes(second.key + [0] + second.ruleset.utf8)
    }
}

extension Baseline.Violation: Comparable {
    /// The rule and the part, as text.
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

/// The part of a baseline that a scan has found again, which shows what is outdated in it.
package struct BaselineComparison: Sendable {
    /// The baseline.
    package let baseline: Baseline
    /// For each object of the baseline, which of its violations were found; `nil` if the object was not found.
    private var foundViolations: [[Bool]?]

    /// Creates a comparison without any objects found.
    package init(_ baseline: Baseline) {
        self.baseline = baseline
        foundViolations = Array(repeating: nil, count: baseline.entries.count)
    }

    /// Notes an object that failed the scan.
    package mutating func note(_ entry: Baseline.Entry) {
        guard let index = baseline.index(of: entry) else { return }
        let known = baseline.entries[index].violations
        var found = foundViolations[index] ?? Array(repeating: false, count: known.count)
        for (number, violation) in known.enumerated() where !found[number] && entry.has(violation) { found[number] = true }
        foundViolations[index] = found
    }

    /// The outdated parts of the baseline, a line each: violations that are fixed, and objects that passed or were removed.
    package var outdated: [String] {
        zip(baseline.entries, foundViolations).flatMap { entry, found -> [String] in
            guard let found else { return ["\(entry.title): passed or removed"] }
            return zip(entry.violations, found).filter { !$0.1 }.map { "\(entry.title): \($0.0.text) is fixed" }
        }
    }
}
