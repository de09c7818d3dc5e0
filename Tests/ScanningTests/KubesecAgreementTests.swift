import Foundation
import PodScoring
import Reports
import TestSupport
import Testing

@testable import Scanning

/// Compares `scan --ruleset kubesec/v2 --format json` with kubesec's output for the same files.
@Suite struct KubesecAgreementTests {
    @Test(
        .enabled(if: !KubesecReference.names.isEmpty, "kubesec's reference output is not here"),
        arguments: KubesecReference.names.isEmpty ? [""] : KubesecReference.names
    )
    func `A file has kubesec's report`(name: String) throws {
        let expected = try KubesecReference.expectation(of: name)
        let scan = ManifestScan(ruleset: .kubesecV2)
        let documents = try scan.scan(Array(Data(contentsOf: KubesecReference.folder.appending(path: "input/\(name)"))), named: name)
        let reports = try JSONDecoder().decode([KubesecReference.Report].self, from: Data(KubesecJSON.encode(documents)))
        #expect(ScanTally(of: documents).status() == expected.exitCode)
        if let wanted = expected.reports {
            #expect(reports == wanted)
        } else {
            #expect(reports.map(\.object) == ["Unknown"] && reports.map(\.valid) == [false])
        }
    }
}
