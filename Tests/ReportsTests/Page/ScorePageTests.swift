import KubernetesAPI
import PodScoring
import Testing

@testable import Reports

/// The page with a form, as a strict reader sees it.
@Suite struct ScorePageTests {
    private static let choices = PageChoices(.podscoreV1)

    private static func page(_ text: String? = nil, _ choices: PageChoices = choices, fix: PageFix? = nil) throws -> ReadPage {
        var page = ScorePage(version: "1.2.3", choices: choices, textByteLimit: 1_000)
        if let text {
            page.show(Array(text.utf8))
            for document in ScannedText(minimumScore: choices.minimum, policyName: ScannedDocument.pagePolicy).documents(text) {
                page.add(document)
            }
        }
        page.fix = fix
        return try ReadPage(String(decoding: page.bytes, as: UTF8.self))
    }

    private static func choices(_ ruleset: String? = nil, _ minimum: String? = nil, _ standard: String? = nil) throws -> PageChoices {
        try PageChoices(ruleset: ruleset, minimum: minimum, standard: standard, defaultRuleset: .podscoreV1)
    }

    @Test func `The policy allows the page's own style and script, its form, and nothing else`() throws {
        let page = try Self.page()
        let styles = page.elements("style").map { "'sha256-\(PlainSHA256.base64(of: $0.text))'" }.joined(separator: " ")
        let script = PlainSHA256.base64(of: try #require(page.elements("script").first?.text))
        #expect(
            ScorePage.contentPolicy
                == """
                default-src 'none'; img-src data:; style-src \(styles); script-src 'sha256-\(script)'; base-uri 'none'; \
                form-action 'self'; frame-ancestors 'none'
                """
        )
        #expect(page.elements("style").count == 2 && page.elements("script").count == 1)
    }

    @Test func `The page loads nothing, and its forms go to itself`() throws {
        let page = try Self.page(SampleReport.text, fix: PageFix(objects: [["a"]], diff: Array("--- a\n+++ a\n".utf8), text: []))
        for element in page.elements {
            let attributes = element.attributes
            #expect(attributes["src"] == nil && attributes["style"] == nil && !attributes.keys.contains { $0.hasPrefix("on") })
            if element.name == "form" {
                #expect(attributes["action"] == "/#result" && attributes["method"] == "post" && attributes["autocomplete"] == "off")
            }
            guard let link = attributes["href"] else { continue }
            let isOwn = link.hasPrefix("#") || link.hasPrefix("/?") || link == "data:,"
            #expect(isOwn || attributes["rel"] == "noopener noreferrer", "\(link)")
        }
        #expect(page.elements("form").count == 2)
    }

    @Test func `Each field has a label, and each link within the page leads to an element`() throws {
        let page = try Self.page(SampleReport.text)
        let ids = page.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        for link in page.elements("a").compactMap({ $0.attributes["href"] }) where link.hasPrefix("#") {
            #expect(ids.contains(String(link.dropFirst())), "\(link)")
        }
        let fields = page.elements("select").count + page.elements("input").count + page.elements("textarea").count
        #expect(page.elements("label").count == fields)
    }

    @Test func `Lines with findings are marked by the most severe one, and lead to their object`() throws {
        let page = try Self.page(SampleReport.text)
        let marks = page.elements("a").filter { $0.attributes["id"]?.hasPrefix("line-") == true }
        let hostPID = try #require(marks.first { $0.attributes["id"] == "line-7" })
        #expect(hostPID.attributes["class"] == "error" && hostPID.attributes["href"] == "#object-1")
        #expect(hostPID.attributes["aria-label"]?.hasPrefix("Line 7: ") == true && hostPID.attributes["title"]?.contains("HostPID") == true)
        #expect(hostPID.text == "   7")
        #expect(marks.contains { $0.attributes["class"] == "note" })
        let lines = try #require(page.elements("pre", class: "lines").first).text.split(separator: "\n").compactMap { Int($0.trimming) }
        #expect(lines == Array(1...SampleReport.text.utf8.count { $0 == 0x0A }))
    }

