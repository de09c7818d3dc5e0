import Foundation
import Reports
import TestSupport
import Testing

@testable import Scanning

/// A format whose readers take only some results.
@Suite struct ResultLimitTests {
    /// Two results for each document, as `[name name,name name]`.
    private struct Format: ReportEncoder {
        let resultLimit: Int?
        let head = Array("[".utf8)
        let separator = Array(",".utf8)

        func piece(of documents: [ScannedDocument]) -> [UInt8] { countedPiece(of: documents).bytes }

        func countedPiece(of documents: [ScannedDocument]) -> (bytes: [UInt8], resultCount: Int) {
            (Array(documents.map { "\($0.objectName) \($0.objectName)" }.joined(separator: ",").utf8), 2 * documents.count)
        }

        func tail(of tally: ScanTally) -> [UInt8] { Array("] \(tally.omittedResults)".utf8) }
    }

    /// Scans a file for each name.
    private func report(of names: [String], limit: Int?) throws -> String {
        let folder = try ScratchFolder()
        let paths = try names.map { try folder.write("apiVersion: v1\nkind: Pod\nmetadata: {name: \($0)}\n", to: "\($0).yaml") }
        return try ScanRun.report(on: paths, by: Format(resultLimit: limit), jobs: 1)
            .replacing("Pod/", with: "").replacing(".default", with: "")
    }

    @Test(
        arguments: [(nil, "[a a,b b,c c] 0"), (6, "[a a,b b,c c] 0"), (5, "[a a,b b] 2"), (3, "[a a] 4"), (1, "[] 6")]
            as [(Int?, String)]
    )
    func `Pieces beyond the limit are left out and counted`(limit: Int?, expected: String) throws {
        #expect(try report(of: ["a", "b", "c"], limit: limit) == expected)
    }
}
