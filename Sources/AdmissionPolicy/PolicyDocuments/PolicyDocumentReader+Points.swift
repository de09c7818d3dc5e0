import KubernetesAPI
import PodScoring

extension PolicyDocumentReader {
    /// The most points that a rule can earn or cost; enough to outweigh all built-in ones together, and far from any overflow.
    static let pointsLimit = 100

    /// Reads the points that the policy gives to rules in place of the ruleset's; what is wrong is reported and left out.
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

    /// Reads the points of one rule, which keep the rule's sign; `nil` when they are reported.
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
