import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// The summary of a report, and its sections about rules.
struct HTMLSummary {
    private let tally: ScanTally
    private let details: ScanDetails

    /// The summary of the documents that were counted in detail.
    init(_ tally: ScanTally) {
        self.tally = tally
        details = tally.details
    }

    /// The summary, which the page shows above the objects.
    var markup: HTML {
        """
        <section slot="summary" id="summary" aria-label="Summary">
        <p>\(tally.sentence)</p>
        \(partial)\(tiles)\(scores)<div class="tables">
        \(namespaces)\(violations)</div>
        </section>

        """
    }

    /// That an audit is not complete.
    private var partial: HTML {
        guard tally.gaps > 0 else { return "" }
        return """
            <p class="bad">The result is partial: what is not listed may run all the same. The first entries say what could not be read.</p>

            """
    }

    /// A count that the summary shows.
    private struct Count {
        let tone: HTML
        let name: String
        let of: (ScanDetails.Results) -> Int
        /// Whether it is shown even if it is 0 everywhere.
        var isAlwaysShown = false
    }

    /// The counts, the worst first; those that are 0 everywhere are left out.
    private var counts: [Count] {
        let all = [
            Count(tone: "bad", name: "failed", of: \.failed, isAlwaysShown: true),
            Count(tone: "bad", name: tally.isAudit ? "not read" : "invalid", of: \.invalid),
            Count(tone: "caution", name: "warned", of: \.warned),
            Count(tone: "good", name: "passed", of: { $0.passed - $0.warned }, isAlwaysShown: true),
            Count(tone: "faint", name: "in the baseline", of: \.inBaseline),
            Count(tone: "faint", name: "skipped", of: \.skipped),
        ]
        let total = details.total
        return all.filter { $0.isAlwaysShown || $0.of(total) > 0 }
    }

    private var tiles: HTML {
        let total = details.total
        var tiles = counts.map { count -> HTML in "<div><dt>\(count.name)</dt><dd class=\"\(count.tone)\">\(count.of(total))</dd></div>\n" }
        if tally.failedForWarnings > 0 {
            tiles.insert("<div><dt>failed for warnings</dt><dd class=\"bad\">\(tally.failedForWarnings)</dd></div>\n", at: 1)
        }
        return "<dl class=\"tiles\">\n\(tiles.joined())</dl>\n"
    }

    /// The number of objects by score, as columns.
    private var scores: HTML {
        let columns = ScoreColumns(details)
        guard let highest = columns.counts.map(\.count).max(), highest > 0 else { return "" }
        let items = columns.counts.map { column -> HTML in
            let height = column.count == 0 ? 0 : max(20, column.count * 1_000 / highest)
            return """
                <li><svg viewBox="0 0 1 1000" preserveAspectRatio="none" aria-hidden="true">\
                <rect y="\(1_000 - height)" width="1" height="\(height)"/></svg><b>\(column.count)</b> <span>\(column.range)</span></li>

                """
        }
        return "<h2>Scores</h2>\n<ol class=\"scores\" aria-label=\"Objects by score\">\n\(items.joined())</ol>\n"
    }

    private var namespaces: HTML {
        let counts = counts
        let rows = details.namespaces.map { name, results -> HTML in
            let shown = name.isEmpty ? "(unknown)" : DisplayText.oneLine(name, byteLimit: 63)
            let cells = counts.map { count -> HTML in "<td>\(count.of(results))</td>" }
            return """
                <tr data-namespace="\(name)" data-cell="0"><th scope="row">\(shown)</th>\(cells.joined())</tr>

                """
        }
        let heads = counts.map { count -> HTML in "<th scope=\"col\">\(count.name)</th>" }
        return Self.table("By Namespace", "<th scope=\"col\">Namespace</th>\(heads.joined())", rows)
    }

    private var violations: HTML {
        let rows = details.rules.map { id, violations -> HTML in
            let points = violations.points.map { "+\($0)" } ?? "–"
            return """
                <tr data-rule="\(id)" data-cell="1"><th scope="row"><a href="#rule-\(id)">\(id)</a></th><td>\(violations.objects)</td>\
                <td>\(points)</td></tr>

                """
        }
        return Self.table("Worst rules", "<th scope=\"col\">rule</th><th scope=\"col\">objects</th><th scope=\"col\">points</th>", rows)
    }

