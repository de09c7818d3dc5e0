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

    @Test func `JSON says the ruleset and the best possible score, but not for kubesec's rulesets`() {
        let members = "\"ruleset\": \"podscore/v1 (unreleased)\",\n    \"bestPossibleScore\": 21"
        #expect(SampleReport.text(KubesecJSONReport(), SampleReport.documents()).contains(members))
        let kubesecs = SampleReport.text(KubesecJSONReport(), ScannedText(ruleset: .kubesecV2).documents(SampleReport.text))
        #expect(!kubesecs.contains("\"ruleset\"") && !kubesecs.contains("bestPossibleScore"))
    }

    @Test func `The message of a denied object does not say Passed, whatever its score`() {
        let pod = "kind: Pod\nmetadata: {name: a}\nspec: {serviceAccountName: b, containers: [{name: a, image: b}]}\n"
        let message = { (scan: ScannedText) in SampleReport.text(KubesecJSONReport(), scan.documents(pod)) }
        #expect(message(ScannedText()).contains("Passed with a score of 3 points"))
        #expect(message(ScannedText(minimumScore: 3)).contains("Passed with a score of 3 points"))
        #expect(message(ScannedText(minimumScore: 4)).contains("\"Failed with a score of 3 points\""))
        #expect(message(ScannedText(ruleset: .kubesecV2, minimumScore: 4)).contains("Passed with a score of 3 points"))
        let standard = PodSecurityStandard(parsing: "restricted@v1.31")
        #expect(message(ScannedText(standard: standard)).contains("\"Failed with a score of 3 points\""))
    }

    @Test func `JSON has the fix and its class for each rule to follow, but not for kubesec's rulesets`() throws {
        let ours = try #require(
            try SampleReport.json(KubesecJSONReport().report(of: SampleReport.documents(minimum: 9))) as? [[String: Any]]
        )
        let scoring = try #require(ours.first?["scoring"] as? [String: [[String: Any]]])
        let advice = (scoring["critical"] ?? []) + (scoring["advise"] ?? [])
        #expect(advice.count == 19 && advice.allSatisfy { $0["fix"] is String && $0["class"] is String })
        let classes = Dictionary(uniqueKeysWithValues: advice.map { ($0["id"] as? String ?? "", $0["class"] as? String ?? "") })
        #expect(classes["Privileged"] == "application" && classes["SeccompAny"] == "manifest" && classes["HostUsers"] == "node")
        // The container is privileged, and the API server rejects the fix beside that.
        #expect(classes["PrivilegeEscalationDisabled"] == "application")
        let decision = try #require(ours.first?["decision"] as? [String: Any])
        let way = try #require(decision["shortestWay"] as? [[String: Any]])
        #expect(way.compactMap { $0["class"] as? String } == ["application", "application", "application", "value", "value", "value"])
        let good = try #require(ours.last?["scoring"] as? [String: [[String: Any]]])
        #expect((good["passed"] ?? []).allSatisfy { $0["class"] == nil && $0["fix"] == nil })
        let kubesecs = SampleReport.text(KubesecJSONReport(), ScannedText(ruleset: .kubesecV2).documents(SampleReport.text))
        #expect(!kubesecs.contains("\"class\"") && !kubesecs.contains("\"fix\""))
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
