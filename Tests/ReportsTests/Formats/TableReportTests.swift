import AdmissionPolicy
import Foundation
import PodScoring
import Reports
import Testing

/// The report for people, on a terminal and in a file.
@Suite struct TableReportTests {
    @Test func `A table that is not for a terminal has no colours and does not wrap lines`() throws {
        let text = SampleReport.text(TableReport(), SampleReport.documents(minimum: 9))
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("dir/f 1,2.yaml:1: Deployment/web.prod scores -39 of 21 (podscore/v1 (unreleased))\n"))
        #expect(text.contains("     -30  Privileged                       12  container \"a,b:<c>\": "))
        #expect(
            text.contains(
                "  failed: score -39 is below --minimum-score 9\n  shortest way to 9: Privileged +30 [check application], HostPID +9 ["
            )
        )
        #expect(text.contains("invalid: ./dir/f 1,2.yaml:21:20: spec.containers: expected array, found number\n"))
        #expect(text.hasPrefix("4 documents: 2 scored (2 failed), 1 skipped (no rules for kind ConfigMap), 1 invalid\n\n"))
    }

    @Test(arguments: [60, 80, 120, 160])
    func `A table fits the terminal and has the same words`(width: Int) throws {
        let documents = SampleReport.documents(minimum: 9)
        let plain = SampleReport.text(TableReport(), documents)
        let fitted = SampleReport.text(TableReport(style: TableStyle(width: width, hasColours: true)), documents)
        let bare = fitted.replacing(/\u{1B}\[[0-9]*m/, with: "")
        // Narrow tables have a colon after the rule id and no heading for its column; otherwise the words are the same.
        let words = { (text: String) in text.split { " \n:".contains($0) }.filter { $0 != "rule" }.map(String.init).sorted() }
        #expect(words(bare) == words(plain))
        let wide = bare.split(separator: "\n").filter { $0.count > width && !$0.hasPrefix("./dir") }
        #expect(width < 80 || wide.isEmpty, "\(wide)")
        #expect(fitted.contains("\u{1B}[31m"))
    }

    private static let colours = TableStyle(width: 120, hasColours: true)

    @Test(
        arguments: [
            ("hostPID: true", nil, "31", -9), ("hostPID: true", -9, "32", -9), ("", nil, "1", 0), ("", 1, "31", 0), ("", 0, "32", 0),
            ("serviceAccountName: web", nil, "1", 3),
        ] as [(String, Int?, String, Int)]
    )
    func `A score is red if it fails, and green if it meets a demand`(spec: String, minimum: Int?, colour: String, score: Int) {
        let documents = ScannedText(minimumScore: minimum).documents("kind: Pod\nmetadata: {name: a}\nspec: {\(spec)}\n")
        let text = SampleReport.text(TableReport(style: Self.colours, detail: .everything), documents)
        #expect(text.contains("scores \u{1B}[\(colour)m\(score) of 21\u{1B}[0m"), "\(text)")
    }

    /// The report about a Pod that fails, one that passes and an object without rules.
    private static func three(_ detail: TableReport.Detail, minimum: Int? = 0) -> String {
        let text = ["hostPID: true", ""].map { "kind: Pod\nmetadata: {name: a}\nspec: {\($0)}\n" } + ["apiVersion: v1\nkind: Service\n"]
        let documents = ScannedText(minimumScore: minimum).documents(text.joined(separator: "---\n"))
        return SampleReport.text(TableReport(detail: detail), documents)
    }

    @Test func `An object that meets the demands takes one line`() {
        let text = Self.three(.normal)
        let summary = "3 documents: 2 scored (1 failed), 1 skipped (no rules for kind Service), 0 invalid"
        #expect(text.hasPrefix(summary + "\n\nf:1: Pod/a.default scores -9"))
        #expect(
            text.hasSuffix(
                "\n\nf:5: Pod/a.default passed, score 0 of 21 (podscore/v1 (unreleased))\nf:9: Service/undefined.default skipped: "
                    + "no rules for kind Service\n"
            ),
            "\(text)"
        )
        #expect(Self.three(.everything).contains("f:5: Pod/a.default scores 0 of 21"))
        #expect(Self.three(.normal, minimum: nil).contains("f:5: Pod/a.default scores 0 of 21"))
    }

    @Test func `A quiet report has only what fails`() {
        let text = Self.three(.failures)
        #expect(text.contains("Pod/a.default scores -9") && !text.contains("passed") && !text.contains("f:9:"), "\(text)")
        #expect(Self.three(.failures, minimum: -9) == "3 documents: 2 scored, 1 skipped (no rules for kind Service), 0 invalid\n")
    }

    @Test func `A failing object says why, also without a demand`() {
        #expect(Self.three(.normal, minimum: nil).contains("  failed: score -9 is below 0\n"))
    }

    @Test(arguments: [(false, true), (true, false)])
    func `An object that meets the demands passes, unless it violates the standard`(hostPID: Bool, passes: Bool) {
        let scan = ScannedText(minimumScore: -9, standard: PodSecurityStandard(parsing: "baseline@v1.31"))
        let pod = "kind: Pod\nmetadata: {name: a}\nspec: {hostPID: \(hostPID)}\n"
        let text = SampleReport.text(TableReport(detail: .everything), scan.documents(pod))
        #expect(text.contains("  passed\n") == passes, "\(text)")
        #expect(text.contains("  violates baseline@v1.31:\n") == !passes, "\(text)")
        #expect(!text.contains("command-line"))
    }

    @Test func `Names cannot contain control sequences of the terminal`() throws {
        let text = "kind: Pod\nmetadata: {name: \"a\\e[2J\"}\nspec: {containers: [{name: \"\\e]0;x\\a\"}]}\n"
        #expect(!SampleReport.text(TableReport(), SampleReport.documents(text, named: "f\u{1B}[1m")).contains("\u{1B}"))
    }

    @Test func `A denied object has the message and the runbook of its policy`() throws {
        var scan = ScannedText(minimumScore: 9, policyName: "payments")
        scan.guidance = PolicyGuidance(
            message: try PolicyMessage(parsing: "Ask in #platform-help."),
            runbook: try RunbookURL(parsing: "https://wiki.example/pods")
        )
        let denied = scan.documents("kind: Pod\nmetadata: {name: a}\nspec: {}\n")
        let table = String(decoding: TableReport().report(of: denied), as: UTF8.self)
        #expect(table.contains("\n  Ask in #platform-help.\n  Runbook: https://wiki.example/pods\n"), "\(table)")
        let json = String(decoding: KubesecJSONReport().report(of: denied), as: UTF8.self)
        #expect(json.contains(". Ask in #platform-help. Runbook: https://wiki.example/pods\""), "\(json)")
    }
}
