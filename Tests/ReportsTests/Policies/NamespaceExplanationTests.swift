import AdmissionPolicy
import Foundation
import KubernetesAPI
import Manifests
import PodScoring
import Reports
import TestSupport
import Testing

/// The text of `podscore policy explain` about labels of a Namespace.
@Suite struct NamespaceExplanationTests {
    private static let policies = """
        apiVersion: podscore.dev/v1alpha1
        kind: ScorePolicy
        metadata: {name: shop}
        spec:
          match: {namespaceSelector: {matchLabels: {team: shop}}}
          enforce: {minimumScore: 4, from: [{date: 2027-03-01, minimumScore: 7}]}
        ---
        apiVersion: podscore.dev/v1alpha1
        kind: ScorePolicy
        metadata: {name: tier}
        spec: {match: {namespaces: [sales], namespaceSelector: {matchLabels: {tier: prod}}}, warn: {minimumScore: 1}}
        ---
        apiVersion: podscore.dev/v1alpha1
        kind: ScorePolicy
        metadata: {name: quiet}
        spec: {match: {namespaces: [quiet]}, namespaceLabels: ignore, warn: {minimumScore: 1}}

        """

    private static func explanation(_ namespace: String, _ labels: [String: String]?) throws -> PolicyExplanation {
        let documents = ManifestStream(source: "p", bytes: Array(policies.utf8)).compactMap(\.node)
        let reading = try PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true)
            .read([PolicySource(name: "p", documents: documents)])
        let set = PolicySet(policies: reading.policies, builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        let today = try #require(CivilDate(parsing: "2027-01-01"))
        let known = labels.map { labels in NamespaceLabels(set.labelKeys) { labels[$0] } }
        return PolicyExplanation(namespace: namespace, labels: known, policies: set, on: today)
    }

    private static func lines(_ namespace: String, _ labels: [String: String]?) throws -> [String] {
        try explanation(namespace, labels).text(width: 200).split(separator: "\n").map(String.init)
    }

    @Test func `It says which labels choose a policy, and which label set a minimum`() throws {
        let lines = try Self.lines("web", ["team": "shop", "tier": "prod", "podscore.dev/enforce-minimum-score": "6"])
        #expect(lines[1] == "  shop   applies: the Namespace has the labels team=shop")
        #expect(
            lines[2] == "  tier   does not apply: the selector tier=prod is as specific as that of the policy above, which comes first"
        )
        #expect(lines[3] == "  quiet  does not apply: matches only quiet")
        #expect(
            lines.contains(
                "  enforce    minimum score 6 (set by label podscore.dev/enforce-minimum-score); minimum score 7 from 2027-03-01"
            )
        )
    }

    @Test func `It says what a policy matches by names and by labels`() throws {
        let lines = try Self.lines("web", [:])
        #expect(lines[1].hasSuffix("does not apply: matches only the labels team=shop"))
        #expect(lines[2].hasSuffix("does not apply: matches only sales and the labels tier=prod"))
        #expect(lines.contains { $0.hasSuffix("applies: no other policy matches") })
    }

    @Test(arguments: [
        ("web", "high", "not a whole number from 0 to 21"), ("web", "4", "the policy's minimum is 4"),
        ("quiet", "9", "the policy ignores labels of Namespaces"),
        ("kube-system", "9", "labels have no effect in this Namespace unless the policy names it exactly"),
    ])
    func `It says why a label has no effect`(namespace: String, value: String, reason: String) throws {
        let lines = try Self.lines(namespace, ["team": "shop", "podscore.dev/enforce-minimum-score": value])
        #expect(lines.contains("  label      podscore.dev/enforce-minimum-score=\(value) has no effect: \(reason)"), "\(lines)")
    }

    @Test func `It says that only its exact name matches a system Namespace`() throws {
        let lines = try Self.lines("kube-public", ["team": "shop"])
        #expect(
            lines[1].hasSuffix("does not apply: team=shop is a selector, and this Namespace is matched only by its exact name")
        )
    }

    @Test func `The JSON has the label behind a minimum, and labels without effect`() throws {
        struct Written: Decodable {
            struct Level: Decodable { let name: String, minimumScore: Int?, setByLabel: String? }
            struct Idle: Decodable { let label: String, value: String, reason: String }
            let levels: [Level]
            let namespaceLabels: String?
            let labelsWithoutEffect: [Idle]?
        }
        let labels = ["team": "shop", "podscore.dev/enforce-minimum-score": "6", "podscore.dev/warn-minimum-score": "x"]
        let written = try JSONDecoder().decode(Written.self, from: Data(Self.explanation("web", labels).json))
        #expect(written.levels.map(\.minimumScore) == [6])
        #expect(written.levels.first?.setByLabel == "podscore.dev/enforce-minimum-score")
        #expect(written.namespaceLabels == "tighten")
        #expect(written.labelsWithoutEffect?.map(\.value) == ["x"])
        let without = try JSONDecoder().decode(Written.self, from: Data(Self.explanation("web", nil).json))
        #expect(without.namespaceLabels == nil && without.labelsWithoutEffect == nil)
    }
}
