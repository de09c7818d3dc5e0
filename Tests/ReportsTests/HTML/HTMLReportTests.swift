import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Reports
import Testing

/// The page of a scan, as a strict reader sees it.
@Suite struct HTMLReportTests {
    private static func page(_ documents: [ScannedDocument]) throws -> ReadPage {
        try ReadPage(SampleReport.text(HTMLReport(version: "1.2.3"), documents))
    }

    private static func documents(_ text: String = SampleReport.text, minimum: Int? = 9) -> [ScannedDocument] {
        ScannedText(minimumScore: minimum, keepsSource: true).documents(text, named: "dir/f.yaml")
    }

    @Test func `A page allows its own style and script by their digests, and nothing else`() throws {
        let page = try Self.page(Self.documents())
        let policy = try #require(page.elements("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" })
        let style = PlainSHA256.base64(of: try #require(page.elements("style").first?.text))
        let script = PlainSHA256.base64(of: try #require(page.elements("script").first?.text))
        #expect(
            policy.attributes["content"]
                == """
                default-src 'none'; img-src data:; style-src 'sha256-\(style)'; script-src 'sha256-\(script)'; base-uri 'none'; \
                form-action 'none'
                """
        )
        #expect(page.elements("style").count == 1 && page.elements("script").count == 1)
        #expect(PlainSHA256.base64(of: "abc") == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    }

    @Test func `A page loads nothing and styles no element by itself`() throws {
        let page = try Self.page(Self.documents())
        for element in page.elements {
            let attributes = element.attributes
            #expect(attributes["src"] == nil && attributes["style"] == nil && !attributes.keys.contains { $0.hasPrefix("on") })
            guard let link = attributes["href"] else { continue }
            switch element.name {
            case "a": #expect(link.hasPrefix("#") || link.hasPrefix("https://") && attributes["rel"] == "noopener noreferrer")
            default: #expect(element.name == "link" && link == "data:,")
            }
        }
    }

    @Test func `Each label belongs to a field, and each link leads to an element of the page`() throws {
        let page = try Self.page(Self.documents())
        let ids = page.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        for link in page.elements("a").compactMap({ $0.attributes["href"] }) where link.hasPrefix("#") {
            #expect(ids.contains(String(link.dropFirst())), "\(link)")
        }
        #expect(page.elements("label").count == page.elements("input").count + page.elements("select").count)
    }

    @Test func `Each document is an object with its result`() throws {
        let objects = try Self.page(Self.documents()).elements("details", class: "object")
        #expect(objects.map { $0.attributes["data-result"] } == ["failed", "skipped", "invalid", "failed"])
        #expect(objects.map { $0.attributes["data-namespace"] } == ["prod", "default", "", "default"])
        #expect(objects.map { $0.attributes["data-score"] } == ["-39", nil, nil, "0"])
        #expect(objects.first?.text.contains("-39 of 21, minimum 9") == true)
        #expect(objects.first?.text.contains("failed: score -39 is below --minimum-score 9") == true)
        #expect(objects[1].text.contains("skipped: no rules for kind ConfigMap"))
        #expect(objects[2].text.contains("spec.containers: expected"))
    }

    @Test func `A Helm chart, which has no object, is named by its folder`() throws {
        let outcome = ScannedDocument.Outcome.skipped(KubernetesObject(), why: "Helm chart", nil)
        let chart = ScannedDocument(fileName: "charts/web", outcome: outcome, objectName: ScannedDocument.unknownName)
        let object = try #require(try Self.page([chart]).elements("details", class: "object").first)
        #expect(object.text.hasPrefix("Unknown charts/web"))
    }

    @Test func `Findings have their place, their line and their fix, the worst first`() throws {
        let page = try Self.page(Array(Self.documents().prefix(1)))
        let findings = page.elements("li").filter { ["error", "warning", "note"].contains($0.attributes["class"]) }
        let levels = findings.compactMap { $0.attributes["class"] }
        let order = ["error", "warning", "note"]
        #expect(levels == levels.sorted { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) })
        let privileged = try #require(findings.first { $0.text.hasPrefix("-30Privileged") })
        #expect(privileged.text.contains("container a,b:<c> spec.template.spec.containers[0].securityContext.privileged line 12"))
        #expect(page.elements("p", class: "fix").contains { $0.text == "set securityContext.runAsNonRoot: true check image" })
        #expect(page.elements("em").contains { $0.text == "check image" })
    }

    @Test func `What an object opens is one element that a script can read as a text`() throws {
        let text = SampleReport.text(HTMLReport(version: "1"), Self.documents())
        let page = try ReadPage(text)
        let objects = page.elements("details", class: "object")
        #expect(page.elements("noscript").count == objects.count)
        // A browser with script ends the text at the first end tag, whatever stands in between.
        let bodies = text.split(separator: "<noscript>").dropFirst()
        #expect(bodies.allSatisfy { $0.contains("</div>\n</noscript></details>") && $0.ranges(of: "</noscript").count == 1 })
    }

    @Test func `The lines around findings are shown with their numbers`() throws {
        let page = try Self.page(Array(Self.documents().prefix(1)))
        let source = try #require(page.elements("pre", class: "source").first)
        #expect(source.text.contains("12                privileged: true\n") || source.text.contains("12            privileged: true\n"))
        #expect(page.elements("mark").contains { $0.text.contains("hostPID: true") })
        #expect(!source.text.contains("kind: ConfigMap"))
    }

    @Test func `A waiver is shown with what it covers and its last day`() throws {
        let waiver = ScoreWaiver(
            name: "legacy",
            match: ScoreWaiver.Match(namespaces: [NamePattern("*")]),
            rules: ["HostPID"],
            expires: CivilDate(daysSinceEpoch: 20_900),
            owner: "team",
            reason: "old"
        )
        let documents = ScannedText(minimumScore: 5, waivers: [waiver]).documents(SampleReport.text)
        let object = try #require(try Self.page(documents).elements("details", class: "object").first)
        #expect(object.text.contains("waived by legacy through 2027-03-23: HostPID"))
    }

    @Test func `The summary has the counts, the Namespaces and the rules, and shows them first`() throws {
        let page = try Self.page(Self.documents())
        let summary = try #require(page.elements("section").first { $0.attributes["slot"] == "summary" })
        #expect(summary.text.contains("4 documents: 2 scored (2 failed), 1 skipped (no rules for kind ConfigMap), 1 invalid"))
        #expect(page.elements("slot").map { $0.attributes["name"] } == ["summary", nil])
        #expect(page.elements("tr").compactMap { $0.attributes["data-namespace"] } == ["default", "prod", ""])
        let rules = page.elements("tr").compactMap { $0.attributes["data-rule"] }
        #expect(rules.contains("Privileged") && page.elements("article", class: "rule").count == rules.count)
    }

    @Test(arguments: HostileManifest.names)
    func `A text of a manifest stays a text`(hostile: String) throws {
        func read(_ text: String) throws -> ReadPage {
            let manifest = HostileManifest.text(naming: text)
            return try Self.page(ScannedText(minimumScore: 5, keepsSource: true).documents(manifest, named: "a\(text)b.yaml"))
        }
        let (page, harmless) = (try read(hostile), try read("-"))
        #expect(page.elements.map(\.name) == harmless.elements.map(\.name))
        #expect(page.elements.map { $0.attributes.keys.sorted() } == harmless.elements.map { $0.attributes.keys.sorted() })
        #expect(page.elements("details").contains { $0.text.contains(VisibleText.of("Pod/a\(hostile)b")) })
    }

    @Test func `Code in the texts of rules is marked as code`() throws {
        let page = try Self.page(Self.documents())
        #expect(page.elements("code").contains { $0.text == "securityContext.fsGroup: 10001" })
        #expect(page.elements("article", class: "rule").allSatisfy { !$0.text.contains("`") })
        let texts = RuleCatalog.builtIn.flatMap { [$0.reason, $0.fix] + $0.adjustments + [$0.blindSpot ?? ""] }
        #expect(texts.allSatisfy { $0.utf8.count { $0 == UInt8(ascii: "`") }.isMultiple(of: 2) })
    }

    @Test(arguments: [("name: web", "Pod/web"), ("generateName: web-", "Pod/web-*"), ("labels: {}", "Pod")])
    func `An object is named by what its manifest has`(metadata: String, title: String) throws {
        let documents = Self.documents("apiVersion: v1\nkind: Pod\nmetadata: {\(metadata)}\nspec: {containers: [{name: app}]}\n")
        #expect(try Self.page(documents).elements("h3").first?.text.split(separator: " ").first == title[...])
    }

    @Test func `A page does not depend on how documents are divided into pieces`() {
        let documents = Self.documents()
        let report = HTMLReport(version: "1")
        #expect(!report.dependsOnPieces)
        #expect(report.piece(of: documents) == documents.flatMap { report.piece(of: [$0]) })
    }

    @Test func `A page without objects is complete`() throws {
        let page = try Self.page([])
        #expect(page.elements("details").isEmpty && page.elements("section").contains { $0.attributes["id"] == "objects" })
    }

    @Test func `A Pod of a thousand containers has twenty places for each rule`() throws {
        let containers = (0..<1_000).map { "{name: c\($0), securityContext: {privileged: true}}" }.joined(separator: ", ")
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: many}\nspec: {containers: [\(containers)]}\n"
        let page = try Self.page(Self.documents(text))
        #expect(page.elements("code").count { $0.text.contains("securityContext.privileged") } == 20)
        #expect(page.elements("li").contains { $0.text.contains("Privileged") && $0.text.contains("and 980 more") })
    }
}
