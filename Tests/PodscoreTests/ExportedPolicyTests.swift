import AdmissionPolicy
import Foundation
import KubernetesAPI
import PolicySources
import Reports
import Testing

@testable import podscore

/// The exported files around the compiled expressions, so that each change of them is seen in a review.
struct ExportedPolicyTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Exported")

    @Test(arguments: [
        ("levels.yaml", PolicyExporter.Scope.levels(MinimumLabel.allCases)), ("floor.yaml", .floor(minimum: 2)),
    ])
    func `Exported policies are as recorded but for what is compiled; run with PODSCORE_RECORD_EXPORTS=1`(
        name: String,
        scope: PolicyExporter.Scope
    ) throws {
        let day = try #require(CivilDate(parsing: "2027-01-01"))
        let loaded = try PolicyFiles.load(all: [Self.folder.appending(path: "policies.yaml").path], ownNamespace: "podscore", today: day)
        let export = try PolicyExporter(loaded.policies, scope: scope, today: day).export()
        let yaml = String(decoding: ExportedPolicies(export, digests: try ExportDigests.all(of: export)).yaml, as: UTF8.self)
        let file = Self.folder.appending(path: name)
        if ProcessInfo.processInfo.environment["PODSCORE_RECORD_EXPORTS"] == "1" {
            try Self.withoutCompiled(yaml).write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(Self.withoutCompiled(yaml) == (try? String(contentsOf: file, encoding: .utf8)))
    }

    /// Leaves out variables and digests, and the expressions of validations, which the compiler of levels writes.
    private static func withoutCompiled(_ yaml: String) -> String {
        var isInVariables = false
        var lines: [String] = []
        for line in yaml.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("  ") && !line.hasPrefix("   ") && !line.hasPrefix("  -") { isInVariables = line == "  variables:" }
            if isInVariables || line.contains(" podscore.dev/policy-digest: ") { continue }
            let compiled = ["  - expression:", "    messageExpression:", "    valueExpression:"].first { line.hasPrefix($0) }
            lines.append(compiled.map { "\($0) …" } ?? line)
        }
        return lines.joined(separator: "\n")
    }
}
