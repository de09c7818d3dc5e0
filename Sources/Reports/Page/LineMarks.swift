import KubernetesAPI

/// The lines of a text that findings are about.
struct LineMarks {
    /// The findings of one line.
    private struct Mark {
        /// The most severe level.
        var level: ReportFinding.Level
        /// The ids of the rules, each once, in the order of the report.
        var rules: [String]
        /// The number of the first object.
        let object: Int
    }

    /// The most rules that a mark names.
    private static let namedLimit = 5

    private var marks: [Int: Mark] = [:]

    /// Adds the findings of an object that are about a line of it.
    mutating func add(_ findings: [ReportFinding], ofObject object: Int) {
        for finding in findings where !finding.path.isEmpty || finding.rule == ReportFinding.unreadable {
            guard let line = finding.position?.line else { continue }
            var mark = marks[line] ?? Mark(level: finding.level, rules: [], object: object)
            if finding.level.rank < mark.level.rank { mark.level = finding.level }
            if !mark.rules.contains(finding.rule) { mark.rules.append(finding.rule) }
            marks[line] = mark
        }
    }

    /// The numbers of all lines, one below the other; those of marked lines lead to their objects.
    func markup(lineCount: Int) -> HTML {
        let width = max(4, String(lineCount).utf8.count)
        var markup = HTML()
        var plain = ""
        for line in 1...max(1, lineCount) {
            let number = String(repeating: " ", count: max(0, width - String(line).utf8.count)) + String(line)
            guard let mark = marks[line] else {
                plain += "\(number)\n"
                continue
            }
            markup += Self.unmarked(plain)
            plain = ""
            let more = mark.rules.count - Self.namedLimit
            let names = mark.rules.prefix(Self.namedLimit).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
            markup += """
                <a class="\(mark.level.rawValue)" id="line-\(line)" href="#object-\(mark.object)" tabindex="-1" title="\(names)" \
                aria-label="Line \(line): \(names)">\(number)</a>

                """
        }
        return [markup, Self.unmarked(plain)].joined()
    }

    /// Numbers that a screen reader leaves out.
    private static func unmarked(_ numbers: String) -> HTML {
        numbers.isEmpty ? "" : "<span aria-hidden=\"true\">\(verbatim: numbers)</span>"
    }
}

extension ReportFinding.Level {
    /// The place of the level, the most severe first.
    fileprivate var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .note: 2
        }
    }
}
