import Foundation
import Reports
import TestSupport
import Testing

@testable import Scanning

/// The suites of a JUnit report.
@Suite struct SuiteTests {
    /// Scans a file with each number of Pods.
    private func report(of counts: [Int], jobs: Int) throws -> String {
        let folder = try ScratchFolder()
        let paths = try counts.enumerated().map { number, count in
            let pods = (0..<count).map { "apiVersion: v1\nkind: Pod\nmetadata: {name: p\($0)}\nspec: {hostPID: true}\n" }
            return try folder.write(pods.joined(separator: "---\n"), to: "\(number).yaml")
        }
        return try ScanRun.report(on: paths, by: JUnitReport(), jobs: jobs)
    }

    @Test(arguments: [1, 3]) func `Each file is one suite with the counts of all its documents`(jobs: Int) throws {
        let counts = [1, 100, 17, 40]
        let suites = try report(of: counts, jobs: jobs).split(separator: "\n").filter { $0.contains("<testsuite ") }
        #expect(suites.count == counts.count)
        for (suite, count) in zip(suites, counts) { #expect(suite.contains(#" tests="\#(count)" failures="\#(count)" errors="0""#)) }
    }
}
