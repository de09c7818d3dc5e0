import AdmissionPolicy
import Foundation
import PodScoring
import Reports
import Testing

/// What the formats of `scan` make of documents of each kind.
@Suite struct ScanReportTests {
    /// A document of each kind: two refused for different things, one that is not scorable, one that is broken.
    static let text = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: prod}
        spec:
          template:
            spec:
              hostPID: true
              containers:
                - name: "a,b:<c>"
                  image: x
                  securityContext:
                    privileged: true
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: c}
        --- # next
        apiVersion: v1
        kind: Pod
        metadata: {name: "100%\\nsure"}
        spec: {containers: 7}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: good}

        """

    static func documents(_ text: String = text, named name: String = "./dir/f 1,2.yaml", minimum: Int? = nil) -> [ScannedDocument] {
        ScannedText(minimumScore: minimum).documents(text, named: name)
    }

    private static func json(_ bytes: [UInt8]) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(bytes))
    }

    private static func text(_ encoder: any ReportEncoder, _ documents: [ScannedDocument]) -> String {
        String(decoding: encoder.report(of: documents), as: UTF8.self)
    }

    // MARK: SARIF

    private static let schema = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/schemas/sarif-2.1.0.json")

    /// A report of SARIF, as far as tests look at it.
    struct Log: Decodable {
        struct Run: Decodable {
            struct Tool: Decodable {
                struct Driver: Decodable {
                    struct Rule: Decodable {
                        struct Text: Decodable { let text: String }
                        struct Configuration: Decodable { let level: String }
                        let id: String
                        let help: Text
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
        .enabled(if: FileManager.default.fileExists(atPath: schema.path), "SARIF's schema is not here"),
        arguments: [text, "", "kind: Pod\n", "kind: ConfigMap\n", "kind: Pod\nspec: {hostPID: true}\n"],
        [false, true]
    )
    func `A SARIF report fits the schema`(text: String, hasBaseline: Bool) throws {
        let encoder = SARIFReport(version: "1", ruleset: .podscoreV1, hasBaseline: hasBaseline)
        let log = try Self.json(encoder.report(of: Self.documents(text, minimum: hasBaseline ? 3 : nil)))
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
        let run = try Self.run(Self.documents())
        let ids = run.tool.driver.rules.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(
            RuleCatalog.builtIn.map(\.id) + StandardCheckCatalog.all.map(\.name) + ["minimumScore", "notScorable", "unreadable"] == ids
        )
        #expect(run.tool.driver.rules.allSatisfy { $0.help.text.count > 20 })
        #expect(run.results.allSatisfy { ids[$0.ruleIndex] == $0.ruleId })
        #expect(!run.results.contains { $0.ruleId == "HostNetwork" })
        #expect(run.invocations.map(\.executionSuccessful) == [false])
    }

    @Test(arguments: [
        ("minimumScore", 1, "error"), ("HostPID", 7, "error"), ("Privileged", 12, "error"), ("RunAsNonRoot", 11, "note"),
        ("LimitsCPU", 9, "note"), ("ServiceAccountName", 6, "note"), ("unreadable", 21, "error"),
    ])
    func `A SARIF result knows its line and how much it matters`(rule: String, line: Int, level: String) throws {
        let result = try #require(try Self.run(Self.documents()).results.first { $0.ruleId == rule })
        #expect(result.locations.map(\.physicalLocation.region?.startLine) == [line])
        #expect(result.locations.map(\.physicalLocation.artifactLocation.uri) == ["dir/f%201%2C2.yaml"])
        #expect(result.level == level)
    }

    @Test func `A fingerprint stays when lines move and the file is renamed, and differs between findings`() throws {
        let before = try Self.run(Self.documents()).results.filter { $0.ruleId != "unreadable" }
        let after = try Self.run(Self.documents("# moved\n\n" + Self.text, named: "/other.yaml")).results.filter {
            $0.ruleId != "unreadable"
        }
        #expect(before.map(\.partialFingerprints) == after.map(\.partialFingerprints))
        #expect(Set(before.map(\.partialFingerprints)).count == before.count)
        #expect(after.first?.locations.first?.physicalLocation.artifactLocation.uri == "file:///other.yaml")
    }

    // MARK: GitHub

    @Test func `Annotations name file, line and column, and escape what would end them`() throws {
        let lines = Self.text(GitHubReport(standardInputName: "STDIN"), Self.documents()).split(separator: "\n")
        #expect(
            lines.first
                == "::error file=dir/f 1%2C2.yaml,line=1,col=1,title=minimumScore%3A Deployment/web.prod::scores -39 of 21, below 0"
        )
        #expect(
            lines.contains {
                $0.hasPrefix(
                    "::error file=dir/f 1%2C2.yaml,line=12,col=13,title=Privileged%3A Deployment/web.prod::container \"a,b:<c>\": "
                )
            }
        )
        #expect(
            lines.contains {
                $0.contains(",line=21,col=20,title=unreadable%3A Pod/100%25\\u{A}sure.default::spec.containers: expected array")
            }
        )
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix("::error ") || $0.hasPrefix("::warning ") || $0.hasPrefix("::notice ") })
        #expect(lines.last == "4 documents: 2 scored (1 refused), 1 not scorable, 1 broken")
    }

    @Test(arguments: [("kind: Pod\nspec: {hostPID: true}\n", -9, "::warning"), ("kind: Pod\nspec: {hostPID: true}\n", 0, "::error")])
    func `What does not fail the scan is no error`(text: String, minimum: Int, command: String) throws {
        let report = Self.text(GitHubReport(standardInputName: "STDIN"), Self.documents(text, named: "STDIN", minimum: minimum))
        #expect(report.contains("\(command) title=HostPID%3A Pod/undefined.default::"), "\(report)")
        #expect(report.contains("::error") == (minimum == 0))
    }

    // MARK: JUnit

    /// Reads XML into the names of elements with one attribute each.
    private final class Reading: NSObject {
        static func elements(_ text: String) throws -> [(name: String, attributes: [String: String])] {
            let tags = text.matches(of: /<([a-z-]+)((?: [a-z]+="[^"<]*")*)\/?>/)
            return tags.map { tag in
                let attributes = tag.2.matches(of: /([a-z]+)="([^"]*)"/).map { (String($0.1), String($0.2)) }
                return (String(tag.1), Dictionary(attributes) { first, _ in first })
            }
        }
    }

    @Test func `A JUnit report has a suite a file and a case a document`() throws {
        let text = Self.text(JUnitReport(), Self.documents())
        let elements = try Reading.elements(text)
        #expect(
            elements.map(\.name) == [
                "testsuites", "testsuite", "testcase", "failure", "testsuite", "testcase", "skipped", "testsuite", "testcase", "error",
                "testsuite", "testcase", "system-out",
            ]
        )
        let whole = String(decoding: JUnitReport().piece(of: Self.documents()), as: UTF8.self)
        let suite = try #require(try Reading.elements(whole).first)
        #expect(suite.attributes == ["name": "./dir/f 1,2.yaml", "tests": "4", "failures": "1", "errors": "1", "skipped": "1"])
        #expect(whole.contains("container &quot;a,b:&lt;c&gt;&quot;: ") && whole.contains("name=\"Pod/100%\\u{A}sure.default\""))
        #expect(whole.contains("line=\"14\">\n      <skipped message=\"no rule looks at objects of kind ConfigMap\"/>"))
    }

    @Test func `What XML cannot say is shown by its number`() throws {
        let text = Self.text(JUnitReport(), Self.documents("kind: Pod\nmetadata: {name: \"a\\u0001\\uFFFE\\u001b\"}\n"))
        #expect(text.contains("name=\"Pod/a\\u{1}\\u{FFFE}\\u{1B}.default\""))
    }

    // MARK: JSON and YAML

    @Test func `JSON written in pieces is one array`() throws {
        let documents = Self.documents()
        let report = KubesecJSONReport().report(of: documents)
        #expect((try Self.json(report) as? [Any])?.count == 4)
        #expect(report == KubesecJSONReport().head + KubesecJSONReport().piece(of: documents) + Array("\n]\n".utf8))
        #expect(Self.text(KubesecJSONReport(), []) == "[]\n" && Self.text(YAMLReport(), []) == "[]\n")
    }

    @Test func `JSON of our own rulesets knows the line of each finding, that of kubesec's is as kubesec's`() throws {
        let ours = Self.text(KubesecJSONReport(), Self.documents())
        #expect(ours.contains("\"field\": \"spec.template.spec.containers[0].securityContext.privileged\",\n              \"line\": 12,"))
        let kubesecs = ScannedText(ruleset: .kubesecV2).documents(Self.text)
        #expect(!Self.text(KubesecJSONReport(), kubesecs).contains("findings"))
    }

    @Test func `YAML says what JSON says`() throws {
        let documents = Self.documents(Self.text, minimum: 5)
        let text = Self.text(YAMLReport(), documents)
        #expect(!text.contains("\t") && text.hasPrefix("- object: Deployment/web.prod\n  valid: true\n"))
        // Read back by the program's own reader, each element is an object without a kind.
        #expect(ScannedText().documents(text).count == 1)
        for word in ["yes", "null", "1", "-1", "~", "a: b", "- a", "", " a", "#a", "0x1", ".5", "true", "é", "a\nb", "\u{7}"] {
            let object = ScannedDocument(fileName: word, outcome: .broken(problem: word))
            let line = Self.text(YAMLReport(), [object]).split(separator: "\n").first { $0.hasPrefix("  fileName: ") }
            #expect(line?.hasPrefix("  fileName: \"") == true && line?.hasSuffix("\"") == true, "\(word)")
        }
    }

    // MARK: Table

    @Test func `A table without a terminal has no colours and breaks no lines`() throws {
        let text = Self.text(TableReport(), Self.documents(minimum: 9))
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("dir/f 1,2.yaml:1: Deployment/web.prod scores -39 of 21 (podscore/v1 (unreleased))\n"))
        #expect(text.contains("     -30  Privileged                       12  container \"a,b:<c>\": "))
        #expect(
            text.contains("  denied by policy command-line: below the minimum 9\n  shortest way to 9: Privileged +30, ApparmorAny +3, ")
        )
        #expect(text.contains("broken: ./dir/f 1,2.yaml:21:20: spec.containers: expected array, found number\n"))
        #expect(text.hasSuffix("\n4 documents: 2 scored (2 refused), 1 not scorable, 1 broken\n"))
    }

    @Test(arguments: [60, 80, 120, 160])
    func `A table fits the terminal, words as they are`(width: Int) throws {
        let documents = Self.documents(minimum: 9)
        let plain = Self.text(TableReport(), documents)
        let fitted = Self.text(TableReport(style: TableStyle(width: width, hasColours: true)), documents)
        let bare = fitted.replacing(/\u{1B}\[[0-9]*m/, with: "")
        // Colours, columns and breaks aside, the words are the same; narrow tables have a colon behind the rule, and no heading of its column.
        let words = { (text: String) in text.split { " \n:".contains($0) }.filter { $0 != "rule" }.map(String.init).sorted() }
        #expect(words(bare) == words(plain))
        let wide = bare.split(separator: "\n").filter { $0.count > width && !$0.hasPrefix("./dir") }
        #expect(width < 80 || wide.isEmpty, "\(wide)")
        #expect(fitted.contains("\u{1B}[31m"))
    }

    @Test func `Names cannot steer the terminal`() throws {
        let text = "kind: Pod\nmetadata: {name: \"a\\e[2J\"}\nspec: {containers: [{name: \"\\e]0;x\\a\"}]}\n"
        #expect(!Self.text(TableReport(), Self.documents(text, named: "f\u{1B}[1m")).contains("\u{1B}"))
    }
}
