import AdmissionPolicy
import PodScoring
import Reports
import Testing

/// The summary of a scan by Namespace and rule.
@Suite struct SummaryReportTests {
    private static func pod(_ name: String, in namespace: String, _ context: String = "{}") -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name), namespace: \(namespace)}
        spec: {containers: [{name: a, image: a, securityContext: \(context)}]}

        """
    }

    private static let text = [
        pod("good", in: "shop", "{runAsNonRoot: true, capabilities: {drop: [ALL]}}"), pod("bad", in: "pay", "{privileged: true}"),
        pod("worse", in: "pay"), "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: pay}\nspec: 7\n", "a: b: c\n",
    ].joined(separator: "---\n")

    private static func documents(_ text: String = text) -> [ScannedDocument] {
        var scan = ScannedText()
        var level = ScorePolicy.Level()
        level.require = ["RunAsNonRoot"]
        level.podSecurityStandard = PodSecurityStandard(.baseline, .latest)
        scan.enforce = level
        scan.ruleset = Ruleset(
            name: "short",
            isReleased: true,
            zeroFails: false,
            entries: Ruleset.podscoreV1.entries.filter { ["RunAsNonRoot", "CapDropAll", "Privileged"].contains($0.rule.id) }
        )
        return scan.documents(text)
    }

    @Test func `The table has a row for each Namespace and each violated rule, the most frequent first`() {
        let report = String(decoding: SummaryReport(.table(TableStyle())).report(of: Self.documents()), as: UTF8.self)
        #expect(
            report == """
                6 documents: 3 scored (2 failed), 1 skipped (no rules for kind Service), 2 invalid

                namespace  judged  passed  failed  skipped  invalid
                pay             2       0       2        0        1
                (unknown)       0       0       0        0        1
                shop            1       1       0        1        0
                (all)           3       1       2        1        2

                rule                 objects  points
                CapDropAll                 2      +2
                RunAsNonRoot               2      +2
                Privileged                 1     +30
                baseline/privileged        1       -

                """
        )
    }

    @Test func `The JSON has the same counts`() {
        let json = String(decoding: SummaryReport(.json).report(of: Self.documents()), as: UTF8.self)
        let lines = json.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
        #expect(
            lines.hasPrefix(
                #"{ "documents": 6, "judged": 3, "passed": 1, "failed": 2, "inBaseline": 0, "skipped": 1, "invalid": 2, "warnings": 0, "#
                    + #""namespaces": [ { "namespace": "pay", "judged": 2, "passed": 0, "failed": 2,"#
            ),
            "\(json)"
        )
        #expect(lines.contains(#"{ "namespace": "", "judged": 0,"#))
        #expect(lines.contains(#""rules": [ { "rule": "CapDropAll", "objects": 2, "points": 2 }, { "rule": "RunAsNonRoot","#))
        #expect(lines.hasSuffix(#"{ "rule": "baseline/privileged", "objects": 1 } ] }"#))
    }

    @Test func `Without documents there are no tables`() {
        #expect(String(decoding: SummaryReport(.table(TableStyle())).report(of: []), as: UTF8.self).split(separator: "\n").count == 1)
        #expect(String(decoding: SummaryReport(.json).report(of: []), as: UTF8.self).contains("\"namespaces\": []"))
    }

    @Test func `Objects in the baseline have a column`() {
        var documents = Self.documents()
        documents[1].baseline = .known
        let report = String(decoding: SummaryReport(.table(TableStyle())).report(of: documents), as: UTF8.self)
        #expect(report.contains("namespace  judged  passed  failed  in baseline  skipped  invalid\n"))
        #expect(report.contains("pay             2       0       1            1        0        1\n"))
    }

    @Test func `The counts of parts add up, whatever the parts, and Namespaces without end are counted together`() {
        let text = (0..<5_000).map { "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: n\($0)}\n" }.joined(separator: "---\n")
        let documents = Self.documents(text + "---\n" + Self.text)
        var whole = ScanTally()
        for document in documents { whole.count(document, inDetail: true) }
        var sum = ScanTally()
        for start in stride(from: 0, to: documents.count, by: 700) {
            var part = ScanTally()
            for document in documents[start..<min(start + 700, documents.count)] { part.count(document, inDetail: true) }
            sum.add(part)
        }
        let report = SummaryReport(.json)
        #expect(report.tail(of: sum) == report.tail(of: whole))
        let json = String(decoding: report.tail(of: sum), as: UTF8.self)
        #expect(json.split(separator: "\n").count { $0.contains("\"namespace\": ") } == 4_097)
        #expect(json.contains("\"namespace\": \"<other>\""))
    }
}
