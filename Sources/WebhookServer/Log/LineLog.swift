import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
package import Platform
import Synchronization

/// Writes lines through a bounded queue on a dedicated thread, so that logging never waits for the log's reader.
///
/// A class because all event loops write to it and it owns a thread. Call ``close(waitingUpTo:)`` before the last reference goes.
package final class LineLog: Sendable {
    /// The limits of the queue; lines that don't fit are dropped and counted.
    package struct Limits: Sendable {
        /// In lines; default 65 536.
        package var lineLimit = 65_536
        /// In bytes; default 8 MiB.
        package var byteLimit = 8 << 20
        /// The time that the first line of a batch waits for others.
        ///
        /// Each wake-up of the thread costs more than a line. Default 10 ms.
        package var batchDelay = Duration.milliseconds(10)

        /// The defaults.
        package init() {}
    }

    /// The lines that wait for the thread.
    private struct Lines {
        var bytes: [UInt8] = []
        var lineCount = 0
        /// Whether the last written line was cut off.
        var endsInsideLine = false
    }

    /// The most memory that is kept for later lines, in bytes; the lines of 10 ms at 50 000 requests per second take half of it.
    private static let keptByteCount = 1 << 20

    private let writer: FileDescriptorWriter
    private let limits: Limits
    private let queue = BackgroundQueue(Lines())
    private let isClosing = ConditionLock(value: false)
    private let droppedCount = Atomic<Int>(0)

    /// Starts the thread.
    package init(to writer: FileDescriptorWriter, limits: Limits = Limits()) {
        self.writer = writer
        self.limits = limits
    }

    /// The lines that were dropped, because the queue was full or the writer failed.
    package var droppedLineCount: Int { droppedCount.load(ordering: .relaxed) }

    /// Queues a line, which must end with a line feed; never waits.
    package func write(_ line: [UInt8]) {
        let addition = queue.add { lines in
            guard lines.lineCount < limits.lineLimit, lines.bytes.count + line.count <= limits.byteLimit else { return false }
            lines.bytes += line
            lines.lineCount += 1
            return true
        }
        switch addition {
        case .added: break
        case .addedFirst: queue.run { self.writeBatches() }
        case .refused: droppedCount.add(1, ordering: .relaxed)
        }
    }

    /// Writes waiting lines for at most a duration, and ends the thread; later lines are dropped.
    package func close(waitingUpTo duration: Duration) async {
        await queue.close(waitingUpTo: duration) {
            isClosing.lock()
            isClosing.unlock(withValue: true)
        }
    }

    /// Writes until the queue is empty; runs on the log's thread.
    private func writeBatches() {
        if isClosing.lock(whenValue: true, timeoutSeconds: Double(TimeAmount(limits.batchDelay).nanoseconds) / 1e9) { isClosing.unlock() }
        var batch: [UInt8] = []
        while takeBatch(into: &batch) {
            // The rest of a line that was cut off is lost; a line feed keeps the next line whole.
            if queue.withContent({ $0.endsInsideLine }), write(all: [UInt8(ascii: "\n")]) == 0 {
                drop(batch[...])
                continue
            }
            let written = write(all: batch)
            let endsInsideLine = written > 0 && batch[written - 1] != UInt8(ascii: "\n")
            queue.withContent { $0.endsInsideLine = endsInsideLine }
            drop(batch[written...])
        }
    }

    /// Takes all waiting lines, and leaves the memory of the last batch to the next lines; `false` if no line waits.
    private func takeBatch(into batch: inout [UInt8]) -> Bool {
        batch.removeAll(keepingCapacity: batch.capacity <= Self.keptByteCount)
        let taken: Void? = queue.take { lines in
            let hasLines = !lines.bytes.isEmpty
            if hasLines || lines.bytes.capacity < batch.capacity { swap(&batch, &lines.bytes) }
            lines.lineCount = 0
            return hasLines ? () : nil
        }
        return taken != nil
    }

    private func drop(_ lines: ArraySlice<UInt8>) {
        droppedCount.add(lines.count { $0 == UInt8(ascii: "\n") }, ordering: .relaxed)
    }

    /// Writes one batch; returns the number of written bytes, fewer if the writer failed or the time is over.
    private func write(all bytes: [UInt8]) -> Int {
        var written = 0
        while written < bytes.count {
            guard let count = try? writer.write(bytes.span.extracting(written...), waitingUpTo: 50) else { break }
            written += count
            if count == 0, queue.isOutOfTime { break }
        }
        return written
    }
}
