package import Manifests
import NIOConcurrencyHelpers
package import NIOPosix
import Platform
import PodScoring
package import Reports

/// Scans all files in parallel, several files or sections of one file at once, and writes the results in order.
///
/// Memory is bounded by the files being scanned, some documents of each, and a fixed number of results that wait for their turn.
package struct ScanRun: Sendable {
    /// The maximum number of files that are scanned at once.
    package static let jobLimit = 256
    /// The number of documents that are reported together; small, so that their memory is reused while it is in the processor's cache.
    private static let batchLimit = 16
    /// The same for a format whose readers see what is reported together, such as the suites of JUnit: nearly always all of a file.
    private static let suiteLimit = 4_096
    /// The maximum memory of documents that are reported together, in bytes.
    private static let batchWeightLimit = 1024 * 1024
    /// The size of a part, in bytes, from which it is written if it is its file's turn.
    private static let turnLimit = 64 * 1024
    /// The size of a part, in bytes, from which its thread waits for its turn.
    private static let partLimit = 1024 * 1024

    /// Scores documents.
    let scan: ManifestScan
    /// Writes them.
    let encoder: any ReportEncoder
    /// The baseline whose entries do not fail; `nil` for none.
    let baseline: Baseline?
    /// Whether every failing object goes into a new baseline and does not fail.
    let putsAllInBaseline: Bool
    /// Whether reports have absolute paths.
    let usesAbsolutePaths: Bool
    /// Whether problems are not written beside the report, because the reader sees them in it.
    let hidesProblems: Bool

    /// A run with these settings.
    package init(
        scan: ManifestScan,
        encoder: any ReportEncoder,
        baseline: Baseline?,
        putsAllInBaseline: Bool,
        usesAbsolutePaths: Bool,
        hidesProblems: Bool
    ) {
        var scan = scan
        scan.keepsSource = encoder.showsSource
        self.scan = scan
        self.encoder = encoder
        self.baseline = baseline
        self.putsAllInBaseline = putsAllInBaseline
        self.usesAbsolutePaths = usesAbsolutePaths
        self.hidesProblems = hidesProblems
    }

    /// Scans the files on this thread and on `jobs - 1` threads of a pool; returns when all are done.
    package func run(_ files: ManifestFiles, jobs: Int, on pool: @autoclosure () -> NIOThreadPool, to output: ScanOutput) {
        let queue = ScanQueue(files, jobs: encoder.dependsOnPieces ? 1 : jobs)
        guard jobs > 1 else { return work(on: queue, to: output) }
        let pool = pool()
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
    }

    /// Scans files and sections until none is left.
    private func work(on queue: ScanQueue, to output: ScanOutput) {
        while let work = queue.next() {
            let hasFailed = output.hasFailed
            if hasFailed { queue.stop() }
            switch work {
            case .file(let item, let place):
                var batch = Batch(run: self, output: output, place: place)
                let rest = hasFailed ? nil : scan(item, into: &batch, sharing: queue)
                queue.end(place, leaving: rest)
                batch.finish(isLast: rest == nil)
            case .section(var documents, let place, let isLast):
                var batch = Batch(run: self, output: output, place: place)
                while !hasFailed, let document = documents.next() { batch.add(document) }
                batch.finish(isLast: isLast)
            }
        }
    }

    /// The rest of a text, for other threads.
    private typealias Rest = (documents: ScannedStream, byteCount: Int)

    /// Scans a file, or only its beginning if the rest is worth sharing.
    private func scan(_ item: ManifestFiles.Item, into batch: inout Batch, sharing queue: ScanQueue) -> Rest? {
        switch item {
        case .standardInput:
            return scan(item, named: ManifestScan.standardInputName, from: .stream, into: &batch, sharing: queue)
        case .named(let path):
            let isInput = path == "/dev/stdin" && scan.ruleset.zeroFails
            let name = isInput ? ManifestScan.standardInputName : name(of: path)
            return scan(item, named: name, from: .named(path: path), into: &batch, sharing: queue)
        case .found(let file, let isInChart):
            return scan(item, named: name(of: file.path), from: .found(isInChart: isInChart), into: &batch, sharing: queue)
        case .chart(let directory):
            batch.add(scan.chart(name(of: directory), at: directory))
            return nil
        case .empty(let path, let reason) where scan.allowsEmpty:
            batch.part.say("podscore: note: \(SystemPath.display(path)) \(reason)")
            return nil
        case .empty(let path, let reason):
            batch.add(scan.unreadableFile(name(of: path), "\(SystemPath.display(path)) \(reason)"))
            return nil
        case .unreadable(let path, let reason):
            batch.add(scan.unreadableFile(name(of: path), "cannot read \(SystemPath.display(path)): \(reason)"))
            return nil
        case .skipped(let path, let reason):
            batch.part.say("podscore: note: \(SystemPath.display(path)) is skipped: \(reason)")
            return nil
        }
    }

    private func scan(
        _ item: ManifestFiles.Item,
        named name: String,
        from origin: TextOrigin,
        into batch: inout Batch,
        sharing queue: ScanQueue
    ) -> Rest? {
        let bytes: [UInt8]
        do throws(FileError) {
            guard let contents = try item.contents(byteLimit: ManifestScan.byteLimit) else { return nil }
            bytes = contents
        } catch {
            batch.add(scan.unreadableFile(name, "cannot read \(error)"))
            return nil
        }
        var documents = ScannedStream(bytes, named: name, from: origin, by: scan)
        if let document = documents.next() ?? scan.emptyDocument(named: name, bytes, from: origin) { batch.add(document) }
        if queue.isWorthSharing(documents, of: bytes.count) { return (documents, bytes.count) }
        while let document = documents.next() { batch.add(document) }
        return nil
    }

    private func name(of path: String) -> String {
        SystemPath.display(usesAbsolutePaths ? (try? FilePaths.absolute(path)) ?? path : path)
    }

    /// The documents of one file or section that are not yet written.
    private struct Batch {
        let run: ScanRun
        let output: ScanOutput
        let place: ScanPlace
        var documents: [ScannedDocument] = []
        var weight = 0
        var part = ScanPart()

        init(run: ScanRun, output: ScanOutput, place: ScanPlace) {
            self.run = run
            self.output = output
            self.place = place
        }

        /// Adds a document, compared with the baseline.
        mutating func add(_ document: ScannedDocument) {
            var document = document
            if run.baseline != nil || run.putsAllInBaseline, let entry = Baseline.Entry(document) {
                document.baseline = run.putsAllInBaseline ? .known : run.baseline?.verdict(on: entry)
                part.note(entry)
            }
            documents.append(document)
            weight += document.weight
            let limit = run.encoder.dependsOnPieces ? ScanRun.suiteLimit : ScanRun.batchLimit
            guard documents.count >= limit || weight >= ScanRun.batchWeightLimit else { return }
            if weight >= ScanRun.batchWeightLimit {
                // A report can be larger than its documents, so it is written one at a time.
                output.add(part, of: place)
                part = ScanPart()
            }
            encode()
            guard part.weight >= ScanRun.partLimit || part.weight >= ScanRun.turnLimit && output.isTurn(of: place) else { return }
            output.add(part, of: place)
            part = ScanPart()
        }

        /// Writes the rest.
        mutating func finish(isLast: Bool) {
            encode()
            output.finish(part, of: place, isLast: isLast)
        }

        private mutating func encode() {
            part.add(documents, by: run.encoder, sayingProblems: !run.hidesProblems)
            documents.removeAll(keepingCapacity: true)
            weight = 0
        }
    }
}
