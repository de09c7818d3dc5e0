import NIOConcurrencyHelpers
import Platform
package import Reports
import Synchronization

/// Writes the parts of a report in the order of their files and sections, in whatever order they are ready.
///
/// A class because several threads add parts. The part whose turn it is, is written at once. A bounded number of later parts waits, and then
/// their threads wait. No deadlock: the thread that scans the earlier part never waits.
package final class ScanOutput: Sendable {
    /// The result of a whole scan.
    package struct Summary {
        /// The counts of all documents.
        package var tally = ScanTally()
        /// The objects that failed, if they are kept.
        package var failed: [Baseline.Entry] = []
        /// The baseline, compared with the results.
        package var comparison: BaselineComparison?
    }

    /// The state that the threads share.
    private struct State {
        var summary = Summary()
        /// Complete parts whose turn comes later.
        var waiting: [ScanPlace: (part: ScanPart, isLast: Bool)] = [:]
        /// The memory of these parts, in bytes.
        var waitingWeight = 0
        /// The place whose turn it is, as ``ScanOutput/turn`` has it.
        var current = ScanPlace()
        var buffer: [UInt8] = []
        /// The number of results that were written, if the format limits them.
        var resultCount = 0
        var progress: ScanProgress
        var failure: (any Error)?
    }

    /// The maximum number of parts that are complete before their turn; threads with more wait.
    private static let waitingLimit = 64
    /// The maximum memory of these parts, in bytes.
    private static let waitingWeightLimit = 8 * 1024 * 1024
    /// The size from which the buffer is written, in bytes.
    private static let bufferLimit = 64 * 1024

    private let encoder: any ReportEncoder
    private let keepsFailed: Bool
    private let say: @Sendable ([String]) -> Void
    private let write: @Sendable ([UInt8]) throws -> Void
    private let state: Mutex<State>
    /// The place whose turn it is.
    private let turn = ConditionLock(value: ScanPlace())

    /// Begins a report.
    ///
    /// - Parameters:
    ///   - encoder: Writes the report's frame.
    ///   - comparison: Compares the objects with a baseline.
    ///   - keepsFailed: Whether the summary contains the objects that failed.
    ///   - progress: Shows the progress of the scan.
    ///   - say: Writes lines beside the report, such as why a file cannot be read.
    ///   - write: Writes bytes of the report.
    package init(
        _ encoder: any ReportEncoder,
        comparison: BaselineComparison?,
        keepsFailed: Bool,
        progress: ScanProgress,
        say: @escaping @Sendable ([String]) -> Void,
        write: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.encoder = encoder
        self.keepsFailed = keepsFailed
        self.say = say
        self.write = write
        var state = State(progress: progress)
        state.summary.comparison = comparison
        state.buffer = encoder.head
        self.state = Mutex(state)
    }

    /// Whether writing has failed; the scan can then stop.
    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    /// Whether it is the turn of a place.
    func isTurn(of place: ScanPlace) -> Bool { state.withLock { $0.current == place } }

    /// Adds a part of a place that has more parts; waits until it is the place's turn.
    func add(_ part: ScanPart, of place: ScanPlace) {
        turn.lock(whenValue: place)
        put(part, endsFile: false)
        turn.unlock(withValue: place)
    }

    /// Adds the last part of a place; `isLast` means that its file has no later section.
    func finish(_ part: ScanPart, of place: ScanPlace, isLast: Bool) {
        let keeps = state.withLock { state in
            guard state.current != place, state.waiting.count < Self.waitingLimit, state.waitingWeight < Self.waitingWeightLimit else {
                return false
            }
            state.waiting[place] = (part, isLast)
            state.waitingWeight += part.weight
            return true
        }
        guard !keeps else { return }
        turn.lock(whenValue: place)
        put(part, endsFile: isLast)
        var next = place.next(afterLastSection: isLast)
        while let waiting = takePart(of: next) {
            put(waiting.part, endsFile: waiting.isLast)
            next = next.next(afterLastSection: waiting.isLast)
        }
        turn.unlock(withValue: next)
    }

    /// Removes the waiting part of a place; without one, it becomes the place's turn.
    private func takePart(of place: ScanPlace) -> (part: ScanPart, isLast: Bool)? {
        state.withLock { state in
            guard let waiting = state.waiting.removeValue(forKey: place) else {
                state.current = place
                return nil
            }
            state.waitingWeight -= waiting.part.weight
            return waiting
        }
    }

    /// Ends the report and returns the summary; throws if something could not be written.
    package func complete() throws -> Summary {
        try state.withLock { state in
            state.progress.clear()
            state.buffer += encoder.tail(of: state.summary.tally)
            if encoder.beginsWithSummary { state.buffer = encoder.summary(of: state.summary.tally) + state.buffer }
            write(&state)
            if let failure = state.failure { throw failure }
            return state.summary
        }
    }

    /// Writes a part whose turn it is.
    private func put(_ part: ScanPart, endsFile: Bool) {
        state.withLock { state in
            if !part.problems.isEmpty {
                state.progress.clear()
                say(part.problems)
            }
            if part.tally.hasPieces {
                for piece in part.pieces { put(piece, into: &state) }
            }
            var tally = part.tally
            // A part has pieces before it is known whether the format's limit leaves them out.
            tally.hasPieces = state.summary.tally.hasPieces
            state.summary.tally.add(tally)
            for entry in part.failed { state.summary.comparison?.note(entry) }
            if keepsFailed { state.summary.failed += part.failed }
            state.progress.note(files: endsFile ? 1 : 0, documents: part.tally.documents)
        }
    }

    /// Writes a piece, unless the format's limit leaves it out.
    private func put(_ piece: ScanPart.Piece, into state: inout State) {
        if let limit = encoder.resultLimit, state.resultCount + piece.resultCount > limit {
            state.summary.tally.omittedResults += piece.resultCount
            return
        }
        state.resultCount += piece.resultCount
        if state.summary.tally.hasPieces { state.buffer += encoder.separator }
        state.summary.tally.hasPieces = true
        state.buffer += piece.bytes
        if state.buffer.count >= Self.bufferLimit { flush(&state) }
    }

    /// Writes what is ready, unless the summary comes first.
    private func flush(_ state: inout State) {
        guard !encoder.beginsWithSummary else { return }
        write(&state)
    }

    private func write(_ state: inout State) {
        guard state.failure == nil, !state.buffer.isEmpty else { return }
        do {
            try write(state.buffer)
        } catch {
            state.failure = error
        }
        state.buffer.removeAll(keepingCapacity: true)
    }
}

/// A line on the terminal that shows the progress of a long scan and disappears at its end.
package struct ScanProgress: Sendable {
    /// The time before the line appears.
    private static let delay = Duration.seconds(1)
    /// The time between two updates of the line.
    private static let interval = Duration.milliseconds(100)

    private let isShown: Bool
    private var files = 0
    private var documents = 0
    private var nextTime: ContinuousClock.Instant
    private var hasLine = false

    /// Starts to count; `isShown` is false without a terminal.
    package init(isShown: Bool) {
        self.isShown = isShown
        nextTime = ContinuousClock.now + Self.delay
    }

    /// Counts files and documents, and updates the line if it is time.
    mutating func note(files: Int, documents: Int) {
        self.files += files
        self.documents += documents
        guard isShown, ContinuousClock.now >= nextTime else { return }
        nextTime = ContinuousClock.now + Self.interval
        hasLine = true
        StandardStream.error.write("\r\u{1B}[Kscanned \(self.files) files, \(self.documents) documents")
    }

    /// Removes the line.
    mutating func clear() {
        guard hasLine else { return }
        hasLine = false
        StandardStream.error.write("\r\u{1B}[K")
    }
}
