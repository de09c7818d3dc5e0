import NIOConcurrencyHelpers
import Platform
package import Reports
import Synchronization

/// Puts the parts of a report in the order of their files and sections, whichever is ready first.
///
/// A class because several threads hand in their parts. Parts whose turn it is are written at once; later ones wait, a bounded number of them,
/// and then their threads wait. That ends: what stands before them is scanned by a thread that does not wait.
package final class ScanOutput: Sendable {
    /// What a scan came to.
    package struct Summary {
        /// What all documents come to.
        package var tally = ScanTally()
        /// Those that are refused, where somebody wants to know.
        package var refused: [Baseline.Entry] = []
        /// What the baseline has, compared with what was met.
        package var comparison: BaselineComparison?
    }

    /// What the threads share.
    private struct State {
        var summary = Summary()
        /// Complete parts whose turn comes later.
        var waiting: [ScanPlace: (part: ScanPart, isLast: Bool)] = [:]
        /// How much memory these hold, in bytes.
        var waitingWeight = 0
        /// The place whose turn it is, as ``ScanOutput/turn`` has it.
        var current = ScanPlace()
        var buffer: [UInt8] = []
        var progress: ScanProgress
        var failure: (any Error)?
    }

    /// How many parts may be complete before their turn; more make their threads wait.
    private static let waitingLimit = 64
    /// How much memory these may hold, in bytes.
    private static let waitingWeightLimit = 8 * 1024 * 1024
    /// How much is written at once, in bytes.
    private static let bufferLimit = 64 * 1024

    private let encoder: any ReportEncoder
    private let keepsRefused: Bool
    private let isWatched: Bool
    private let say: @Sendable ([String]) -> Void
    private let write: @Sendable ([UInt8]) throws -> Void
    private let state: Mutex<State>
    /// The place whose turn it is.
    private let turn = ConditionLock(value: ScanPlace())

    /// Begins a report.
    ///
    /// - Parameters:
    ///   - encoder: Writes the report's frame.
    ///   - comparison: What the documents are compared with.
    ///   - keepsRefused: Whether the summary is to have the objects that are refused.
    ///   - isWatched: Whether each part is to be seen as soon as it is there.
    ///   - progress: Says how far the scan has come.
    ///   - say: Writes lines beside the report, such as why a file cannot be read.
    ///   - write: Writes bytes of the report.
    package init(
        _ encoder: any ReportEncoder,
        comparison: BaselineComparison?,
        keepsRefused: Bool,
        isWatched: Bool,
        progress: ScanProgress,
        say: @escaping @Sendable ([String]) -> Void,
        write: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.encoder = encoder
        self.keepsRefused = keepsRefused
        self.isWatched = isWatched
        self.say = say
        self.write = write
        var state = State(progress: progress)
        state.summary.comparison = comparison
        state.buffer = encoder.head
        self.state = Mutex(state)
    }

    /// Whether writing has failed, so that there is no use in going on.
    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    /// Whether the parts of a place are written as soon as they come.
    func isTurn(of place: ScanPlace) -> Bool { state.withLock { $0.current == place } }

    /// Takes a part of a place that has more, as soon as it is the place's turn.
    func add(_ part: ScanPart, of place: ScanPlace) {
        turn.lock(whenValue: place)
        put(part, endsFile: false)
        turn.unlock(withValue: place)
    }

    /// Takes the last part of a place, and whether no section of its file comes behind it.
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

    /// Takes the part of a place that waits for its turn; where there is none yet the turn is the place's from now on.
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

    /// Ends the report and returns what it came to; throws when something could not be written.
    package func complete() throws -> Summary {
        try state.withLock { state in
            state.progress.clear()
            state.buffer += encoder.tail(of: state.summary.tally)
            flush(&state)
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
                if state.summary.tally.hasPieces { state.buffer += encoder.separator }
                for piece in part.pieces {
                    state.buffer += piece
                    if state.buffer.count >= Self.bufferLimit { flush(&state) }
                }
            }
            state.summary.tally.add(part.tally)
            for entry in part.refused { state.summary.comparison?.note(entry) }
            if keepsRefused { state.summary.refused += part.refused }
            if isWatched { flush(&state) }
            state.progress.note(files: endsFile ? 1 : 0, documents: part.tally.documents)
        }
    }

    private func flush(_ state: inout State) {
        guard state.failure == nil, !state.buffer.isEmpty else { return }
        do {
            try write(state.buffer)
        } catch {
            state.failure = error
        }
        state.buffer.removeAll(keepingCapacity: true)
    }
}

/// A line on the terminal that says how far a long scan has come, and goes away with it.
package struct ScanProgress: Sendable {
    /// How long a scan takes before anything is said.
    private static let delay = Duration.seconds(1)
    /// How long the line stays as it is.
    private static let interval = Duration.milliseconds(100)

    private let isShown: Bool
    private var files = 0
    private var documents = 0
    private var nextTime: ContinuousClock.Instant
    private var hasLine = false

    /// Begins to count; says nothing ever where nobody would see it.
    package init(isShown: Bool) {
        self.isShown = isShown
        nextTime = ContinuousClock.now + Self.delay
    }

    /// Counts what was done, and says so when it is time.
    mutating func note(files: Int, documents: Int) {
        self.files += files
        self.documents += documents
        guard isShown, ContinuousClock.now >= nextTime else { return }
        nextTime = ContinuousClock.now + Self.interval
        hasLine = true
        StandardStream.error.write("\r\u{1B}[Kscanned \(self.files) files, \(self.documents) documents")
    }

    /// Takes the line away.
    mutating func clear() {
        guard hasLine else { return }
        hasLine = false
        StandardStream.error.write("\r\u{1B}[K")
    }
}
