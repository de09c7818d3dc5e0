import AdmissionPolicy
import KubernetesAPI

extension PolicyDiff {
    /// Returns the differences as text: each change with its Namespaces, and for each the rules, the most frequent first.
    package func text(width: Int = WrappedText.width) -> String {
        let decided = "\(decidedCount) \(subject.rawValue)\(decidedCount == 1 ? "" : "s")"
        var lines = ["\(decided) compared: \(names.old) (old), \(names.new) (new)"]
        for change in Change.allCases {
            lines += ["", "\(change.title): \(count(of: change))"]
            for (namespace, tally) in sorted(change) {
                lines.append("  \(namespace.isEmpty ? "(no Namespace)" : DisplayText.oneLine(namespace, byteLimit: 63)): \(tally.count)")
                let rules = tally.sortedRules
                let idWidth = rules.map(\.id.count).max() ?? 0
                for rule in rules { lines += Self.lines(rule.id, rule.tally, idWidth: idWidth, width: width) }
            }
        }
        let changed = Change.allCases.reduce(0) { $0 + count(of: $1) }
        return VisibleText.lines(lines + ["", "unchanged: \(decidedCount - changed)"])
    }

    /// Returns the differences as JSON; `problems` are the lines about requests that were not decided.
    package func json(problems: [String]) -> [UInt8] {
        var json = JSONWriter(layout: .indented)
        json.beginObject()
        json.member("old", names.old)
        json.member("new", names.new)
        json.member("subject", subject.rawValue)
        json.member("decided", decidedCount)
        for change in Change.allCases {
            json.key(change.rawValue)
            json.beginObject()
            json.member("count", count(of: change))
            json.key("namespaces")
            json.beginArray()
            for (namespace, tally) in sorted(change) { Self.write(namespace, tally, to: &json) }
            json.endArray()
            json.endObject()
        }
        json.member("problems", problems)
        json.endObject()
        json.endLine()
        return json.bytes
    }

    /// Returns the Namespaces of a change, those with the most requests first.
    func sorted(_ change: Change) -> [(String, NamespaceTally)] {
        namespaces[change, default: [:]].sorted { left, right in
            if left.value.count != right.value.count { return left.value.count > right.value.count }
            return left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }.map { ($0.key, $0.value) }
    }

    /// Returns the lines of a rule with all its objects.
    private static func lines(_ id: String, _ tally: Tally, idWidth: Int, width: Int) -> [String] {
        let count = String(tally.count)
        let head = String(repeating: " ", count: max(0, 6 - count.count)) + count + "  " + RuleText.padded(id, to: idWidth) + "  "
        return WrappedText.lines(head, items: tally.objects, indent: head.count, width: width)
    }

    private static func write(_ namespace: String, _ tally: NamespaceTally, to json: inout JSONWriter) {
        json.beginObject()
        json.member("namespace", namespace)
        json.member("count", tally.count)
        json.key("rules")
        json.beginArray()
        for rule in tally.sortedRules {
            json.beginObject()
            json.member("rule", rule.id)
            json.member("count", rule.tally.count)
            json.member("objects", rule.tally.objects)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}

extension PolicyDiff.NamespaceTally {
    /// The rules with the most requests first.
    var sortedRules: [(id: String, tally: PolicyDiff.Tally)] {
        rules.sorted { left, right in
            if left.value.count != right.value.count { return left.value.count > right.value.count }
            return left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }.map { (id: $0.key, tally: $0.value) }
    }
}
