import KubernetesAPI
import PodScoring

extension PolicyDocumentReader {
    /// The most points that a rule can earn or deduct: more than all built-in rules together, and far from overflow.
    static let pointsLimit = 100

    /// A score beyond which no policy can have a minimum, above and below zero, whatever points it gives to the rules.
    static func scoreLimit(under rulesets: [Ruleset]) -> Int {
        pointsLimit * Set(rulesets.flatMap(\.entries).map(\.rule.id)).count
    }

    /// Reads the points that override those of the ruleset; invalid ones are reported and left out.
    mutating func readPoints(_ member: ManifestNode.Member?, under ruleset: Ruleset?) -> [(rule: String, points: Int)] {
        guard let member else { return [] }
        guard case .object(let members) = member.value.value else {
            diagnostics.reportType(of: member.value, field: member.key, expected: .object)
            return []
        }
        var firstPositions: [[UInt8]: Position] = [:]
        var overrides: [(rule: String, points: Int)] = []
        for member in members {
            if let first = firstPositions[Array(member.key.utf8)] {
                diagnostics.report(.duplicateField(member.key, first: first), at: member.keyPosition)
                continue
            }
            firstPositions[Array(member.key.utf8)] = member.keyPosition
            guard let entry = readEntry(Located(member.key, at: member.keyPosition), under: ruleset),
                let points = readPoints(of: entry.rule, in: member.value)
            else { continue }
            overrides.append((entry.rule.id, points))
        }
        return overrides
    }

    /// Reads the points of one rule, which must keep the rule's sign; `nil` if they are reported.
    private mutating func readPoints(of rule: Rule, in node: ManifestNode) -> Int? {
        guard let points = diagnostics.integer(node, field: rule.id) else { return nil }
        let allowed = rule.polarity == .positive ? 0...Self.pointsLimit : -Self.pointsLimit...0
        if let points = Int(exactly: points), allowed.contains(points) { return points }
        let hasOtherSign = rule.polarity == .positive ? points < 0 : points > 0
        if hasOtherSign {
            diagnostics.report(.pointsOfOtherSign(rule.id, points, isPositive: rule.polarity == .positive), at: node.position)
        } else {
            diagnostics.report(.pointsOutOfBounds(rule.id, points, allowed: allowed), at: node.position)
        }
        return nil
    }
}

extension PolicyDocumentReader {
    /// Reads the Pod Security Standard of a level; `nil` if an error is reported.
    ///
    /// The version has no default: a default that follows the program's release would change decisions with an upgrade.
    mutating func readStandard(_ member: ManifestNode.Member) -> PodSecurityStandard? {
        guard
            let fields = PolicyFields<StandardField>(
                member.value,
                name: member.key,
                at: member.keyPosition,
                reportingTo: &diagnostics
            )
        else { return nil }
        let level = fields.required(.level, reportingTo: &diagnostics).flatMap { readStandardLevel($0.value) }
        if fields[.version] == nil { diagnostics.report(.missingStandardVersion, at: fields.position) }
        let version = fields[.version].flatMap { readStandardVersion($0.value) }
        guard let level, let version else { return nil }
        return PodSecurityStandard(level, version)
    }

    private mutating func readStandardLevel(_ node: ManifestNode) -> PodSecurityLevel? {
        guard let text = diagnostics.string(node, field: StandardField.level.rawValue) else { return nil }
        switch PodSecurityLevel(parsing: text) {
        case .privileged:
            diagnostics.report(.standardForbidsNothing, at: node.position)
            return nil
        case .some(let level):
            return level
        case nil:
            let candidates = PodSecurityLevel.allCases.filter { $0 != .privileged }.map(\.rawValue)
            let suggestion = diagnostics.closest(to: text, among: candidates)
            diagnostics.report(.unknownStandardLevel(text), at: node.position, suggestion: suggestion)
            return nil
        }
    }

    /// Reads a version; for a number, as YAML reads `1.31`, the right spelling is suggested.
    private mutating func readStandardVersion(_ node: ManifestNode) -> PodSecurityVersion? {
        let text: String
        switch node.value {
        case .string(let string): text = string
        case .number(let number): text = number
        case .integer(let integer): text = String(integer)
        default:
            diagnostics.reportType(of: node, field: StandardField.version.rawValue, expected: .string)
            return nil
        }
        guard let version = PodSecurityVersion(parsing: text) else {
            diagnostics.report(.unknownStandardVersion(text), at: node.position, suggestion: Self.version(meantBy: text)?.description)
            return nil
        }
        if version.isNewerThanKnown { diagnostics.report(.standardNewerThanKnown(version), at: node.position) }
        return version
    }

    /// Guesses the version that was meant by `1.31`, `V1.31`, `v1.31.4` or `Latest`.
    private static func version(meantBy text: String) -> PodSecurityVersion? {
        let text = text.lowercased()
        if text.hasSameBytes(as: "latest") { return .latest }
        let numbers = (text.utf8.first == UInt8(ascii: "v") ? String(text.dropFirst()) : text).split(separator: ".").prefix(2)
        return PodSecurityVersion(parsing: "v" + numbers.joined(separator: "."))
    }
}