    @Test func `A text with other line breaks has no marks, since a browser counts other lines`() throws {
        let page = try Self.page(SampleReport.text.replacing("name: web", with: "name: \"\u{2028}\""))
        #expect(page.elements("a").allSatisfy { $0.attributes["id"] == nil || $0.attributes["id"] == "link" })
    }

    @Test func `Each object has its score against the minimum, and its findings`() throws {
        let page = try Self.page(SampleReport.text, try Self.choices(nil, "9"))
        let objects = page.elements("details", class: "object")
        #expect(objects.count == 4 && objects.map { $0.attributes["open"] != nil } == [true, true, true, false])
        #expect(objects[0].text.contains("Deployment/web prod · line 1") && objects[0].text.contains("-39 of 21, minimum 9"))
        #expect(objects[0].text.contains("failed: score -39 is below the minimum 9"))
        #expect(objects[0].text.contains("set securityContext.runAsNonRoot: true"))
        let title = "4 documents: 2 scored (2 failed), 1 skipped (no rules for kind ConfigMap), 1 invalid – Podscore"
        #expect(page.elements("title").first?.text == title)
        #expect(page.elements("article", class: "rule").contains { $0.attributes["id"] == "rule-HostPID" })
    }

    @Test func `Beyond 200 objects the others are counted`() throws {
        let text = Array(repeating: "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", count: 203).joined(separator: "---\n")
        let page = try Self.page(text)
        #expect(page.elements("details", class: "object").count == 200)
        #expect(page.elements("p").contains { $0.text == "and 3 more; podscore scan shows all" })
    }

    @Test func `The text stays as it is, whatever it has`() throws {
        for text in ["\n a\n", "</textarea><script>x</script>", "a\tb\u{202E}c\u{1}", "&lt;&amp;", "\"'", ""] {
            let page = try Self.page(text)
            #expect(page.elements("textarea").first?.text == "\n" + text)
        }
    }

    @Test(arguments: HostileManifest.names)
    func `A text of a manifest stays a text`(hostile: String) throws {
        func read(_ text: String) throws -> ReadPage {
            let fix = PageFix(objects: [["a\(text)b"]], diff: Array("--- a\n+++ a\n+a\(text)b\n".utf8), text: Array("a\(text)b".utf8))
            return try Self.page(HostileManifest.text(naming: text), try Self.choices(nil, "5"), fix: fix)
        }
        let (page, harmless) = (try read(hostile), try read("-"))
        #expect(page.elements.map(\.name) == harmless.elements.map(\.name))
        #expect(page.elements.map { $0.attributes.keys.sorted() } == harmless.elements.map { $0.attributes.keys.sorted() })
        #expect(page.elements("details").contains { $0.text.contains(VisibleText.of("Pod/a\(hostile)b")) })
    }

    @Test func `The difference and the fixed text are shown, and can be scored`() throws {
        let fix = PageFix(
            objects: [["Pod/<b>: score 1", "  manifest: X +1: container \"<i>\": set a: b", "  left: y"]],
            diff: Array("--- f\n+++ f\n@@ -1,2 +1,2 @@\n a: \"\u{202E}\"\n---- b\r\n+++<b>\tc\r\n".utf8),
            text: Array("a\n<b>\n".utf8)
        )
        let page = try Self.page("a", try Self.choices("kubesec/v2", "3", "restricted@v1.31"), fix: fix)
        let difference = try #require(page.elements("pre", class: "diff").first)
        #expect(difference.text == "--- f\n+++ f\n@@ -1,2 +1,2 @@\n a: \"\\u{202E}\"\n---- b\n+++<b>    c\n")
        #expect(page.elements("del").map(\.text) == ["---- b"] && page.elements("ins").map(\.text) == ["+++<b>    c"])
        let changes = try #require(page.elements("ul", class: "changes").first)
        #expect(changes.text.contains("Pod/<b>: score 1") && changes.text.contains("manifest: X +1: container \"<i>\": set a: b"))
        #expect(page.elements("textarea").last?.text == "\na\n<b>\n")
        let hidden = page.elements("input").filter { $0.attributes["type"] == "hidden" }.map { $0.attributes["value"] }
        #expect(hidden == ["kubesec/v2", "3", "restricted@v1.31"])
        let command = "podscore fix --write --ruleset kubesec/v2 --minimum-score 3 --standard restricted@v1.31 manifest.yaml\n"
        #expect(page.elements("pre").contains { $0.text == command })
    }

