import KubernetesAPI
package import PodScoring

/// The rules for programs, as `podscore rules --format json` and `--format yaml` write them.
package enum RulesJSON {
    /// An array with an object for each rule, in the order of the catalog.
    package static var list: [UInt8] {
        var json = JSONWriter(layout: .indented, reservingCapacity: 128 * 1024)
        json.beginArray()
        for rule in RuleCatalog.builtIn { write(rule, to: &json) }
        json.endArray()
        json.endLine()
        return json.bytes
    }

    /// Returns the object of one rule.
    package static func object(of rule: Rule) -> [UInt8] {
        var json = JSONWriter(layout: .indented, reservingCapacity: 4096)
        write(rule, to: &json)
        json.endLine()
        return json.bytes
    }

    /// Returns a text of ``list`` or ``object(of:)`` as YAML.
    package static func yaml(_ json: [UInt8]) -> [UInt8] {
        YAMLText.bytes(ofJSON: json)
    }

    private static func write(_ rule: Rule, to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", rule.id)
        json.member("reason", rule.reason)
        json.member("fix", rule.fix)
        json.member("class", rule.fixClass.rawValue)
        if let exception = rule.fixClassException {
            json.key("classException")
            json.beginObject()
            json.member("class", exception.fixClass.rawValue)
            json.member("condition", exception.condition)
            json.endObject()
        }
        json.member("nodeFeatures", rule.nodeFeatures.names)
        json.member("adjustments", rule.adjustments)
        json.member("example", rule.example)
        json.member("references", rule.references)
        json.member("selector", rule.selector)
        json.member("polarity", rule.polarity.word)
        json.member("scope", rule.scope.word)
        json.member("implies", rule.implies)
        json.member("appliesToWindows", rule.appliesToWindows)
        json.member("limitation", rule.blindSpot)
        json.key("rulesets")
        json.beginArray()
        for ruleset in Ruleset.all {
            guard let index = ruleset.index(ofRule: rule.id) else { continue }
            write(ruleset.entries[index], of: ruleset, to: &json)
        }
        json.endArray()
        json.endObject()
    }

    /// Writes what a ruleset makes of a rule; selector and implied rules can differ from those of the rule.
    private static func write(_ entry: Ruleset.Entry, of ruleset: Ruleset, to json: inout JSONWriter) {
        json.beginObject()
        json.member("ruleset", ruleset.label)
        json.member("points", entry.points)
        json.member("kinds", entry.kinds.names)
        json.member("otherWorkloads", entry.kinds.contains(.otherWorkload))
        json.member("selector", entry.selector)
        json.member("implies", entry.implies)
        json.endObject()
    }
}

extension Rule.Polarity {
    /// The polarity as written in JSON.
    fileprivate var word: String {
        switch self {
        case .positive: "positive"
        case .negative: "negative"
        }
    }
}

extension Rule.Scope {
    /// The scope as written in JSON.
    fileprivate var word: String {
        switch self {
        case .container: "container"
        case .pod: "pod"
        case .object: "object"
        }
    }
}
