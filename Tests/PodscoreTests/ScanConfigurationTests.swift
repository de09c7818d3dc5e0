import ArgumentParser
import PodScoring
import Testing

@testable import podscore

/// The strict reading of `.podscore.yaml`.
@Suite struct ScanConfigurationTests {
    private func problems(_ text: String) -> [String] {
        do throws(CommandFailure) {
            _ = try ScanConfiguration(parsing: Array(text.utf8), file: "f")
            return []
        } catch {
            return error.lines
        }
    }

    @Test func `Each key is read`() throws {
        let text = """
            policy: policies
            namespace: shop
            ruleset: kubesec/v2
            standard: restricted@v1.31
            include: ["*.yaml"]
            exclude: [charts, values.yaml]
            format: sarif
            allowEmpty: true
            strict: true

            """
        let configuration = try ScanConfiguration(parsing: Array(text.utf8), file: "f")
        #expect(configuration.policy == "policies" && configuration.namespace == "shop")
        #expect(configuration.ruleset?.description == "kubesec/v2" && configuration.format == .sarif)
        #expect(configuration.standard?.standard.description == "restricted@v1.31")
        #expect(configuration.include == ["*.yaml"] && configuration.exclude == ["charts", "values.yaml"])
        #expect(configuration.allowEmpty == true && configuration.strict == true && configuration.lines[.format] == 7)
        let demands = try ScanConfiguration(parsing: Array("{minimumScore: -9, require: [A], forbid: [B]}".utf8), file: "f")
        #expect(demands.minimumScore == -9 && demands.require == ["A"] && demands.forbid == ["B"])
    }

    @Test(arguments: ["", "# nothing\n", "---\n", "{}"])
    func `An empty file has no options`(text: String) throws {
        #expect(try ScanConfiguration(parsing: Array(text.utf8), file: "f").lines.isEmpty)
    }

    @Test(arguments: [
        ("minimumscore: 9", ["f:1:1: unknown field \"minimumscore\"; did you mean minimumScore?"]),
        ("minimumScore: '9'", ["f:1:15: minimumScore must be an integer"]),
        ("namespace: ''", ["f:1:12: namespace: \"\" is not the name of a Namespace"]),
        ("namespace: team-*", ["f:1:12: namespace: \"team-*\" is not the name of a Namespace"]),
        ("exclude: values.yaml", ["f:1:10: exclude must be a list"]),
        ("exclude: [1]", ["f:1:11: exclude[0] must be a string"]),
        ("allowEmpty: 1", ["f:1:13: allowEmpty must be true or false"]),
        ("format: tabel", ["f:1:9: unknown format \"tabel\"; did you mean table?"]),
        ("ruleset: podscore/v2", ["f:1:10: unknown ruleset \"podscore/v2\"; did you mean podscore/v1?"]),
        ("standard: restrictd", ["f:1:11: unknown standard \"restrictd\"; did you mean restricted?"]),
        ("format: json\nformat: table", ["f:2:1: duplicate field \"format\", first on line 1"]),
        ("policy: p\nrequire: [A]", ["f:2:1: policy cannot be combined with require"]),
        ("- a", ["f:1:1: the configuration must be an object"]),
        ("{}\n---\n{}", ["f:3:1: only one document is allowed"]),
        ("minimumScore: x\nformat: 7", ["f:1:15: minimumScore must be an integer", "f:2:9: format must be a string"]),
    ])
    func `Every mistake has its place, and a suggestion`(text: String, expected: [String]) {
        #expect(problems(text) == expected)
    }

    @Test func `A text that is not YAML is rejected with the place`() {
        #expect(problems("a: [").first?.hasPrefix("f:") == true)
        #expect(problems("\u{1B}]0;x\u{7}: 1").allSatisfy { !$0.contains("\u{1B}") })
    }

    @Test(arguments: ScanConfiguration.Key.allCases)
    func `Each key has the name of an option`(key: ScanConfiguration.Key) {
        #expect(ScanCommand.helpMessage().contains("\(key.option) ") || ScanCommand.helpMessage().contains("\(key.option)\n"))
    }
}