    @Test func `A link has the choices, which the form shows`() throws {
        let page = try Self.page("kind: Pod", try Self.choices("kubesec/v2", "-3", "restricted@v1.31"))
        let link = try #require(page.elements("a").first { $0.attributes["id"] == "link" }?.attributes["href"])
        #expect(link == "/?ruleset=kubesec/v2&minimum=-3&standard=restricted%40v1.31")
        #expect(page.elements("option").filter { $0.attributes["selected"] != nil }.map(\.text) == ["kubesec/v2", "restricted@v1.31"])
        #expect(page.elements("input").first { $0.attributes["name"] == "minimum" }?.attributes["value"] == "-3")
        let examples = page.elements("a", class: "example").compactMap { $0.attributes["href"] }
        #expect(examples == ["web", "agent", "hardened"].map { link + "&example=\($0)" })
        #expect(try Self.choices(nil, "", "").query == "?ruleset=podscore/v1")
    }

    @Test(
        arguments: [
            ("podscore/v9", nil, nil, "unknown ruleset \"podscore/v9\"; known: podscore/v1, kubesec/v2, kubesec/v2.0"),
            ("<b>\u{1B}", nil, nil, "unknown ruleset \"<b>\\u{1B}\"; known: podscore/v1, kubesec/v2, kubesec/v2.0"),
            (nil, "9.5", nil, "invalid minimum score \"9.5\"; use a whole number"),
            (nil, "9 ", nil, "invalid minimum score \"9 \"; use a whole number"),
            (nil, "22", nil, "minimum score 22 is not between -179 and 21, the possible scores of a Pod under podscore/v1 (unreleased)"),
            (nil, nil, "privileged", "unknown standard \"privileged\"; use baseline or restricted, with a version as in restricted@v1.31"),
            (
                nil, nil, "restricted@1",
                "unknown standard \"restricted@1\"; use baseline or restricted, with a version as in restricted@v1.31"
            ),
        ] as [(String?, String?, String?, String)]
    )
    func `An invalid choice is explained`(ruleset: String?, minimum: String?, standard: String?, sentence: String) {
        let problem = #expect(throws: PageChoices.Problem.self) { try Self.choices(ruleset, minimum, standard) }
        #expect(problem?.sentence == sentence)
    }

    @Test func `A problem with the form is an alert`() throws {
        var page = ScorePage(version: "1", choices: Self.choices, textByteLimit: 1)
        page.problem = "<b> is wrong"
        let read = try ReadPage(String(decoding: page.bytes, as: UTF8.self))
        let alert = try #require(read.elements("p").first { $0.attributes["role"] == "alert" })
        #expect(alert.text == "<b> is wrong" && alert.attributes["hidden"] == nil)
        #expect(try Self.page().elements("p").first { $0.attributes["role"] == "alert" }?.attributes["hidden"] != nil)
    }

    @Test func `The examples go from a plain manifest to one without a violation`() throws {
        let documents = PageExample.allCases.map { ScannedText().documents($0.text) }
        let scores = documents.compactMap { $0.first?.score }
        #expect(scores.count == 3)
        #expect(scores[1].score < 0 && scores[0].score > 0 && scores[0].score < 5)
        #expect(scores[2].score == scores[2].best)
    }
}

extension Substring {
    /// The text without the spaces before it.
    fileprivate var trimming: Substring { drop { $0 == " " } }
}
