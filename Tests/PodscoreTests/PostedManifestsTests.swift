import KubernetesAPI
import PodScoring
import Testing
import WebhookServer

@testable import podscore

/// The answers to posted bodies.
@Suite struct PostedManifestsTests {
    private static let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
    private static let invalid = "a: b: c\n"

    private func answer(_ text: String, byteLimit: Int = 1 << 20) throws(UnusableRules) -> ManifestAnswer {
        let manifests = PostedManifests(ruleset: .kubesecV2, defaultNamespace: "default")
        let bytes = Array(text.utf8)
        return manifests.answer(bytes.span, by: try manifests.basis(rules: []), byteLimit: byteLimit)
    }

    @Test func `Documents are counted as scored, skipped or invalid`() throws {
        let text = [Self.pod, Self.invalid, Self.pod, "apiVersion: v1\nkind: Namespace\n", "kind: Pod\n"].joined(separator: "---\n")
        guard case .reports(let bytes, let isWellFormed, let counts) = try answer(text) else { throw NoReports() }
        #expect(!isWellFormed)
        #expect(counts.scored == 2 && counts.skipped == 1 && counts.invalid == 2)
        #expect(String(decoding: bytes, as: UTF8.self).split(separator: "\n").count { $0.hasPrefix("    \"object\"") } == 5)
    }

    @Test func `If no document can be parsed, the first problems are named and the others counted`() throws {
        #expect(try answer("") == .unreadable(["API:1:1: no document"]))
        #expect(
            try answer(Self.invalid + "---\n" + Self.invalid)
                == .unreadable([
                    "API:1:5: mapping values are not allowed in this context", "API:3:5: mapping values are not allowed in this context",
                ])
        )
        guard case .unreadable(let problems) = try answer(Array(repeating: Self.invalid, count: 30).joined(separator: "---\n")) else {
            throw NoReports()
        }
        // A line has 55 bytes or one more, and the fifth exceeds 256.
        #expect(problems.count == 6 && problems.last == "and 25 more documents that cannot be parsed")
    }

    @Test(arguments: [1, 2, 3, 10])
    func `The limit applies to the whole answer`(count: Int) throws {
        let text = Array(repeating: Self.pod, count: count).joined(separator: "---\n")
        guard case .reports(let bytes, _, _) = try answer(text) else { throw NoReports() }
        guard case .reports = try answer(text, byteLimit: bytes.count) else { throw NoReports() }
        #expect(try answer(text, byteLimit: bytes.count - 10) == .tooLarge)
    }

    @Test func `A list that exceeds the limit is answered without reading all items`() throws {
        let text = #"{"kind":"PodList","apiVersion":"v1","items":["# + String(repeating: "{},", count: 200_000) + "{}]}"
        #expect(try answer(text, byteLimit: 100_000) == .tooLarge)
    }

    @Test func `The error names a rule that the ruleset does not have`() {
        let manifests = PostedManifests(ruleset: .kubesecV2, defaultNamespace: "default")
        let error = #expect(throws: UnusableRules.self) { try manifests.basis(rules: ["Privileged", "privileged"]) }
        #expect(error?.message == "kubesec/v2 has no rule \"privileged\"; did you mean Privileged?")
    }

    private static let longTexts = ["Q", "\u{e9}", "\u{1F600}"].map { String(repeating: $0, count: 200_000) }
    private static let longName = String(repeating: "Q", count: 1 << 20)

    @Test(arguments: [
        "a: *\(longName)", "a: &\(longName) [*\(longName)]", "[{\(longName): 1, \(longName): 2}: 3]", "a: !<\(longName)> {b",
        "a: !\(longName)!b c", "%\(longName)\n---\na", "%YAML 1.\(longName)\n---\na", "%TAG !\(longName) b",
        "\"\(longName)", "'\(longName)", "{\(longName): [1, {",
        "{\"\(longName)\": [1, {\"\(longName)\": tru", "[\"\(longName)\"}", "a: b\n\(longName)", "\(longName): b: c", "? \(longName)\n: : ",
        "a: |\(longName)", "a: \"\\\(longName)\"", "--- \(longName): &", "- \(longName)\n?", "\u{0}\(longName)", "@\(longName)",
    ])
    func `A body that cannot be parsed is answered in less than 512 bytes`(text: String) throws {
        guard case .unreadable(let problems) = try answer(text) else { throw NoReports() }
        #expect(VisibleText.lines(problems).utf8.count < 512, "\(problems[0].prefix(600))")
    }

    @Test(arguments: longTexts + [String(repeating: "\u{1B}", count: 5_000), String(repeating: "\"", count: 5_000)])
    func `Unknown rules are named in less than 512 bytes`(id: String) {
        let manifests = PostedManifests(ruleset: .podscoreV1, defaultNamespace: "default")
        for ids in [[id], Array(repeating: id, count: 900), (0..<900).map { "Q\($0)" }] {
            let error = #expect(throws: UnusableRules.self) { try manifests.basis(rules: ids) }
            #expect((error.map { VisibleText.of($0.message) } ?? "").utf8.count < 512, "\(error?.message.prefix(600) ?? "")")
        }
    }

    private struct NoReports: Error {}
}
