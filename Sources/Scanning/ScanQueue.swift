import Manifests
import NIOConcurrencyHelpers
import Reports
import Synchronization

/// The position of a part in the report: the number of its file and of the section in the file, both from 0.
struct ScanPlace: Hashable, Sendable {
    /// The number of the file.
    var file = 0
    /// The number of the section.
    var section = 0

    /// The place that comes next.
    func next(afterLastSection isLast: Bool) -> Self {
        isLast ? Self(file: file + 1) : Self(file: file, section: section + 1)
    }
}

/// The remaining work of a scan, which several threads take in the order of the report.
///
/// A class because the threads share it. A thread takes a whole file. If the file is long, it returns the rest, and other threads take
/// sections of that before any later file. A thread without work waits as long as another one may still return some.
final class ScanQueue: Sendable {
    /// One unit of work for a thread.
    enum Work: Sendable {
        /// A file to scan from its beginning; the thread then calls ``ScanQueue/end(_:leaving:)``.
        case file(ManifestFiles.Item, ScanPlace)
        /// Some documents of a file; `isLast` if no others follow.
        case section(ScannedStream, ScanPlace, isLast: Bool)
    }

    /// The state that the threads share.
    private struct State {
        /// The remaining files; `nil` when all are taken.
        var files: ManifestFiles?
        /// The number of the next file.
        var number = 0
        /// The number of threads that scan a file from its beginning.
        var readers = 0
        /// Files with remaining sections, in order.
        var open: [OpenFile] = []

        /// Whether a thread gets an answer at once: work, or that the scan is over.
        var canAnswer: Bool { !open.isEmpty || files != nil || readers == 0 }
    }

    /// A file with remaining sections.
    private struct OpenFile {
        var documents: ScannedStream
        /// The place of the next section.
        var place: ScanPlace
        /// The length of the whole text, in bytes.
        let byteCount: Int
    }

    /// The answer to a thread.
    private struct Answer {
        let work: Work?
        let isOver: Bool
        /// Whether the next thread also gets an answer at once.
        let leavesMore: Bool
    }

    /// The minimum and maximum size of a section, in bytes of text.
    private static let sectionByteCounts = 8 * 1024...32 * 1024

    private let jobs: Int
    private let state: Mutex<State>
    /// Whether a thread gets an answer at once; threads wait for it.
    private let canAnswer = ConditionLock(value: true)

    /// A queue of files for a number of threads.
    init(_ files: ManifestFiles, jobs: Int) {
        self.jobs = jobs
        state = Mutex(State(files: files))
    }

    /// Whether the rest of a file is long enough for more than one thread.
    func isWorthSharing(_ documents: ScannedStream, of byteCount: Int) -> Bool {
        jobs > 1 && documents.canSplit && byteCount - documents.position > Self.sectionByteCounts.lowerBound
    }

    /// The next unit of work; `nil` when nothing is left.
    func next() -> Work? {
        while true {
            canAnswer.lock(whenValue: true)
            let answer = state.withLock { state in
                let work = takeSection(from: &state) ?? takeFile(from: &state)
                return Answer(work: work, isOver: state.readers == 0, leavesMore: state.canAnswer)
            }
            canAnswer.unlock(withValue: answer.leavesMore)
            if answer.work != nil || answer.isOver { return answer.work }
        }
    }

    /// Ends the work on a file; other threads take the rest in sections.
    func end(_ place: ScanPlace, leaving rest: (documents: ScannedStream, byteCount: Int)?) {
        canAnswer.lock()
        let answers = state.withLock { state in
            state.readers -= 1
            if let rest {
                let file = OpenFile(documents: rest.documents, place: place.next(afterLastSection: false), byteCount: rest.byteCount)
                state.open.insert(file, at: state.open.firstIndex { $0.place.file > place.file } ?? state.open.endIndex)
            }
            return state.canAnswer
        }
        canAnswer.unlock(withValue: answers)
    }

    /// Stops before the next file; the remaining sections of open files are still taken, because the output waits for them.
    func stop() {
        canAnswer.lock()
        let answers = state.withLock { state in
            state.files = nil
            return state.canAnswer
        }
        canAnswer.unlock(withValue: answers)
    }

    /// Splits the next section off the first open file.
    ///
    /// Sections get smaller towards the end of the file, so that all threads end at about the same time.
    private func takeSection(from state: inout State) -> Work? {
        guard var file = state.open.first else { return nil }
        let share = (file.byteCount - file.documents.position) / (4 * jobs)
        let limits = Self.sectionByteCounts
        guard let section = file.documents.splitOff(byteCount: min(max(share, limits.lowerBound), limits.upperBound)) else {
            state.open.removeFirst()
            return nil
        }
        let isLast = !file.documents.canSplit
        let place = file.place
        file.place = place.next(afterLastSection: false)
        if isLast { state.open.removeFirst() } else { state.open[0] = file }
        return .section(section, place, isLast: isLast)
    }

    private func takeFile(from state: inout State) -> Work? {
        guard let item = state.files?.next() else {
            state.files = nil
            return nil
        }
        defer { state.number += 1 }
        state.readers += 1
        return .file(item, ScanPlace(file: state.number))
    }
}

/// Where a text comes from, which decides whether something that is no manifest is an error.
package enum TextOrigin: Sendable {
    /// Standard input, or the body of a request.
    case stream
    /// A file on the command line, with its path.
    case named(path: String)
    /// A file that was found in a directory; `isInChart` means that it is in a Helm chart that already has a line in the report.
    case found(isInChart: Bool)

    /// Whether the file was found in a directory.
    var isFound: Bool {
        if case .found = self { true } else { false }
    }

    /// Whether the file is in a Helm chart that already has a line in the report.
    var isInChart: Bool {
        if case .found(isInChart: true) = self { true } else { false }
    }
}

/// The documents of one text, scored one after the other.
struct ScannedStream: Sendable {
    private let scan: ManifestScan
    private let origin: TextOrigin
    private var stream: ManifestStream
    /// The whole text, for a report that shows lines of it; `nil` for others.
    private let source: SourceText?
    /// The number of bytes of the text up to the last document.
    private var offset: Int

    /// Prepares to scan a text.
    init(_ bytes: [UInt8], named name: String, from origin: TextOrigin, by scan: ManifestScan) {
        let stream = ManifestStream(source: name, bytes: bytes, workloads: scan.workloadsToRead)
        self.init(stream, source: scan.keepsSource ? SourceText(stream.text) : nil, from: origin, by: scan)
    }

    private init(_ stream: ManifestStream, source: SourceText?, from origin: TextOrigin, by scan: ManifestScan) {
        self.scan = scan
        self.origin = origin
        self.stream = stream
        self.source = source
        offset = stream.offset
    }

    /// Whether there may be more documents to split off.
    var canSplit: Bool { stream.canSplit }

    /// The number of bytes that are read or split off.
    var position: Int { stream.offset }

    /// Scans the next document that contains more than comments and that a chart's line does not already cover.
    mutating func next() -> ScannedDocument? {
        while let document = stream.next() {
            guard var result = scan.result(of: document, from: origin) else { continue }
            result.textByteCount = stream.offset - offset
            result.source = source
            offset = stream.offset
            return result
        }
        return nil
    }

    /// Splits documents of about that many bytes off the stream, for another thread; `nil` if none can be split off.
    mutating func splitOff(byteCount: Int) -> ScannedStream? {
        stream.splitOff(byteCount: byteCount).map { ScannedStream($0, source: source, from: origin, by: scan) }
    }
}
