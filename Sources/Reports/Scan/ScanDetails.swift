import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// The results of a scan by Namespace and by rule.
///
/// It holds counts, so it does not grow with the number of files.
package struct ScanDetails: Sendable, Equatable {
    /// The documents of one Namespace by result; each document counts once.
    struct Results: Sendable, Equatable {
        /// Objects that meet all demands or, without any, do not score below 0.
        var passed = 0
        /// Objects among those that passed whose users are warned.
        var warned = 0
        /// Objects that fail the scan.
        var failed = 0
        /// Objects that would fail, but are not worse than in the baseline.
        var inBaseline = 0
        /// Valid documents that nothing applies to.
        var skipped = 0
        /// Invalid documents.
        var invalid = 0

        /// Objects that were scored, decided or checked.
        var judged: Int { passed + failed + inBaseline }

        /// Adds other counts.
        mutating func add(_ other: Self) {
            passed += other.passed
            warned += other.warned
            failed += other.failed
            inBaseline += other.inBaseline
            skipped += other.skipped
            invalid += other.invalid
        }
    }

    /// The objects that violate one rule or check.
    struct Violations: Sendable, Equatable {
        /// The number of objects.
        var objects = 0
        /// The points that they would gain together; `nil` for a check or another rule without points.
        var points: Int?
    }

    /// The most Namespaces that are counted separately; the others are counted together.
    static let namespaceLimit = 4_096
    /// The name for the other Namespaces; no Namespace can have it.
    static let otherNamespaces = "<other>"

    /// The Namespaces in the order of their first documents, so that the same ones are kept whatever the number of threads.
    private var order: [String] = []
    private var results: [String: Results] = [:]
    private var violations: [String: Violations] = [:]
    /// The number of objects with each score.
    private(set) var scores: [Int: Int] = [:]
    /// The highest best possible score of an object; 0 without any.
    private(set) var bestPossibleScore = 0

    /// The results of all Namespaces together.
    var total: Results {
        results.values.reduce(into: Results()) { $0.add($1) }
    }

    /// The Namespaces with their results, those with the most failures first; the name is empty for documents without a known one.
    var namespaces: [(name: String, results: Results)] {
        results.sorted { left, right in
            if left.value.failed != right.value.failed { return left.value.failed > right.value.failed }
            return left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }.map { ($0.key, $0.value) }
    }

    /// The violated rules and checks, those of the most objects first.
    var rules: [(id: String, violations: Violations)] {
        violations.sorted { left, right in
            if left.value.objects != right.value.objects { return left.value.objects > right.value.objects }
            let (one, other) = (left.value.points ?? 0, right.value.points ?? 0)
            if one != other { return one > other }
            return left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }.map { ($0.key, $0.value) }
    }

    /// Counts a document.
    mutating func count(_ document: ScannedDocument) {
        var result = Results()
        switch document.outcome {
        case .invalid: result.invalid = 1
        case _ where document.failsScan: result.failed = 1
        case _ where document.fails: result.inBaseline = 1
        case _ where document.isJudged:
            result.passed = 1
            result.warned = document.outcome.decision?.outcome == .warn ? 1 : 0
        default: result.skipped = 1
        }
        add(result, to: document.namespace)
        for (id, points) in document.violatedRules { add(Violations(objects: 1, points: points), to: id) }
        guard case .scored(_, let report, _) = document.outcome else { return }
        scores[report.score, default: 0] += 1
        bestPossibleScore = max(bestPossibleScore, report.bestPossibleScore)
    }

    /// Adds the counts of later documents.
    mutating func add(_ other: Self) {
        for name in other.order { add(other.results[name] ?? Results(), to: name) }
        for (id, violations) in other.violations { add(violations, to: id) }
        scores.merge(other.scores, uniquingKeysWith: +)
        bestPossibleScore = max(bestPossibleScore, other.bestPossibleScore)
    }

    private mutating func add(_ result: Results, to namespace: String) {
        let isKnown = results[namespace] != nil || order.count < Self.namespaceLimit
        let name = isKnown ? namespace : Self.otherNamespaces
        if results[name] == nil { order.append(name) }
        results[name, default: Results()].add(result)
    }

    private mutating func add(_ violations: Violations, to id: String) {
        let known = self.violations[id]
        let points = violations.points.map { $0 + (known?.points ?? 0) } ?? known?.points
        self.violations[id] = Violations(objects: violations.objects + (known?.objects ?? 0), points: points)
    }
}

extension ScannedDocument {
    /// The Namespace of the object; empty if an invalid document does not say it.
    var namespace: String {
        outcome.object?.metadata.namespace ?? node?["metadata"]?["namespace"]?.text ?? ""
    }

    /// Each violated rule and check once, with the points that the object would gain; `nil` for those without points.
    var violatedRules: [(id: String, points: Int?)] {
        var rules: [(id: String, points: Int?)] = []
        if case .scored(_, let report, _) = outcome {
            for result in report.results where result.outcome.fails {
                let entry = report.entry(of: result)
                if entry.points != 0 { rules.append((entry.rule.id, abs(entry.points))) }
            }
        }
        let demanded = outcome.decision?.violations.filter { $0.clause != nil }.map(\.id) ?? []
        for id in demanded + (standard?.violations.map(\.name) ?? []) where !rules.contains(where: { $0.id == id }) {
            rules.append((id, nil))
        }
        return rules
    }
}
