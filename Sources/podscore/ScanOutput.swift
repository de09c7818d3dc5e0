import FileSystem
import NIOConcurrencyHelpers
import Reports
import Synchronization

/// Puts the parts of a report in the order of their files, whichever is ready first.
///
/// A class because several threads hand in their parts. Parts of the file whose turn it is are written at once; those of later files wait, a
/// bounded number of them, and then their threads wait.
final class ScanOutput: Sendable {
    /// What a scan came to.
    struct Summary {
        /// What all documents come to.
        var tally = ScanTally()
        /// Those that are refused, where somebody wants to know.
        var refused: [Baseline.Entry] = []
        /// What the baseline has, compared with what was met.
        var comparison: BaselineComparison?
    }

    /// What the threads share.
    private struct State {
        var summary = Summary()
        /// Parts of files whose turn comes later, by the file's number.
        var waiting: [Int: ScanPart] = [:]
        /// The number of the file whose turn it is, as ``ScanOutput/turn`` has it.
        var current = 0
        var buffer: [UInt8] = []
        var progress: ScanProgress
        var failure: (any Error)?
    }

    /// How many files may be complete before their turn; more make their threads wait.
    private static let waitingLimit = 64
    /// How much is written at once, in bytes.
    private static let bufferLimit = 64 * 1024

    private let encoder: any ReportEncoder
    private let keepsRefused: Bool
    private let isWatched: Bool
    private let write: @Sendable ([UInt8]) throws -> Void
    private let state: Mutex<State>
    /// The number of the file whose turn it is.
    private let turn = ConditionLock(value: 0)

    /// Begins a report.
    ///
    /// - Parameters:
    ///   - encoder: Writes the report's frame.
    ///   - comparison: What the documents are compared with.
    ///   - keepsRefused: Whether the summary is to have the objects that are refused.
    ///   - isWatched: Whether each part is to be seen as soon as it is there.
    ///   - progress: Says how far the scan has come.
    ///   - write: Writes bytes of the report.
    init(
        _ encoder: any ReportEncoder,
        comparison: BaselineComparison?,
        keepsRefused: Bool,
        isWatched: Bool,
        progress: ScanProgress,
        write: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.encoder = encoder
        self.keepsRefused = keepsRefused
        self.isWatched = isWatched
        self.write = write
        var state = State(progress: progress)
        state.summary.comparison = comparison
        state.buffer = encoder.head
        self.state = Mutex(state)
    }

    /// Whether writing has failed, so that there is no use in going on.
    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    /// Whether a file's parts are written as soon as they come.
    func isTurn(of file: Int) -> Bool { state.withLock { $0.current == file } }

    /// Takes a part of a file that has more, as soon as it is the file's turn.
    func add(_ part: ScanPart, of file: Int) {
        turn.lock(whenValue: file)
        put(part, isLast: false)
        turn.unlock(withValue: file)
    }

    /// Takes the last part of a file.
    func finish(_ part: ScanPart, of file: Int) {
        let keeps = state.withLock { state in
            guard state.current != file, state.waiting.count < Self.waitingLimit else { return false }
            state.waiting[file] = part
            return true
        }
        guard !keeps else { return }
        turn.lock(whenValue: file)
        put(part, isLast: true)
        var next = file + 1
        while let part = nextPart(of: next) {
            put(part, isLast: true)
            next += 1
        }
        turn.unlock(withValue: next)
    }

    /// The part of a file that waits for its turn; where there is none yet the turn is the file's from now on.
    private func nextPart(of file: Int) -> ScanPart? {
        state.withLock { state in
            if let part = state.waiting.removeValue(forKey: file) { return part }
            state.current = file
            return nil
        }
    }

    /// Ends the report and returns what it came to; throws when something could not be written.
    func complete() throws -> Summary {
        try state.withLock { state in
            state.progress.clear()
            state.buffer += encoder.tail(of: state.summary.tally)
            flush(&state)
            if let failure = state.failure { throw failure }
            return state.summary
        }
    }

    /// Writes a part whose turn it is.
    private func put(_ part: ScanPart, isLast: Bool) {
        state.withLock { state in
            if !part.problems.isEmpty {
                state.progress.clear()
                StandardStream.error.write(part.problems.map { $0 + "\n" }.joined())
            }
            if part.tally.hasPieces {
                if state.summary.tally.hasPieces { state.buffer += encoder.separator }
                state.buffer += part.bytes
            }
            state.summary.tally.add(part.tally)
            for entry in part.refused { state.summary.comparison?.note(entry) }
            if keepsRefused { state.summary.refused += part.refused }
            if isWatched || state.buffer.count >= Self.bufferLimit { flush(&state) }
            state.progress.note(files: isLast ? 1 : 0, documents: part.tally.documents)
        }
    }

    private func flush(_ state: inout sending State) {
        guard state.failure == nil, !state.buffer.isEmpty else { return }
        do {
            try write(state.buffer)
        } catch {
            state.failure = error
        }
        state.buffer.removeAll(keepingCapacity: true)
    }
}
