import AdmissionPolicy
import PodScoring
import Testing

/// The Pod Security Standard of a level.
struct PolicyStandardTests {
    static func text(_ standard: String) -> String {
        PolicyText.policy("match: {namespaces: [a]}\nenforce: {podSecurityStandard: \(standard)}")
    }

    static let problems: [(String, [String])] = [
        ("baseline", ["p.yaml:6:34: podSecurityStandard must be an object, not a string"]),
        (
            "{}",
            [
                "p.yaml:6:13: podSecurityStandard lacks level",
                "p.yaml:6:13: podSecurityStandard lacks version; use v1.N or latest",
            ]
        ),
        ("{level: baseline}", ["p.yaml:6:13: podSecurityStandard lacks version; use v1.N or latest"]),
        ("{version: latest}", ["p.yaml:6:13: podSecurityStandard lacks level"]),
        (
            "{level: baselin, version: latest}",
            [
                "p.yaml:6:42: unknown level \"baselin\" of podSecurityStandard, allowed: baseline, restricted; did you mean baseline?"
            ]
        ),
        ("{level: 1, version: latest}", ["p.yaml:6:42: level must be a string, not a number; put it in quotes"]),
        (
            "{level: privileged, version: latest}",
            ["p.yaml:6:42: level privileged forbids nothing; remove podSecurityStandard"]
        ),
        ("{level: baseline, version: 1.31}", [unknown("1.31", meaning: "v1.31")]),
        ("{level: baseline, version: 1}", [unknown("1", meaning: nil)]),
        ("{level: baseline, version: v1.31.4}", [unknown("v1.31.4", meaning: "v1.31")]),
        ("{level: baseline, version: V1.31}", [unknown("V1.31", meaning: "v1.31")]),
        ("{level: baseline, version: Latest}", [unknown("Latest", meaning: "latest")]),
        ("{level: baseline, version: v2.0}", [unknown("v2.0", meaning: nil)]),
        ("{level: baseline, version: []}", ["p.yaml:6:61: version must be a string, not an array"]),
        (
            "{level: baseline, version: latest, mode: x}",
            ["p.yaml:6:69: unknown field \"mode\" in podSecurityStandard"]
        ),
    ]

    static func unknown(_ version: String, meaning suggestion: String?) -> String {
        let suggestion = suggestion.map { "; did you mean \($0)?" } ?? ""
        return "p.yaml:6:61: unknown version \"\(version)\" of podSecurityStandard, allowed: v1.N, latest\(suggestion)"
    }

    @Test(arguments: problems) func `Errors in a standard are reported at their places`(standard: String, problems: [String]) {
        #expect(PolicyText.problems(Self.text(standard)) == problems)
    }

    @Test(arguments: ["enforce", "warn", "audit"]) func `Every level can require only a standard`(level: String) throws {
        let text = PolicyText.policy(
            "match: {namespaces: [a]}\n\(level): {podSecurityStandard: {level: restricted, version: v1.31}}"
        )
        let reading = try PolicyText.read(files: [("p.yaml", text)])
        let policy = try #require(reading.policies.first)
        let found = [policy.enforce, policy.warn, policy.audit].compactMap { $0?.podSecurityStandard?.description }
        #expect(found == ["restricted@v1.31"])
        #expect(reading.warnings.isEmpty)
    }

    @Test func `An unknown newer version is evaluated as latest, with a warning`() throws {
        let reading = try PolicyText.read(files: [("p.yaml", Self.text("{level: baseline, version: v1.999}"))])
        #expect(reading.policies.first?.enforce?.podSecurityStandard == PodSecurityStandard(.baseline, PodSecurityVersion(minor: 999)))
        #expect(
            reading.warnings.map(\.description) == [
                "p.yaml:6:61: warning: podSecurityStandard v1.999 is newer than \(PodSecurityVersion.newestKnown), "
                    + "the newest known version; evaluated as latest"
            ]
        )
    }
}
