import PodScoring
import Reports
import Testing

/// The report in kubesec's JSON, and the same as YAML.
@Suite struct KubesecJSONReportTests {
    @Test func `JSON written in pieces is one array`() throws {
        let documents = SampleReport.documents()
        let report = KubesecJSONReport().report(of: documents)
        #expect((try SampleReport.json(report) as? [Any])?.count == 4)
        #expect(report == KubesecJSONReport().head + KubesecJSONReport().piece(of: documents) + Array("\n]\n".utf8))
        #expect(SampleReport.text(KubesecJSONReport(), []) == "[]\n" && SampleReport.text(YAMLReport(), []) == "[]\n")
    }

    @Test func `JSON has the line of each finding, but not for kubesec's rulesets`() throws {
        let ours = SampleReport.text(KubesecJSONReport(), SampleReport.documents())
        #expect(ours.contains("\"field\": \"spec.template.spec.containers[0].securityContext.privileged\",\n              \"line\": 12,"))
        let kubesecs = ScannedText(ruleset: .kubesecV2).documents(SampleReport.text)
        #expect(!SampleReport.text(KubesecJSONReport(), kubesecs).contains("findings"))
    }

    @Test func `YAML has the same content as JSON`() throws {
        let documents = SampleReport.documents(SampleReport.text, minimum: 5)
        let text = SampleReport.text(YAMLReport(), documents)
        #expect(!text.contains("\t") && text.hasPrefix("- object: Deployment/web.prod\n  valid: true\n"))
        // The program's own reader accepts the YAML as one document.
        #expect(ScannedText().documents(text).count == 1)
        for word in ["yes", "null", "1", "-1", "~", "a: b", "- a", "", " a", "#a", "0x1", ".5", "true", "é", "a\nb", "\u{7}"] {
            let object = ScannedDocument(fileName: word, outcome: .invalid(problem: word))
            let line = SampleReport.text(YAMLReport(), [object]).split(separator: "\n").first { $0.hasPrefix("  fileName: ") }
            #expect(line?.hasPrefix("  fileName: \"") == true && line?.hasSuffix("\"") == true, "\(word)")
        }
    }
}
