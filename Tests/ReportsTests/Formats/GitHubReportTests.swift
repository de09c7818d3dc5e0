import Reports
import Testing

/// The annotations that GitHub shows on the lines of a pull request.
@Suite struct GitHubReportTests {
    @Test func `Annotations have file, line and column, and escape special characters`() throws {
        let lines = SampleReport.text(GitHubReport(standardInputName: "STDIN"), SampleReport.documents()).split(separator: "\n")
        #expect(
            lines.first
                == "::error file=dir/f 1%2C2.yaml,line=1,col=1,title=minimumScore%3A Deployment/web.prod::score -39 of 21 is below 0"
        )
        #expect(
            lines.contains {
                $0.hasPrefix(
                    "::error file=dir/f 1%2C2.yaml,line=12,col=13,title=Privileged%3A Deployment/web.prod::container \"a,b:<c>\": "
                )
            }
        )
        #expect(
            lines.contains {
                $0.contains(",line=21,col=20,title=unreadable%3A Pod/100%25\\u{A}sure.default::spec.containers: expected array")
            }
        )
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix("::error ") || $0.hasPrefix("::warning ") || $0.hasPrefix("::notice ") })
        #expect(lines.last == "4 documents: 2 scored (1 failed), 1 skipped (no rules for kind ConfigMap), 1 invalid")
    }

    @Test(arguments: [("kind: Pod\nspec: {hostPID: true}\n", -9, "::warning"), ("kind: Pod\nspec: {hostPID: true}\n", 0, "::error")])
    func `Only findings that fail the scan are errors`(text: String, minimum: Int, command: String) throws {
        let documents = SampleReport.documents(text, named: "STDIN", minimum: minimum)
        let report = SampleReport.text(GitHubReport(standardInputName: "STDIN"), documents)
        #expect(report.contains("\(command) title=HostPID%3A Pod/undefined.default::"), "\(report)")
        #expect(report.contains("::error") == (minimum == 0))
    }
}
