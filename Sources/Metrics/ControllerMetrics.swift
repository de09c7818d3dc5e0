package import AdmissionPolicy
import Synchronization

/// The counters of the controller, and the result of its last audit.
///
/// A class because the pass, the writers and the pages share it.
package final class ControllerMetrics: Sendable {
    /// The results of a pass; the raw values are those of the metric's label.
    package enum PassResult: String, Sendable, CaseIterable {
        /// Everything was read.
        case complete
        /// Something was not read, so nothing was deleted.
        case partial
        /// The API server could not be used, so nothing was written.
        case failed
        /// The pass was ended early or was outdated, so that it wrote and deleted nothing more.
        case cut
    }

    /// The kinds of objects that are written; the raw values are those of the metric's label.
    package enum WriteKind: String, Sendable, CaseIterable {
        case report
        case status
        case event
        case floor
    }

    /// The owners in one Namespace with one outcome.
    package struct OwnerCount: Sendable {
        /// The Namespace; empty for owners that belong to none.
        package let namespace: String
        /// The outcome of the owners.
        package let outcome: Decision.Outcome
        /// The number of owners whose worst Pod has the outcome.
        package var owners = 0
        /// The number of Pods with the outcome.
        package var pods = 0

        /// No owners.
        package init(namespace: String, outcome: Decision.Outcome) {
            (self.namespace, self.outcome) = (namespace, outcome)
        }
    }

    /// The counts as of now.
    struct Counts: Sendable {
        /// The passes by result.
        var passes: [PassResult: Int] = [:]
        /// The time of passes that were not cut.
        var duration = Histogram(bounds: [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800])
        /// The end of the last complete pass, in seconds since 1970-01-01 UTC; `nil` before the first one.
        var lastComplete: Int64?
        /// The owners and Pods of the last audit.
        var owners = OwnerCounts()
        /// The number of gaps of the last audit; `nil` before the first one.
        var gapCount: Int?
        /// The writes by kind and outcome.
        var writes: [WriteKind: [String: Int]] = [:]
        /// Events that were not written because there were too many.
        var droppedEventCount = 0
    }

    /// The most Namespaces with a label; the others share ``WebhookMetrics/otherNamespace``.
    package static let namespaceLimit = 256
    /// The most outcomes of writes of one kind with a label.
    private static let writeOutcomeLimit = 16

    private let counts = Mutex(Counts())

    /// Starts with zeros.
    package init() {}

    /// Counts the end of a pass.
    package func record(_ result: PassResult, seconds: Double, atUnixSeconds time: Int64) {
        counts.withLock { counts in
            counts.passes[result, default: 0] += 1
            if result != .cut { counts.duration.observe(seconds) }
            if result == .complete { counts.lastComplete = time }
        }
    }

    /// Replaces what the last audit found.
    package func replace(owners: [OwnerCount], gapCount: Int) {
        counts.withLock { counts in
            counts.owners.replace(with: owners)
            counts.gapCount = gapCount
        }
    }

    /// Counts writes of a kind with an outcome, such as `written`.
    package func record(_ kind: WriteKind, _ outcome: String, count: Int = 1) {
        guard count > 0 else { return }
        counts.withLock { counts in
            let known = counts.writes[kind] ?? [:]
            let label = known[outcome] != nil || known.count < Self.writeOutcomeLimit ? outcome : LabelTable.other
            counts.writes[kind, default: [:]][label, default: 0] += count
        }
    }

    /// Counts an Event that was not written because there were too many.
    package func recordDroppedEvent() {
        counts.withLock { $0.droppedEventCount += 1 }
    }

    /// All counts as of now.
    var current: Counts { counts.withLock { $0 } }
}

/// The owners and Pods of an audit by Namespace and outcome, with a bounded number of Namespaces.
struct OwnerCounts: Sendable {
    /// The counts, sorted by Namespace and outcome.
    private(set) var rows: [ControllerMetrics.OwnerCount] = []
    /// The Namespaces that have labels.
    private var labelled: Set<String> = []

    /// Starts empty.
    init() {}

    /// Takes the counts of another audit.
    ///
    /// A Namespace keeps its label for as long as it has owners; then further ones get it, in the order of their names.
    mutating func replace(with counts: [ControllerMetrics.OwnerCount]) {
        // Names of Namespaces are ASCII, so the order of the texts is that of the bytes.
        let present = Set(counts.map(\.namespace))
        labelled.formIntersection(present)
        let room = ControllerMetrics.namespaceLimit - labelled.count
        labelled.formUnion(present.subtracting(labelled).sorted().prefix(room))
        var sums: [String: [Decision.Outcome: ControllerMetrics.OwnerCount]] = [:]
        for count in counts {
            let label = labelled.contains(count.namespace) ? count.namespace : WebhookMetrics.otherNamespace
            var sum = sums[label]?[count.outcome] ?? ControllerMetrics.OwnerCount(namespace: label, outcome: count.outcome)
            sum.owners += count.owners
            sum.pods += count.pods
            sums[label, default: [:]][count.outcome] = sum
        }
        rows = sums.sorted { $0.key < $1.key }.flatMap { _, byOutcome in
            byOutcome.values.sorted { $0.outcome.counterIndex < $1.outcome.counterIndex }
        }
    }
}
