import Manifests
import NIOConcurrencyHelpers
import Reports
import Synchronization

/// Where a part of a report belongs: the number of its file, and of the section of the file, both from 0.
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

/// What is left to scan, handed out to several threads in the order of the report.
///
/// A class because the threads share it. Files are handed out whole. Whoever finds that a file's text is long gives the rest of it back, and
/// sections of it are handed out before any later file; a thread that finds nothing waits for as long as another one may still give some back.
final class ScanQueue: Sendable {
    /// What one thread does at a time.
    enum Work: Sendable {
        /// A file is scanned from its beginning; afterwards ``ScanQueue/end(_:leaving:)`` has to be called.
        case file(ManifestFiles.Item, ScanPlace)
        /// Some documents of a file are scanned, the last of them or not.
        case section(ScannedStream, ScanPlace, isLast: Bool)
    }

    /// What the threads share.
    private struct State {
        /// `nil` when all have been handed out.
        var files: ManifestFiles?
        /// The number of the next file.
        var number = 0
        /// How many threads scan a file from its beginning.
        var readers = 0
        /// Files of which sections are left, the first one first.
        var open: [OpenFile] = []

        /// Whether somebody who asks gets an answer at once: something to do, or that nothing will ever come.
        var canAnswer: Bool { !open.isEmpty || files != nil || readers == 0 }
    }

    /// A file of which sections are left.
    private struct OpenFile {
        var documents: ScannedStream
        /// The place of the next section.
        var place: ScanPlace
        /// The length of the whole text, in bytes.
        let byteCount: Int
    }

    /// What somebody who asks learns.
    private struct Answer {
        let work: Work?
        let isOver: Bool
        /// Whether the next one to ask gets an answer at once, too.
        let leavesMore: Bool
    }

    /// The least and the largest section, in bytes of text.
    private static let sectionByteCounts = 8 * 1024...32 * 1024

    private let jobs: Int
    private let state: Mutex<State>
    /// Whether somebody who asks gets an answer at once; who asks waits for it.
    private let canAnswer = ConditionLock(value: true)

    /// The files, for so many threads.
    init(_ files: ManifestFiles, jobs: Int) {
        self.jobs = jobs
        state = Mutex(State(files: files))
    }

    /// Whether what is left of a file is worth more than one thread.
    func isWorthSharing(_ documents: ScannedStream, of byteCount: Int) -> Bool {
        jobs > 1 && documents.canSplit && byteCount - documents.position > Self.sectionByteCounts.lowerBound
    }

    /// The next thing to do; `nil` when nothing is left.
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

    /// Takes note that a file was scanned from its beginning, as far as it was; what is left of it is handed out in sections.
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

    /// Hands out no further file; sections of those that were begun are handed out, so that nobody waits for them in vain.
    func stop() {
        canAnswer.lock()
        let answers = state.withLock { state in
            state.files = nil
            return state.canAnswer
        }
        canAnswer.unlock(withValue: answers)
    }

    /// Splits the next section off the first file of which some are left: large ones first, small ones at the end, so that all threads end
    /// at about the same time.
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

/// The documents of one text, scored one after the other.
struct ScannedStream: Sendable {
    private let scan: ManifestScan
    private let wasFound: Bool
    private var stream: ManifestStream
    /// How many bytes of the text belong to the documents so far.
    private var offset: Int

    /// Prepares to scan a text; `wasFound` says that nobody named its file.
    init(_ bytes: [UInt8], named name: String, wasFound: Bool = false, by scan: ManifestScan) {
        self.init(ManifestStream(source: name, bytes: bytes), wasFound: wasFound, by: scan)
    }

    private init(_ stream: ManifestStream, wasFound: Bool, by scan: ManifestScan) {
        self.scan = scan
        self.wasFound = wasFound
        self.stream = stream
        offset = stream.offset
    }

    /// Whether documents may be left that can be split off.
    var canSplit: Bool { stream.canSplit }

    /// How many bytes of the text have been read or split off.
    var position: Int { stream.offset }

    /// Scans the next document that holds more than comments.
    mutating func next() -> ScannedDocument? {
        while let document = stream.next() {
            guard var result = scan.result(of: document, wasFound: wasFound) else { continue }
            result.textByteCount = stream.offset - offset
            offset = stream.offset
            return result
        }
        return nil
    }

    /// Takes about that many bytes of documents off the stream, for somebody else to scan; `nil` when none can be split off.
    mutating func splitOff(byteCount: Int) -> ScannedStream? {
        stream.splitOff(byteCount: byteCount).map { ScannedStream($0, wasFound: wasFound, by: scan) }
    }
}
