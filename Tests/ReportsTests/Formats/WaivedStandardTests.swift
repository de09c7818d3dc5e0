import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Reports
import Testing

/// Violations of a standard that a waiver covers in one container and not in another.
@Suite struct WaivedStandardTests {
    private static let manifest = """
        kind: Pod
        metadata: {name: mixed}
        spec:
          containers:
          - {name: excused, image: a, securityContext: {privileged: true}}
          - {name: blamed, image: b, securityContext: {privileged: true}}
        """

    private static let documents: [ScannedDocument] = {
        var level = ScorePolicy.Level()
        level.podSecurityStandard = PodSecurityStandard(.baseline, .latest)
        var match = ScoreWaiver.Match(namespaces: [NamePattern("*")])
        match.containers = [NamePattern("excused")]
        let waiver = ScoreWaiver(
            name: "w",
            match: match,
            rules: ["Privileged", "baseline/privileged"],
            expires: CivilDate(daysSinceEpoch: 30_000),
            owner: "ops",
            reason: "because"
        )
        return ScannedText(enforce: level, waivers: [waiver]).documents(manifest)
    }()

    @Test func `A finding of a standard names only containers that no waiver covers`() {
        let findings = Self.documents.flatMap { ReportFinding.list(of: $0) }.filter { $0.rule == "baseline/privileged" }
        #expect(findings.map(\.part) == [.container("blamed")])
        #expect(findings.map(\.path) == ["spec.containers[1].securityContext.privileged"])
        #expect(findings.map(\.level) == [.error])
    }

    @Test(arguments: [
        ("github", GitHubReport(standardInputName: "STDIN") as any ReportEncoder), ("junit", JUnitReport()),
        ("sarif", SARIFReport(version: "1", ruleset: .podscoreV1)),
    ])
    func `No format of findings points at a waived container`(name: String, format: any ReportEncoder) {
        let text = SampleReport.text(format, Self.documents)
        // Results of SARIF stand on one line, so they are divided by their first member as well.
        let pieces = text.split(separator: /\n|"ruleId"/).filter { $0.contains("securityContext.privileged") }
        #expect(pieces.contains { $0.contains("blamed") }, "\(name): \(text)")
        #expect(!pieces.contains { $0.contains("excused") }, "\(name): \(text)")
    }
}
