import FileSystem
import Manifests
import NIOConcurrencyHelpers
import NIOPosix
import Reports
import Synchronization

/// Scans all files, several at the same time, and hands the results in their order to one output.
///
/// Memory holds the files that are being scanned, some documents of each, and a bounded number of results that wait for their turn.
struct ScanRun: Sendable {
    /// The most files that are scanned at the same time.
    static let jobLimit = 256
    /// How many documents are reported together; few, so that their memory is used again while the processor still has it.
    private static let batchLimit = 16
    /// How much memory documents may hold that are to be reported together, in bytes.
    private static let batchWeightLimit = 1024 * 1024
    /// How much of a report is kept before it is handed out when it is its file's turn, in bytes.
    private static let turnLimit = 64 * 1024
    /// How much of a report is kept before its file waits for its turn, in bytes.
    private static let partLimit = 1024 * 1024

    /// Scores documents.
    let scan: ManifestScan
    /// Writes them.
    let encoder: any ReportEncoder
    /// Excuses what it knows; `nil` excuses nothing.
    let baseline: Baseline?
    /// Whether everything that is refused is about to be known.
    let excusesAll: Bool
    /// Whether files are called by their absolute paths.
    let usesAbsolutePaths: Bool
    /// Whether problems are part of what the reader of the results sees anyway.
    let hidesProblems: Bool

    /// The files that are left, and the number of the next one.
    private struct Queue {
        var files: ManifestFiles
        var number = 0
    }

    /// Scans what is left of the files, on this thread and others, and comes back when all is done.
    func run(_ files: ManifestFiles, jobs: Int, to output: ScanOutput) {
        let queue = Box(Queue(files: files))
        guard jobs > 1 else { return work(on: queue, to: output) }
        let pool = NIOThreadPool(numberOfThreads: jobs - 1)
        pool.start()
        let ends = (1..<jobs).map { _ in ConditionLock(value: false) }
        for end in ends {
            pool.submit { _ in
                work(on: queue, to: output)
                end.lock()
                end.unlock(withValue: true)
            }
        }
        work(on: queue, to: output)
        for end in ends {
            end.lock(whenValue: true)
            end.unlock()
        }
        try? pool.syncShutdownGracefully()
    }

    /// Takes one file after the other until none is left.
    private func work(on queue: Box, to output: ScanOutput) {
        while !output.hasFailed, let (item, number) = queue.next() {
            var batch = Batch(run: self, output: output, number: number)
            scan(item, into: &batch)
            batch.finish()
        }
    }

    private func scan(_ item: ManifestFiles.Item, into batch: inout Batch) {
        switch item {
        case .standardInput:
            scan("-", named: ManifestScan.standardInputName, wasFound: false, into: &batch) { () throws(FileError) in
                try FileContents.readStandardInput(byteLimit: ManifestScan.byteLimit)
            }
        case .file(let path, let wasFound):
            scan(path, named: name(of: path), wasFound: wasFound, into: &batch) { () throws(FileError) in
                try FileContents.read(path, byteLimit: ManifestScan.byteLimit)
            }
        case .unreadable(let path, let reason):
            batch.add(scan.unreadableFile(name(of: path), "cannot read \(path): \(reason)"))
        case .leftOut(let path, let reason):
            batch.part.say("podscore: note: \(path) is left out: \(reason)")
        }
    }

    private func scan(
        _ path: String,
        named name: String,
        wasFound: Bool,
        into batch: inout Batch,
        reading read: () throws(FileError) -> [UInt8]
    ) {
        do throws(FileError) {
            let bytes = try read()
            scan.scan(bytes, named: name, wasFound: wasFound) { batch.add($0) }
        } catch {
            batch.add(scan.unreadableFile(name, "cannot read \(error)"))
        }
    }

    private func name(of path: String) -> String {
        usesAbsolutePaths ? (try? FilePaths.absolute(path)) ?? path : path
    }

    /// The queue, which threads share.
    private final class Box: Sendable {
        private let queue: Mutex<Queue>

        init(_ queue: Queue) {
            self.queue = Mutex(queue)
        }

        /// The next file with its number; `nil` when none is left.
        func next() -> (item: ManifestFiles.Item, number: Int)? {
            queue.withLock { queue in
                guard let item = queue.files.next() else { return nil }
                defer { queue.number += 1 }
                return (item, queue.number)
            }
        }
    }

    /// The documents of one file that are not handed out yet.
    private struct Batch {
        let run: ScanRun
        let output: ScanOutput
        let number: Int
        var documents: [ScannedDocument] = []
        var weight = 0
        var part = ScanPart()

        init(run: ScanRun, output: ScanOutput, number: Int) {
            self.run = run
            self.output = output
            self.number = number
        }

        /// Takes a document, compared with the baseline.
        mutating func add(_ document: ScannedDocument) {
            var document = document
            if run.baseline != nil || run.excusesAll, let entry = Baseline.Entry(document) {
                document.baseline = run.excusesAll ? .known : run.baseline?.verdict(on: entry)
                part.note(entry)
            }
            documents.append(document)
            weight += document.weight
            guard documents.count >= ScanRun.batchLimit || weight >= ScanRun.batchWeightLimit else { return }
            encode()
            guard part.weight >= ScanRun.partLimit || part.weight >= ScanRun.turnLimit && output.isTurn(of: number) else { return }
            output.add(part, of: number)
            part = ScanPart()
        }

        /// Hands the rest out.
        mutating func finish() {
            encode()
            output.finish(part, of: number)
        }

        private mutating func encode() {
            part.add(documents, by: run.encoder, sayingProblems: !run.hidesProblems)
            documents.removeAll(keepingCapacity: true)
            weight = 0
        }
    }
}
