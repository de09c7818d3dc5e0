import KubernetesAPI
import PodScoring

/// The page on which a person has a manifest scored: the form with the text, and beside it the result.
///
/// It needs no script: the form is posted, and the answer is the same page with a result. It loads nothing and keeps nothing. A link to it has
/// the choices, never a manifest.
package struct ScorePage {
    /// The name of the text in messages and in the difference.
    package static let sourceName = "manifest.yaml"
    /// The most objects that are shown; the others are counted.
    private static let objectLimit = 200
    /// The most objects that are shown open at first.
    private static let openLimit = 3

    private let version: String
    private let choices: PageChoices
    /// The largest text that the server takes, in bytes.
    private let textByteLimit: Int

    /// A sentence about the form, such as that a choice is invalid.
    package var problem: String?
    /// The edits that would fix the text; `nil` if they were not looked for.
    package var fix: PageFix?
    /// A sentence about the edits, such as why they were not looked for.
    package var fixRemark: String?

    private var text: String?
    private var lineCount = 1
    private var areLinesKnown = true
    private var objects: [PageObject] = []
    private var marks = LineMarks()
    private var tally = ScanTally()

    /// A page with choices and without a text.
    package init(version: String, choices: PageChoices, textByteLimit: Int) {
        self.version = version
        self.choices = choices
        self.textByteLimit = textByteLimit
    }

    /// Puts a text into the form.
    package mutating func show(_ bytes: [UInt8]) {
        text = String(decoding: bytes, as: UTF8.self)
        lineCount = bytes.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) } - (bytes.last == 0x0A ? 1 : 0)
        // With other line breaks, a browser counts other lines than the positions.
        areLinesKnown = SourceText(bytes) != nil
    }

    /// Adds the result of the next document of the text.
    package mutating func add(_ document: ScannedDocument) {
        tally.count(document, inDetail: true)
        guard objects.count < Self.objectLimit else { return }
        let findings = ReportFinding.list(of: document)
        objects.append(PageObject(document, findings: findings, number: objects.count + 1, linksLines: areLinesKnown))
        if areLinesKnown { marks.add(findings, ofObject: objects.count) }
    }

    /// The page.
    package var bytes: [UInt8] {
        let editor = PageEditor(choices, text, textByteLimit: textByteLimit)
        return [head, editor.markup(lines: marks.markup(lineCount: lineCount), problem), result, tail].joined().bytes
    }

    /// The policy of the page, which allows its own style and script by their digests.
    package static var contentPolicy: String {
        """
        default-src 'none'; img-src data:; style-src 'sha256-\(HTMLStyle.digest)' 'sha256-\(PageStyle.digest)'; \
        script-src 'sha256-\(PageScript.digest)'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'
        """
    }

    private var head: HTML {
        let title = tally.documents > 0 ? "\(tally.sentence) – Podscore" : "Podscore"
        return """
            \(HTMLPage.head(title: title, version: version, styles: [PageStyle.text]))\
            <a class="skip" href="#result">Skip to the result</a>
            <header><h1>Podscore</h1>
            <p>Score Kubernetes manifests, and see what to fix. This server keeps nothing of them.</p></header>
            <main class="page">

            """
    }

    private var tail: HTML {
        "</main>\n\(HTMLPage.tail(version: version, script: PageScript.text))"
    }

    private var result: HTML {
        """
        <section id="result" aria-label="Result" tabindex="-1">
        \(tally.documents > 0 ? scores : Self.introduction)</section>

        """
    }

    private var scores: HTML {
        let hidden = tally.documents - objects.count
        let more: HTML = hidden > 0 ? "<p>and \(hidden) more; podscore scan shows all</p>\n" : ""
        let shown = objects.enumerated().map { index, object in object.markup(isOpen: index < Self.openLimit) }.joined()
        return """
            <p class="total">\(tally.sentence)</p>
            \(jumps)\
            <p id="stale" class="caution" role="status" hidden>The text has changed. Score it again.</p>
            \(shown)\(more)\(fixes)\(HTMLSummary(tally).rules)
            """
    }

    /// Links to what stands below the objects, which can be long.
    private var jumps: HTML {
        let fix: HTML = fix == nil ? "" : "<a href=\"#fix\">Fix</a>"
        let rules: HTML = tally.details.rules.isEmpty ? "" : "<a href=\"#rules\">Rules</a>"
        let links = [fix, rules].filter { !$0.isEmpty }
        guard let first = links.first else { return "" }
        return "<p>Below: \(links.dropFirst().reduce(first) { [$0, ", ", $1].joined() })</p>\n"
    }

    private var fixes: HTML {
        let remark: HTML = fixRemark.map { "<p>\($0)</p>\n" } ?? ""
        return [fix?.markup(choices, name: Self.sourceName) ?? "", remark].joined()
    }

    /// A description of the page, at the place of the result.
    private static let introduction: HTML = """
        <h2>The result shows</h2>
        <ul>
        <li>The score of each object, against the minimum and the best possible score.</li>
        <li>Each violated rule, with the container, the field and the line, and what to set.</li>
        <li>The fixed manifest as a difference, in which nothing else changes.</li>
        </ul>
        <p>Programs post manifests to <code>/scan</code> instead:</p>
        <pre tabindex="0" aria-label="Command">curl -sSX POST --data-binary @pod.yaml http://ADDRESS/scan
        </pre>

        """
}
