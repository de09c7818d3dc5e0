import AdmissionPolicy
import KubernetesAPI

extension PolicyDiff {
    /// Returns the differences as a page for a browser; `problems` are the lines about requests that were not decided.
    package func html(problems: [String], version: String) -> [UInt8] {
        let page = HTMLPage(title: "Podscore policy difference", version: version, hasScript: false)
        let changed = Change.allCases.reduce(0) { $0 + count(of: $1) }
        let tiles = Change.allCases.map { change -> HTML in
            "<div><dt>\(change.title)</dt><dd class=\"\(change.tone)\">\(count(of: change))</dd></div>\n"
        }
        let problems = problems.map { line -> HTML in "<p class=\"caution\">\(line)</p>\n" }
        let body: HTML = """
            <main>
            <p>\(decidedCount) \(subject.rawValue)\(decidedCount == 1 ? "" : "s") compared: \(names.old) (old), \(names.new) (new)</p>
            <dl class="tiles">
            \(tiles.joined())<div><dt>unchanged</dt><dd>\(decidedCount - changed)</dd></div>
            </dl>
            \(problems.joined())\(Change.allCases.map(section).joined())</main>

            """
        return [page.head, body, page.tail].joined().bytes
    }

    /// Returns a section of the Namespaces with a change; empty if no object has it.
    private func section(on change: Change) -> HTML {
        let namespaces = sorted(change)
        guard !namespaces.isEmpty else { return "" }
        let items = namespaces.map { name, tally -> HTML in
            let rules = tally.sortedRules.map { rule -> HTML in
                "<li>\(rule.tally.count) \(rule.id): \(rule.tally.objects.joined(separator: ", "))</li>\n"
            }
            return """
                <details class="object" open><summary><h3>\(name.isEmpty ? "(no Namespace)" : name)</h3><span></span><span></span>\
                <span class="result \(change.tone)">\(tally.count)</span></summary><div class="body"><ul>
                \(rules.joined())</ul></div></details>

                """
        }
        return "<section>\n<h2>\(change.title): \(count(of: change))</h2>\n\(items.joined())</section>\n"
    }
}

extension PolicyDiff.Change {
    /// The class of the change's colour.
    fileprivate var tone: HTML {
        switch self {
        case .newlyDenied: "bad"
        case .newlyWarned: "caution"
        case .newlyAllowed, .noLongerWarned: "good"
        }
    }
}
