import AdmissionPolicy
import Foundation
import KubernetesAPI
import PodScoring
import Testing

/// Each kind of request with each demand; `Cases` holds a file for each.
struct DecisionTableTests {
    static let rows = [
        "pod-create", "pod-update", "ephemeral-containers", "resize", "workload-create", "workload-update", "unscored", "mirror-pod",
        "undecodable",
    ]
    static let variants = ["plain", "exempt", "waived", "windows", "changed", "unchanged"]

    @Test func `Every field of the table has a case, or a reason for having none`() throws {
        let cases = try DecisionCase.names.map { try DecisionCase($0) }
        let without = try DecisionCase.document("without.yaml")
        var fields: Set<String> = []
        for row in Self.rows {
            for variant in Self.variants {
                let hasCase = cases.contains { $0.row == row && $0.variant == variant }
                let hasReason = without[row]?[variant] != nil
                #expect(hasCase != hasReason, "\(row) \(variant)")
                fields.insert("\(row).\(variant)")
            }
        }
        for one in cases { #expect(fields.contains("\(one.row).\(one.variant)"), "\(one.name) is in no field") }
        for row in try without.members(in: "without.yaml") {
            for variant in try row.value.members(in: "without.yaml") { #expect(fields.contains("\(row.key).\(variant.key)")) }
        }
    }

    @Test(arguments: DecisionCase.names, ["enforce", "warn", "audit"])
    func `A request has the outcome of the table`(name: String, level: String) throws {
        let one = try DecisionCase(name)
        let expected = one.expected
        let reading = try one.policies(at: level)
        let policies = PolicySet(
            policies: reading.policies,
            waivers: reading.waivers,
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: "podscore"
        )
        let decision = Decider(mode: .enforce).decide(
            one.request,
            by: policies.policy(for: "payments"),
            waivers: policies.waivers(in: "payments")
        )
        let response = decision.response
        let outcome = expected.outcomes[level] ?? ""
        #expect(decision.outcome.rawValue == outcome)
        #expect(decision.score == expected.score)
        #expect(decision.violations.map(\.id) == expected.violations)
        #expect(response.isAllowed == (outcome != "deny"))
        #expect(response.denial?.code == (outcome == "deny" ? expected.code : nil))
        #expect(response.warnings.isEmpty == !Self.warns(outcome, expected))
        let text = response.denial?.message ?? response.warnings.first
        if let text {
            #expect(try text.contains(#require(expected.says)))
            if outcome != "deny", level == "enforce" { #expect(try text.hasPrefix(#require(expected.wouldBe))) }
        }
        #expect(response.auditAnnotations.map { "\($0.key): \($0.value)" } == Self.annotations(outcome, expected))
        #expect(!decision.wouldDeny)
    }

    /// Whether the client gets warnings; for an unreadable object it always does.
    private static func warns(_ outcome: String, _ expected: DecisionCase.Expectation) -> Bool {
        outcome == "warn" || outcome == "audit" && expected.violations == ["undecodable"]
    }

    private static func annotations(_ outcome: String, _ expected: DecisionCase.Expectation) -> [String] {
        var lines = ["policy: payments", "ruleset: podscore/v1 (unreleased)"]
        if let score = expected.score { lines.append("score: \(score)") }
        lines.append("decision: \(outcome)")
        if let exempt = expected.exempt { lines.append("exempt: \(exempt)") }
        if !expected.violations.isEmpty { lines.append("violations: \(expected.violations.joined(separator: ","))") }
        if let waivers = expected.waivers { lines.append("waivers: \(waivers)") }
        return lines
    }
}
