import Foundation
import PodScoring
import Reports
import Testing

/// SARIF of documents of each kind.
@Suite struct SARIFReportTests {
    private static let schema = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/schemas/sarif-2.1.0.json")

    /// The members of a SARIF report that tests read.
    struct Log: Decodable {
        struct Run: Decodable {
            struct Tool: Decodable {
                struct Driver: Decodable {
                    struct Rule: Decodable {
                        struct Text: Decodable { let text: String }
                        struct Configuration: Decodable { let level: String }
                        let id: String
                        struct Properties: Decodable { let `class`: String? }
                        let help: Text
                        let properties: Properties
                        let defaultConfiguration: Configuration
                    }
                    let rules: [Rule]
                }
                let driver: Driver
            }
            struct Result: Decodable {
                struct Message: Decodable { let text: String }
                struct Location: Decodable {
                    struct Physical: Decodable {
                        struct Artifact: Decodable { let uri: String }
                        struct Region: Decodable { let startLine: Int }
                        let artifactLocation: Artifact
                        let region: Region?
                    }
                    let physicalLocation: Physical
                }
                let ruleId: String
                let ruleIndex: Int
                let level: String
                let message: Message
                let locations: [Location]
                let partialFingerprints: [String: String]
                let baselineState: String?
            }
            struct Invocation: Decodable { let executionSuccessful: Bool }
            let tool: Tool
            let results: [Result]
            let invocations: [Invocation]
        }
        let runs: [Run]
    }

    private static func run(_ documents: [ScannedDocument], hasBaseline: Bool = false) throws -> Log.Run {
        let encoder = SARIFReport(version: "1", ruleset: .podscoreV1, hasBaseline: hasBaseline)
        return try #require(JSONDecoder().decode(Log.self, from: Data(encoder.report(of: documents))).runs.first)
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: schema.path), "the folder ../shared with SARIF's schema is missing"),
        arguments: [SampleReport.text, "", "kind: Pod\n", "kind: ConfigMap\n", "kind: Pod\nspec: {hostPID: true}\n"],
        [false, true]
    )
    func `A SARIF report matches the schema`(text: String, hasBaseline: Bool) throws {
        let encoder = SARIFReport(version: "1", ruleset: .podscoreV1, hasBaseline: hasBaseline)
        let log = try SampleReport.json(encoder.report(of: SampleReport.documents(text, minimum: hasBaseline ? 3 : nil)))
        let schema = try JSONSchema(Data(contentsOf: Self.schema))
        let problems = schema.problems(of: log)
        #expect(problems.isEmpty)
        let broken = ["version": "9", "runs": [["results": [["message": ["text": 5]]]]], "more": 1] as [String: Any]
        let wrong = schema.problems(of: broken).sorted()
        #expect(
            wrong == ["$.runs[0].results[0].message.text: no string", "$.runs[0]: lacks tool", "$.version: not allowed", "$: unknown more"]
        )
    }

    @Test func `A SARIF report has each rule once, with help, and no result for a rule that holds`() throws {
        let run = try Self.run(SampleReport.documents())
        let ids = run.tool.driver.rules.map(\.id)
        #expect(Set(ids).count == ids.count)
        let others = [
            "minimumScore", "notScorable", "unreadable", "unknownField", "misplacedField", "malformedDigest", "otherSpelling",
            "moreWarnings",
        ]
        #expect(RuleCatalog.builtIn.map(\.id) + StandardCheckCatalog.all.map(\.name) + others == ids)
        #expect(run.tool.driver.rules.allSatisfy { $0.help.text.count > 20 })
        let classes = Dictionary(uniqueKeysWithValues: run.tool.driver.rules.map { ($0.id, $0.properties.class) })
        #expect(classes["RunAsUser"] == "image" && classes["restricted/runAsUser"] == "image" && classes["minimumScore"] == .some(nil))
        #expect(run.results.allSatisfy { ids[$0.ruleIndex] == $0.ruleId })
        #expect(!run.results.contains { $0.ruleId == "HostNetwork" })
        #expect(run.invocations.map(\.executionSuccessful) == [false])
    }

    @Test(arguments: [
        ("minimumScore", 1, "error"), ("HostPID", 7, "error"), ("Privileged", 12, "error"), ("RunAsNonRoot", 11, "note"),
        ("LimitsCPU", 9, "note"), ("ServiceAccountName", 6, "note"), ("unreadable", 21, "error"),
    ])
    func `A SARIF result has its line and its level`(rule: String, line: Int, level: String) throws {
        let result = try #require(try Self.run(SampleReport.documents()).results.first { $0.ruleId == rule })
        #expect(result.locations.map(\.physicalLocation.region?.startLine) == [line])
        #expect(result.locations.map(\.physicalLocation.artifactLocation.uri) == ["dir/f%201%2C2.yaml"])
        #expect(result.level == level)
    }

    @Test func `A fingerprint does not change if lines move or the file is renamed, and differs between findings`() throws {
        let before = try Self.run(SampleReport.documents()).results.filter { $0.ruleId != "unreadable" }
        let after = try Self.run(SampleReport.documents("# moved\n\n" + SampleReport.text, named: "/other.yaml")).results.filter {
            $0.ruleId != "unreadable"
        }
        #expect(before.map(\.partialFingerprints) == after.map(\.partialFingerprints))
        #expect(Set(before.map(\.partialFingerprints)).count == before.count)
        #expect(after.first?.locations.first?.physicalLocation.artifactLocation.uri == "file:///other.yaml")
    }
}
