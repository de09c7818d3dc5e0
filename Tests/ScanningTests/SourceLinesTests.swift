import PodScoring
import Reports
import TestSupport
import Testing

@testable import Scanning

/// The lines of files in a page.
@Suite struct SourceLinesTests {
    @Test(arguments: [1, 4]) func `Findings are shown with the lines of their own file, however it is divided`(jobs: Int) throws {
        let folder = try ScratchFolder()
        let pods = (0..<300).map { "apiVersion: v1\nkind: Pod\nmetadata: {name: p\($0)}\nspec:\n  hostPID: true # number \($0)\n" }
        let long = try folder.write(pods.joined(separator: "---\n"), to: "long.yaml")
        let list = try folder.write(
            #"{"apiVersion": "v1", "kind": "List", "items": [\#n{"kind": "Pod", "apiVersion": "v1",\#n"spec": {"hostPID": true}}]}\#n"#,
            to: "list.json"
        )
        let page = try ScanRun.report(on: [long, list], by: HTMLReport(version: "1"), jobs: jobs)
        for number in 0..<300 {
            #expect(page.contains("<i>\(6 * number + 5)</i><mark>  hostPID: true # number \(number)\n</mark>"))
        }
        #expect(page.contains("<mark>&quot;spec&quot;: {&quot;hostPID&quot;: true}}]}\n</mark>"))
    }

    @Test func `Other formats keep no text`() {
        let run = ScanRun(
            scan: ManifestScan(ruleset: .podscoreV1),
            encoder: TableReport(),
            baseline: nil,
            putsAllInBaseline: false,
            usesAbsolutePaths: false,
            hidesProblems: false
        )
        #expect(!run.scan.keepsSource)
    }
}
