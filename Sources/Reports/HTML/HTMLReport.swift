import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// A report as a page for a browser: a summary, the objects with what to change, and the rules.
///
/// Objects are written one after the other, as in other formats, and the summary comes last. A shadow root with two slots shows it first, to eyes,
/// keyboards and screen readers alike; a browser without shadow roots shows it at the end.
package struct HTMLReport: ReportEncoder {
    /// The objects that a page lists; its summary counts all of them.
    package enum Listing: Sendable {
        case all
        /// Those that fail, cannot be read or are warned about.
        case violations
        case none
    }

    private let page: HTMLPage
    private let listing: Listing
    /// Everything up to the first object.
    package let head: [UInt8]
    /// Empty.
    package let separator: [UInt8] = []
    /// `true`, for the summary.
    package let needsDetails = true
    /// `true`: each finding with a line is shown with the lines around it.
    package let showsSource = true

    /// Creates a report.
    package init(version: String, title: String = "Podscore report", listing: Listing = .all) {
        page = HTMLPage(title: title, version: version, hasScript: true)
        self.listing = listing
        let start: HTML = """
            <a class="skip" href="#objects">Skip to the objects</a>
            <main>
            <template shadowrootmode="open"><slot name="summary"></slot><slot></slot></template>

            """
        let objects: HTML = """
            <section id="objects" aria-label="Objects">

            """
        head = [page.head, listing.note, start, Self.filter, objects].joined().bytes
    }

    /// The Content-Security-Policy of the page.
    package var policy: String { page.policy }

    /// The number of bytes of ``head`` up to the end of the heading, where a server can add when the report was made.
    package var headingByteCount: Int { page.head.bytes.count }

    /// Writes the objects that are listed.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] {
        documents.filter { listing.includes(HTMLResult.of($0).result) }.map { HTMLObject($0).markup }.joined().bytes
    }

    /// Writes the rules and the summary.
    package func tail(of tally: ScanTally) -> [UInt8] {
        let summary = HTMLSummary(tally)
        let sections: HTML = "</section>\n\(summary.rules)\(summary.markup)</main>\n"
        return [sections, page.tail].joined().bytes
    }

    /// The form that filters objects; only the script shows it.
    private static var filter: HTML {
        let results = HTMLResult.allCases.map { result -> HTML in "<option value=\"\(result.rawValue)\">\(result.title)</option>" }
        return """
            <form id="filter" role="search" aria-label="Objects" hidden>
            <label>Search ( / )<input type="search" name="q" size="24" autocomplete="off"></label>
            <label>Result<select name="result"><option value="">all</option>\(results.joined())</select></label>
            <label>Namespace<select name="namespace"><option value="">all</option></select></label>
            <label>Violates<select name="rule"><option value="">any rule</option></select></label>
            <label>Order<select name="order"><option value="">of the report, skipped last</option><option value="score">lowest score first</option>\
            <option value="margin">furthest below the minimum first</option></select></label>
            <button type="reset">Show all</button>
            <button type="button" id="open">Open or close</button>
            <span id="count" role="status"></span>
            </form>

            """
    }
}

extension HTMLReport.Listing {
    /// Whether objects with a result are listed.
    fileprivate func includes(_ result: HTMLResult) -> Bool {
        switch (self, result) {
        case (.all, _), (.violations, .failed), (.violations, .warned), (.violations, .invalid): true
        case (.violations, _), (.none, _): false
        }
    }

    /// That the page lacks objects, and where they are.
    fileprivate var note: HTML {
        switch self {
        case .all: ""
        case .violations:
            """
            <p class="caution">All objects are too many for one page, so it lists those that fail or are warned about. \
            <code>podscore audit --format html</code> lists all.</p>

            """
        case .none:
            """
            <p class="caution">The objects are too many for one page, so it has only the summary. <code>podscore audit --format html</code> \
            lists all.</p>

            """
        }
    }
}

/// The results by which a reader filters objects.
enum HTMLResult: String, CaseIterable {
    case failed, warned, passed, baseline, skipped, invalid

    /// The result in the form.
    var title: String { self == .baseline ? "in the baseline" : rawValue }

    /// The result of a document, and the same in the words of its decision.
    static func of(_ document: ScannedDocument) -> (result: Self, word: String) {
        switch document.outcome {
        case .invalid: return (.invalid, document.isGap ? "not read" : "invalid")
        case _ where document.fails && document.isInBaseline: return (.baseline, "in the baseline")
        case _ where document.failsScan: return (.failed, document.outcome.decision.map(word) ?? "failed")
        case _ where document.failsForWarnings: return (.failed, "failed for warnings")
        case .skipped where !document.isJudged: return (.skipped, "skipped")
        case .skipped, .scored:
            guard let decision = document.outcome.decision else { return (.passed, document.standard == nil ? "scored" : "passed") }
            return (decision.outcome == .warn ? .warned : .passed, word(of: decision))
        }
    }

    private static func word(of decision: Decision) -> String {
        if ScannedDocument.namelessPolicies.contains(decision.policy) { return decision.outcome == .deny ? "failed" : "passed" }
        return switch decision.outcome {
        case .deny: "denied"
        case .warn: "warned"
        case .audit: "recorded"
        case .allow: "allowed"
        case .exempt: "exempt"
        case .unchanged: "unchanged"
        }
    }

    /// The class of the result's colour.
    var tone: HTML {
        switch self {
        case .failed, .invalid: "bad"
        case .warned: "caution"
        case .passed: "good"
        case .baseline, .skipped: "faint"
        }
    }
}
