import AdmissionPolicy
import KubernetesAPI
import Manifests
import PodScoring
import Reports

/// Writes manifests as a page for a browser.
enum PageTarget {
    /// The names of all elements that the page has.
    private static let names: Set<String> = [
        "html", "head", "meta", "link", "title", "style", "body", "h1", "h2", "h3", "a", "main", "template", "slot", "section", "form",
        "label",
        "input", "select", "option", "button", "span", "details", "summary", "small", "svg", "rect", "div", "p", "ul", "ol", "li", "b",
        "code",
        "br", "em", "pre", "i", "mark", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "article", "footer", "script",
        "noscript", "textarea", "header", "ins", "del", "wbr",
    ]
    /// The names of elements without an end tag.
    private static let voidNames: Set<String> = ["meta", "link", "input", "br", "wbr"]

    /// The page has the elements that the program writes, properly nested, one script and one style, and no hidden character.
    ///
    /// Writing is deterministic.
    static func check(_ input: [UInt8]) throws {
        let documents = documents(of: input)
        let report = HTMLReport(version: "1")
        let page = report.report(of: documents)
        guard page == report.report(of: documents) else { throw FuzzTarget.Finding("another page when it is written again") }
        let text = String(decoding: page, as: UTF8.self)
        guard !text.unicodeScalars.contains(where: { VisibleText.isHidden($0) && $0 != "\n" }) else {
            throw FuzzTarget.Finding("a hidden character")
        }
        try checkElements(of: text.utf8.dropFirst("<!DOCTYPE html>\n".utf8.count))
        guard text.utf8.count <= 100_000 + 400 * input.count + 20_000 * documents.count else {
            throw FuzzTarget.Finding("a page of \(text.utf8.count) bytes for \(documents.count) documents of \(input.count) bytes")
        }
    }

    private static func documents(of input: [UInt8]) -> [ScannedDocument] {
        let source = SourceText(input)
        return ManifestStream(source: "f", bytes: input).compactMap { document in
            let outcome: ScannedDocument.Outcome
            switch document.content {
            case .empty: return nil
            case .invalid: outcome = .invalid(problem: document.errorLine ?? "")
            case .object(let object, _): outcome = scored(object)
            }
            var scanned = ScannedDocument(fileName: "f", outcome: outcome)
            scanned.position = document.position
            scanned.node = document.node
            scanned.source = source
            return scanned
        }
    }

    private static func scored(_ object: KubernetesObject) -> ScannedDocument.Outcome {
        let policy = ScorePolicy.builtInDefault(under: .podscoreV1)
        let decision = AdmissionRequest(creating: object, inNamespace: "default").map { request in
            Decider(mode: .enforce, today: ReviewTarget.today, podContext: .authored).decide(request, by: policy)
        }
        let report = decision?.evaluation?.report ?? Scorer(.podscoreV1).score(ScoringSubject(object, context: .authored))
        return report.isScorable ? .scored(object, report, decision) : .skipped(object, why: "no rules", decision)
    }

    /// Goes from one `<` to the next.
    static func checkElements(of page: Substring.UTF8View, styleCount: Int = 1) throws {
        var open: [String] = []
        var counts: [String: Int] = [:]
        for piece in page.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: true) {
            // The script has comparisons.
            if open.last == "script", piece.first != UInt8(ascii: "/") { continue }
            guard let end = piece.firstIndex(of: UInt8(ascii: ">")) else { throw FuzzTarget.Finding("a tag without an end") }
            let tag = String(decoding: piece[..<end], as: UTF8.self)
            if tag.hasPrefix("/") {
                guard open.popLast() == String(tag.dropFirst()) else { throw FuzzTarget.Finding("a stray end: \(tag)") }
                continue
            }
            let name = String(tag.prefix { $0 != " " && $0 != "/" })
            guard names.contains(name) else { throw FuzzTarget.Finding("an element of a manifest: \(tag)") }
            guard tag.utf8.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2) else {
                throw FuzzTarget.Finding("an attribute of a manifest: \(tag)")
            }
            // The first end tag would end the outer one for a browser with script.
            guard name != "noscript" || !open.contains("noscript") else { throw FuzzTarget.Finding("a noscript in another") }
            counts[name, default: 0] += 1
            if !voidNames.contains(name), !tag.hasSuffix("/") { open.append(name) }
        }
        guard open.isEmpty else { throw FuzzTarget.Finding("open elements: \(open)") }
        guard counts["script"] == 1, counts["style"] == styleCount else { throw FuzzTarget.Finding("another script or style") }
    }
}
