import Manifests
import NIOPosix
import PodScoring
import Reports
import Synchronization

@testable import Scanning

extension ScanRun {
    /// The report of a scan of some files under `podscore/v1`.
    static func report(on paths: [String], by encoder: some ReportEncoder, jobs: Int) throws -> String {
        let text = Mutex<[UInt8]>([])
        let output = ScanOutput(
            encoder,
            comparison: nil,
            keepsFailed: false,
            progress: ScanProgress(isShown: false),
            say: { _ in }
        ) { bytes in text.withLock { $0 += bytes } }
        ScanRun(
            scan: ManifestScan(ruleset: .podscoreV1),
            encoder: encoder,
            baseline: nil,
            putsAllInBaseline: false,
            usesAbsolutePaths: false,
            hidesProblems: false
        )
        .run(ManifestFiles(paths), jobs: jobs, on: NIOThreadPool.singleton, to: output)
        _ = try output.complete()
        return String(decoding: text.withLock { $0 }, as: UTF8.self)
    }
}
