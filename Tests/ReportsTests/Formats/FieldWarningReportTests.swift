import Foundation
import PodScoring
import Reports
import Testing

/// Warnings about fields in each format.
@Suite struct FieldWarningReportTests {
    private static let text = """
        apiVersion: v1
        kind: Pod
        metadata: {name: a}
        spec:
          containers:
            - name: app
              securityContext:
                runAsNonroot: true

        """
    private static let mistake = #"unknown field "runAsNonroot", did you mean runAsNonRoot?"#
    private static let cause = #"(line 8 has the unknown field "runAsNonroot")"#

    private func report(_ encoder: any ReportEncoder, _ text: String = text, _ scan: ScannedText = ScannedText()) -> String {
        SampleReport.text(encoder, scan.documents(text))
    }

    @Test func `A table names the mistake, and the rule that fails because of it`() {
        let table = report(TableReport())
        #expect(table.contains("  warning: line 8: \(Self.mistake)\n"), "\(table)")
        let rows = table.split(separator: "\n").filter { $0.contains(Self.cause) }
        #expect(rows.count == 1 && rows.allSatisfy { $0.contains("  RunAsNonRoot  ") }, "\(table)")
    }

    @Test(arguments: ["RunAsNonRoot", "unknownField"]) func `GitHub and SARIF have findings for the mistake and the rule`(rule: String) {
        let github = report(GitHubReport(standardInputName: "STDIN"))
        let warning = "::warning file=f,line=8,col=9,title=unknownField%3A Pod/a.default::"
        let place = rule == "unknownField" ? warning : "%0Aline 7: RunAsNonRoot: "
        #expect(github.contains(place), "\(github)")
        #expect(github.contains(Self.mistake) && github.contains(Self.cause))
        let sarif = report(SARIFReport(version: "1", ruleset: .podscoreV1))
        #expect(sarif.contains(#""ruleId": "\#(rule)""#))
    }

    @Test func `JSON and YAML under podscore/v1 have the warnings with their places, and the cause of a finding`() throws {
        struct Element: Decodable {
            struct Warning: Decodable, Equatable { let kind, field, message: String; let line, column: Int }
            let warnings: [Warning]
        }
        let json = report(KubesecJSONReport())
        let element = try #require(try JSONDecoder().decode([Element].self, from: Data(json.utf8)).first)
        #expect(
            element.warnings == [
                .init(
                    kind: "unknownField",
                    field: "spec.containers[0].securityContext.runAsNonroot",
                    message: Self.mistake,
                    line: 8,
                    column: 9
                )
            ]
        )
        #expect(json.contains(#""cause": "line 8 has the unknown field \"runAsNonroot\"""#), "\(json)")
        #expect(report(YAMLReport()).contains("\n  warnings:\n  - kind: unknownField\n"))
    }

    @Test(arguments: [("kubesecV2", Ruleset.kubesecV2), ("kubesecV20", .kubesecV20)])
    func `JSON and YAML under kubesec's rulesets stay kubesec's`(name: String, ruleset: Ruleset) {
        let plain = Self.text.replacing("runAsNonroot: true", with: "seLinuxOptions: {}")
        for encoder in [KubesecJSONReport(), YAMLReport()] as [any ReportEncoder] {
            let scan = ScannedText(ruleset: ruleset)
            #expect(report(encoder, Self.text, scan) == report(encoder, plain, scan), "\(name)")
        }
        #expect(report(TableReport(), Self.text, ScannedText(ruleset: ruleset)).contains(Self.mistake))
    }

    @Test func `JUnit shows a warning as output, and in a strict scan as an error`() {
        let lenient = report(JUnitReport())
        #expect(lenient.contains("failures=\"0\" errors=\"0\"") && lenient.contains("<system-out>"))
        #expect(
            lenient.contains("f:8:9: unknownField: unknown field \"runAsNonroot\"")
                || lenient.contains("f:8:9: unknownField: unknown field &quot;")
        )
        let strict = report(JUnitReport(), Self.text, ScannedText(isStrict: true))
        #expect(strict.contains("failures=\"0\" errors=\"1\"") && strict.contains("<error message=\"unknown field &quot;"), "\(strict)")
    }

    @Test func `In a strict scan, a warning is an error for GitHub`() {
        let github = report(GitHubReport(standardInputName: "STDIN"), Self.text, ScannedText(isStrict: true))
        #expect(github.contains("::error file=f,line=8,col=9,title=unknownField%3A Pod/a.default::"), "\(github)")
        #expect(github.contains(", 0 invalid, 1 warning\n"))
    }

    @Test func `A violated check of a standard names the mistake as its cause`() {
        let text = Self.text.replacing("runAsNonroot: true", with: "capabilities: {drop: [all]}")
        let scan = ScannedText(standard: PodSecurityStandard(parsing: "restricted@v1.31"))
        #expect(report(TableReport(), text, scan).contains(#"(line 8 has "all" instead of ALL)"#), "\(report(TableReport(), text, scan))")
        #expect(report(KubesecJSONReport(), text, scan).contains(#"(line 8 has \"all\" instead of ALL)"#))
    }

    @Test func `Warnings above the limit are counted in each format`() {
        let fields = (0..<12).map { "    unknown\($0): 1\n" }.joined()
        let text = "kind: Pod\nmetadata: {name: a}\nspec:\n\(fields)".replacing("    unknown", with: "  unknown")
        #expect(report(TableReport(), text).contains("  warning: and 2 more warnings\n"))
        #expect(report(KubesecJSONReport(), text).contains(#""moreWarnings": 2"#))
        #expect(
            report(GitHubReport(standardInputName: "STDIN"), text).contains("%0Aline 1: moreWarnings: and 2 more warnings\n")
        )
        #expect(report(GitHubReport(standardInputName: "STDIN"), text).contains(", 12 warnings\n"))
    }

    @Test func `A baseline does not hold warnings`() throws {
        let text = Self.text.replacing("spec:\n", with: "spec:\n  hostPID: true\n")
        let clean = text.replacing("runAsNonroot: true", with: "procMount: Default")
        let entries = [text, clean].map { ScannedText(minimumScore: 5).documents($0).compactMap { Baseline.Entry($0) } }
        #expect(entries[0].count == 1)
        #expect(Baseline(entries[0]).json == Baseline(entries[1]).json)
    }
}
