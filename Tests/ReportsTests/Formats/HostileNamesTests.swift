import AdmissionPolicy
import Foundation
import KubernetesAPI
import PodScoring
import Reports
import Testing

/// Names of files and objects that try to add a line, a command or a colour to a report.
@Suite struct HostileNamesTests {
    /// The texts put into each name; test cases have their indices as arguments, because CI runners interpret the output of tests.
    static let hostile: [String] = [
        "\n::error::evil", "\r\n::error::evil", "\u{1B}[2J", "\u{85}::error::evil", "\u{2028}::error::evil", "\u{2029}x", "\u{7F}",
        "\u{9B}31m", "\u{202E}gnp", "\u{61C}\u{200E}\u{200F}", "\u{202A}\u{202C}", "\u{2066}x\u{2069}", "\0", "\t", "]]><x/>",
        "##[error]evil", "##vso[task.complete]evil", "é###[error]evil",
    ]

    /// The formats of `scan`, colours among them.
    static let encoders: [(name: String, encoder: any ReportEncoder)] = [
        ("table", TableReport()), ("colours", TableReport(style: TableStyle(width: 100, hasColours: true))), ("json", KubesecJSONReport()),
        ("yaml", YAMLReport()), ("sarif", SARIFReport(version: "1", ruleset: .podscoreV1)), ("junit", JUnitReport()),
        ("github", GitHubReport(standardInputName: "STDIN")), ("summary", SummaryReport(.table(TableStyle()))),
        ("summary as json", SummaryReport(.json)), ("html", HTMLReport(version: "1")),
    ]

    /// Returns a text as a JSON string, which is valid YAML as well.
    private static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.write(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Documents of each kind with a text in every name.
    private static func documents(_ text: String) -> [ScannedDocument] {
        let name = quoted("a\(text)b")
        let manifests = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": \(name), "namespace": \(name), "annotations": {\(name): "x",
              "container.apparmor.security.beta.kubernetes.io/\(name.dropFirst()): "unconfined"}},
             "spec": {"hostPID": true, "serviceAccountName": \(name), "nodeName": \(name),
              "containers": [{"name": \(name), "image": \(name), "securityContext": {"privileged": true, "procMount": \(name),
                "capabilities": {"add": [\(name)], "drop": [\(name)]}}, "env": [{"name": \(name)}], "resources": {"limits": {"cpu": \(name)}}}],
              "initContainers": [{"name": \(name)}], "ephemeralContainers": [{"name": \(name)}],
              "securityContext": {"sysctls": [{"name": \(name)}], "seccompProfile": {"type": \(name)}},
              "volumes": [{"name": \(name), "hostPath": {"path": \(name)}}], \(name): 1}}
            ---
            {"apiVersion": "v1", "kind": \(name), "metadata": {"name": \(name)}}
            ---
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": \(name)}, "spec": {\(name): 1, "containers": 7}}
            ---
            {"apiVersion": "v1", "kind": "Pod", \(name): 1, \(name): 2}

            """
        return ScannedText(minimumScore: 5).documents(manifests, named: "dir/a\(text)b.yaml")
    }

    /// The hidden characters of a report.
    private static func escapes(_ report: String) -> [Unicode.Scalar] {
        report.unicodeScalars.filter { VisibleText.isHidden($0) && $0 != "\n" }
    }

    @Test(arguments: hostile.indices) func `No format of scan lets a name change its structure`(index: Int) throws {
        let text = Self.hostile[index]
        let documents = Self.documents(text)
        // No letter, since a capability of letters gets a warning.
        let harmless = Self.documents("-")
        #expect(documents.count == harmless.count)
        for (name, encoder) in Self.encoders {
            var report = String(decoding: encoder.report(of: documents), as: UTF8.self)
            var expected = String(decoding: encoder.report(of: harmless), as: UTF8.self)
            if name == "colours" {
                report = report.replacing(/\u{1B}\[[0-9]*m/, with: "")
                expected = expected.replacing(/\u{1B}\[[0-9]*m/, with: "")
            }
            #expect(Self.escapes(report).isEmpty, "\(name): \(Self.escapes(report))")
            #expect(!report.contains("\n::error::"), "\(name)")
            #expect(!report.contains("##[") && !report.contains("##vso["), "\(name)")
            // A table for a terminal wraps long lines.
            if name != "colours", name != "yaml" {
                #expect(report.utf8.count { $0 == 0x0A } == expected.utf8.count { $0 == 0x0A }, "\(name):\n\(report)")
            }
        }
        let json = try JSONSerialization.jsonObject(with: Data(KubesecJSONReport().report(of: documents))) as? [[String: Any]]
        #expect(json?.first?["fileName"] as? String == "dir/a\(text)b.yaml")
        #expect(json?.first?["object"] as? String == "Pod/a\(text)b.a\(text)b")
    }

    @Test func `No message of SARIF has a link from a name`() {
        let report = SARIFReport(version: "1", ruleset: .podscoreV1).report(of: Self.documents("[x](https://evil.example)"))
        let messages = String(decoding: report, as: UTF8.self).split(separator: "\n").filter { $0.contains("\"text\": \"Pod/") }
        #expect(!messages.isEmpty)
        #expect(messages.allSatisfy { $0.contains(#"x\\](https"#) && !$0.contains("x](https") })
    }

    @Test(arguments: hostile.indices)
    func `No line about a decision, an explanation or a difference lets a name become structure`(index: Int) {
        let text = Self.hostile[index]
        let name = "a\(text)b"
        let today = CivilDate(daysSinceEpoch: 20_800)
        for document in Self.documents(text) {
            guard case .scored(let object, _, let decision?) = document.outcome else { continue }
            var request = AdmissionRequest()
            request.kind.kind = "Pod"
            request.namespace = name
            request.name = name
            request.userInfo.username = name
            request.object = .decoded(object)
            var explanation = PolicyExplanation(
                namespace: name,
                policies: PolicySet(policies: [], waivers: [], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: ""),
                on: today
            )
            explanation.add(request.userInfo)
            explanation.decided.append(.init(title: name, request: request, decision: decision, context: .authored))
            var difference = PolicyDiff(old: name, new: name)
            let before = Decider(mode: .enforce, today: today).decide(request, by: .builtInDefault(under: .podscoreV1))
            difference.add(request, old: before, new: decision)
            #expect(difference.count(of: .newlyDenied) == 1)
            let texts = [
                DecisionText.lines(decision, of: request, in: name), explanation.text(), difference.text(),
                String(decoding: explanation.json, as: UTF8.self), String(decoding: difference.json(problems: [name]), as: UTF8.self),
                String(decoding: difference.html(problems: [name], version: "1"), as: UTF8.self),
            ]
            for text in texts {
                #expect(Self.escapes(text).isEmpty, "\(text)")
                #expect(!text.contains("\n::error::"), "\(text)")
            }
        }
    }
}