    private static func table(_ title: String, _ columns: HTML, _ rows: [HTML]) -> HTML {
        guard !rows.isEmpty else { return "" }
        return """
            <div><h2>\(title)</h2><div class="rows" role="region" aria-label="\(title)" tabindex="0"><table>
            <thead><tr>\(columns)</tr></thead>
            <tbody>
            \(rows.joined())</tbody></table></div></div>

            """
    }

    /// A section for each violated rule and check: why it matters, what to do, and an example to copy.
    var rules: HTML {
        let sections = details.rules.compactMap { id, violations in
            RuleCatalog.rule(named: id).map { Self.section(on: $0, violations) }
                ?? StandardCheckCatalog.check(named: id).map { Self.section(on: $0, violations) }
        }
        guard !sections.isEmpty else { return "" }
        return "<section id=\"rules\">\n<h2>Rules</h2>\n\(sections.joined())</section>\n"
    }

    private static func section(on rule: Rule, _ violations: ScanDetails.Violations) -> HTML {
        let lines = rule.example.split(separator: "\n", omittingEmptySubsequences: false)
        let example = lines.map { line -> HTML in "\(String(line))\n" }.joined()
        let adjustments = rule.adjustments.map { item -> HTML in "<li>\(prose: item)</li>\n" }.joined()
        let references = rule.references.map { link -> HTML in
            "<li><a href=\"\(link)\" rel=\"noopener noreferrer\">\(link)</a></li>\n"
        }
        let limitation: HTML = rule.blindSpot.map { "<p>Limitation: \(prose: $0)</p>\n" } ?? ""
        return """
            <article class="rule" id="rule-\(rule.id)">
            <h3>\(rule.id)</h3>
            <p>\(prose: rule.reason)</p>
            <p>\(RuleFacts.sentences(of: rule).joined(separator: " ")) \(count(of: violations))</p>
            <p>What to do: \(prose: rule.fix)</p>
            <pre tabindex="0" aria-label="Example">\(example)</pre>
            \(adjustments.isEmpty ? "" : "<p>What else must change:</p>\n<ul>\n\(adjustments)</ul>\n" as HTML)\(limitation)<p>See:</p>
            <ul>
            \(references.joined())</ul>
            </article>

            """
    }

    private static func section(on check: StandardCheck, _ violations: ScanDetails.Violations) -> HTML {
        """
        <article class="rule" id="rule-\(check.name)">
        <h3>\(check.name)</h3>
        <p>A Pod that violates this check of the Pod Security Standard \(check.level.rawValue) \(check.reason). \(count(of: violations))</p>
        <p>What to do: \(check.fix)</p>
        </article>

        """
    }

    private static func count(of violations: ScanDetails.Violations) -> String {
        violations.objects == 1 ? "1 object violates it." : "\(violations.objects) objects violate it."
    }
}

/// The scores of a report in at most twelve ranges of the same size, one of which begins at 0.
struct ScoreColumns {
    /// The most ranges.
    static let limit = 12

    /// The ranges in ascending order, each with the number of objects.
    let counts: [(range: String, count: Int)]

    /// Counts the scores of a report.
    init(_ details: ScanDetails) {
        guard let lowest = details.scores.keys.min(), let highest = details.scores.keys.max() else {
            counts = []
            return
        }
        let (low, high) = (min(0, lowest), max(highest, details.bestPossibleScore))
        var width = max(1, (high - low) / Self.limit)
        while Self.column(of: high, width) - Self.column(of: low, width) >= Self.limit { width += 1 }
        var sums: [Int: Int] = [:]
        for (score, count) in details.scores { sums[Self.column(of: score, width), default: 0] += count }
        counts = (Self.column(of: low, width)...Self.column(of: high, width)).map { column in
            let first = column * width
            return (width == 1 ? "\(first)" : "\(first) to \(first + width - 1)", sums[column] ?? 0)
        }
    }

    /// The number of the range of a score; 0 for the one that begins at 0.
    private static func column(of score: Int, _ width: Int) -> Int {
        score >= 0 ? score / width : (score + 1) / width - 1
    }
}
