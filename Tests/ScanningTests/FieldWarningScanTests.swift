import KubernetesAPI
import PodScoring
import Reports
import Testing

@testable import Scanning

/// Warnings about fields in scans.
@Suite struct FieldWarningScanTests {
    private func documents(_ text: String, ruleset: Ruleset = .podscoreV1, isStrict: Bool = false) -> [ScannedDocument] {
        var scan = ManifestScan(ruleset: ruleset)
        scan.isStrict = isStrict
        return scan.scan(Array(text.utf8), named: "f")
    }

    private static let pod = "apiVersion: v1\nkind: Pod\nspec:\n  serviceAccountName: a\n"

    @Test(
        arguments: [
            (pod, true, 0), (pod + "  frobnicate: 1\n", false, 0), (pod + "  frobnicate: 1\n", true, 2),
            (pod + "  hostPID: true\n", true, 1), (pod + "  hostPID: true\n  frobnicate: 1\n", true, 2),
        ] as [(String, Bool, Int32)]
    )
    func `A strict scan with a warning ends with status 2`(text: String, isStrict: Bool, status: Int32) {
        #expect(ScanTally(of: documents(text, isStrict: isStrict)).status() == status)
        #expect(ScanTally(of: documents(text, ruleset: .kubesecV2, isStrict: isStrict)).status() == (status == 1 ? 2 : status))
    }

    @Test func `Warnings are counted in the summary`() {
        let tally = ScanTally(of: documents(Self.pod + "  frobnicate: 1\n  hostpid: true\n"))
        #expect(tally.sentence == "1 document: 1 scored, 0 skipped, 0 invalid, 2 warnings")
    }

    @Test func `Items of lists are checked`() {
        let text = """
            apiVersion: v1
            kind: PodList
            items:
              - spec: {hostpid: true}
              - spec: {hostPID: true}

            """
        let documents = documents(text)
        #expect(documents.map(\.warnings.count) == [1, 0])
        #expect(documents.first?.warnings.listed.first?.position.line == 4)
    }

    @Test(arguments: [Ruleset.podscoreV1, .kubesecV2])
    func `A strict scan says beside the report what the report does not show`(ruleset: Ruleset) {
        let documents = documents(Self.pod + "  frobnicate: 1\n", ruleset: ruleset, isStrict: true)
        for encoder in [KubesecJSONReport(), TableReport()] as [any ReportEncoder] {
            var part = ScanPart()
            part.add(documents, by: encoder, sayingProblems: true)
            let isHidden = ruleset.zeroFails && encoder is KubesecJSONReport
            #expect(part.problems == (isHidden ? [#"f:5:3: spec.frobnicate: unknown field "frobnicate""#] : []))
        }
    }

    @Test func `A digest that is well-formed causes no warning and counts as pinned`() {
        let digits = String(repeating: "0123456789abcdef", count: 4)
        for (digest, isPinned) in [(digits, true), ("\(digits)0", false), (String(digits.dropLast()), false), (digits.uppercased(), false)]
        {
            let documents = documents("apiVersion: v1\nkind: Pod\nspec: {containers: [{image: \"a@sha256:\(digest)\"}]}\n")
            guard case .scored(_, let report, _) = documents.first?.outcome else {
                Issue.record("not scored")
                return
            }
            let result = report.results.first { report.entry(of: $0).rule.id == "ImagePinnedByDigest" }
            #expect(result?.outcome.fails == !isPinned)
            #expect(documents.first?.warnings.isEmpty == isPinned)
        }
    }
}
