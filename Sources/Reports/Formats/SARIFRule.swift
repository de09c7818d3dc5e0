import KubernetesAPI
import PodScoring

/// A rule in a SARIF report.
struct SARIFRule {
    /// The id in results.
    let id: String
    private let summary: String
    private let help: [String]
    private let example: String
    private let references: [String]
    private let level: ReportFinding.Level
    /// The class of the fix; `nil` for a result that is not about a rule or check.
    private let fixClass: FixClass?
    /// A number from 0 to 10, by which code scanning services sort findings.
    private let severity: String

    /// Returns all rules that a result can name, in the order of the catalogs.
    static func all(weighedBy ruleset: Ruleset) -> [Self] {
        RuleCatalog.builtIn.map { Self($0, weighedBy: ruleset) } + StandardCheckCatalog.all.map(Self.init) + verdicts + warnings
    }

    private init(_ rule: Rule, weighedBy ruleset: Ruleset) {
        let rulesets = [ruleset] + Ruleset.all
        let entry = rulesets.lazy.compactMap { $0.entries.first { $0.rule.id.hasSameBytes(as: rule.id) } }.first
        id = rule.id
        summary = rule.reason
        help = ["What to do: \(rule.fix)."] + RuleFacts.sentences(of: rule) + rule.adjustments + (rule.blindSpot.map { [$0] } ?? [])
        fixClass = rule.fixClass
        example = rule.example
        references = rule.references
        level = entry.map(ReportFinding.Level.init) ?? .warning
        severity = Self.severity(of: rule, points: entry?.points ?? 0)
    }

    private init(_ check: StandardCheck) {
        id = check.name
        summary = "Violation of the Pod Security Standard \(check.level.rawValue): the Pod \(check.reason)."
        help = ["What to do: \(check.fix)."]
        fixClass = check.fixClass
        example = ""
        references = ["https://kubernetes.io/docs/concepts/security/pod-security-standards/#\(check.level.rawValue)"]
        level = .error
        severity = "8.0"
    }

    private init(id: String, summary: String, help: String, level: ReportFinding.Level = .error, severity: String = "7.0") {
        self.id = id
        self.summary = summary
        self.help = [help]
        fixClass = nil
        example = ""
        references = []
        self.level = level
        self.severity = severity
    }

    private static let verdicts = [
        Self(
            id: ReportFinding.minimumScore,
            summary: "The score is below the minimum.",
            help: "Make the changes that the message names, or other changes worth as many points."
        ),
        Self(
            id: ReportFinding.notScorable,
            summary: "No rules apply to this kind, and a scan with kubesec's rulesets fails for it.",
            help: "Exclude the file, or scan with the ruleset podscore/v1."
        ),
        Self(
            id: ReportFinding.unreadable,
            summary: "The file or a document in it is invalid, so it was not checked.",
            help: "Fix the error that the message names, or exclude the file."
        ),
    ]

    /// The rules of the warnings about fields.
    private static let warnings = FieldWarning.Kind.allCases.map { warning($0.rawValue, words(of: $0)) } + [moreWarnings]

    private static let moreWarnings = warning(
        ReportFinding.moreWarnings,
        ("A document has more warnings about fields than a report lists.", "Fix those that are listed, and scan again.")
    )

    private static func warning(_ id: String, _ words: (summary: String, help: String)) -> Self {
        Self(id: id, summary: words.summary, help: words.help, level: .warning, severity: "3.0")
    }

    private static func words(of kind: FieldWarning.Kind) -> (summary: String, help: String) {
        switch kind {
        case .unknownField: ("Kubernetes does not have a field of this name and ignores it.", "Correct the name, or remove the field.")
        case .misplacedField: ("The field has no effect at this level.", "Move the field to the level that the message names.")
        case .malformedDigest: ("The digest of the image is malformed, so the image cannot be pulled.", "Copy the whole digest.")
        case .otherSpelling: ("Kubernetes or one of its standards expects another spelling.", "Write the text as in the message.")
        }
    }

    private static func severity(of rule: Rule, points: Int) -> String {
        guard rule.polarity == .negative else { return "2.0" }
        switch points {
        case ...(-30): return "9.5"
        case ...(-9): return "8.0"
        case ...(-3): return "5.0"
        default: return "3.0"
        }
    }

    /// Writes the rule.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("name", id.split(separator: "/").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined())
        writeText("shortDescription", summary, to: &json)
        writeText("fullDescription", ([summary] + help).joined(separator: " "), to: &json)
        json.key("help")
        json.beginObject()
        json.member("text", text)
        json.member("markdown", markdown)
        json.endObject()
        if let reference = references.first { json.member("helpUri", reference) }
        json.key("defaultConfiguration")
        json.beginObject()
        json.member("level", level.rawValue)
        json.endObject()
        json.key("properties")
        json.beginObject()
        json.key("tags")
        json.beginArray()
        json.write("kubernetes")
        json.write("security")
        json.endArray()
        json.member("security-severity", severity)
        json.member("class", fixClass?.rawValue)
        json.endObject()
        json.endObject()
    }

    private func writeText(_ key: String, _ text: String, to json: inout JSONWriter) {
        json.key(key)
        json.beginObject()
        json.member("text", text)
        json.endObject()
    }

    private var text: String {
        let parts = [([summary] + help).joined(separator: "\n"), example, references.map { "See \($0)" }.joined(separator: "\n")]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var markdown: String {
        let snippet = example.isEmpty ? "" : "```yaml\n\(example)\n```"
        let parts = [summary, help.joined(separator: "\n"), snippet, references.map { "* <\($0)>" }.joined(separator: "\n")]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}
