import Foundation
import Reports
import Testing

/// The annotations that GitHub shows on the lines of a pull request.
@Suite struct GitHubReportTests {
    @Test func `Annotations have file, line and column, and escape special characters`() throws {
        let lines = SampleReport.text(GitHubReport(standardInputName: "STDIN"), SampleReport.documents()).split(separator: "\n")
        let first = try #require(lines.first)
        #expect(first.hasPrefix("::error file=dir/f 1%2C2.yaml,line=1,col=1,title=Deployment/web.prod%3A score -39%2C "), "\(first)")
        #expect(first.contains("::line 1: minimumScore: score -39 of 21 is below 0%0A"))
        #expect(first.contains("%0Aline 12: Privileged: container \"a,b:<c>\": "))
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
        let title = minimum == 0 ? "Pod/undefined.default%3A score -9%2C 2 findings" : "HostPID%3A Pod/undefined.default"
        #expect(report.contains("\(command) title=\(title)::"), "\(report)")
        #expect(report.contains("::error") == (minimum == 0))
    }

    @Test func `The findings of an object with the same command are one annotation, and so are the warnings about its fields`() throws {
        let text = """
            kind: Pod
            metadata: {name: a}
            spec:
              hostPID: true
              hostIPC: true
              containers:
                - name: app
                  securityContext: {runAsNonroot: true, privilegd: true}

            """
        let report = SampleReport.text(GitHubReport(standardInputName: "STDIN"), SampleReport.documents(text, named: "f"))
        let lines = report.split(separator: "\n").map(String.init)
        #expect(lines.count == 4, "\(report)")
        let error = try #require(lines.first)
        #expect(error.hasPrefix("::error file=f,line=1,col=1,title=Pod/a.default%3A score -18%2C 3 findings::line 1: minimumScore: "))
        #expect(error.contains("%0Aline 5: HostIPC: ") && error.contains("%0Aline 4: HostPID: ") && error.contains(" (-9)"))
        #expect(lines[1].hasPrefix("::notice file=f,line=") && lines[1].contains(" findings::line "), "\(lines[1])")
        #expect(lines[2].hasPrefix("::warning file=f,line=8,col=25,title=Pod/a.default%3A 2 warnings::line 8: unknownField: "))
        #expect(lines[2].components(separatedBy: "%0Aline 8: unknownField: ").count == 2)
    }

    @Test func `A long annotation ends with the number of findings that are left out`() throws {
        let containers = (0..<100).map { "  - {name: c\($0), securityContext: {privileged: true}}\n" }.joined()
        let text = "kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n\(containers)"
        let report = SampleReport.text(GitHubReport(standardInputName: "STDIN"), SampleReport.documents(text, named: "f"))
        let error = try #require(report.split(separator: "\n").first)
        let message = try #require(error.components(separatedBy: " findings::").last)
        let lines = message.components(separatedBy: "%0A")
        #expect(message.replacing("%0A", with: "\n").utf16.count <= 4096)
        #expect(lines.count > 10 && lines.last == "and \(101 - (lines.count - 1)) more", "\(lines.last ?? "")")
    }
}
