import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Testing

struct PolicyReaderTests {
    @Test func `Every field of a policy is read`() throws {
        let text = PolicyText.policy(
            named: "payments",
            """
            match: {namespaces: [payments, "payments-*"]}
            ruleset: madeup/v1
            enforce: {minimumScore: 2, require: [SeccompAny, RunAsNonRoot]}
            warn: {minimumScore: 3}
            audit: {require: [RunAsNonRoot]}
            workloads: enforce
            nodes: {appArmor: true, userNamespaces: false}
            """
        )
        let reading = try PolicyText.read(files: [("p.yaml", text)])
        #expect(reading.warnings.isEmpty)
        let policy = try #require(reading.policies.first)
        #expect(reading.policies.count == 1)
        #expect(policy.name == "payments")
        #expect(policy.namespaces == [NamePattern("payments"), NamePattern("payments-*")])
        #expect(policy.ruleset.name == "madeup/v1")
        #expect(policy.enforce?.minimumScore == 2)
        #expect(policy.enforce?.require == ["SeccompAny", "RunAsNonRoot"])
        #expect(policy.warn?.minimumScore == 3)
        #expect(policy.audit?.minimumScore == nil)
        #expect(policy.audit?.require == ["RunAsNonRoot"])
        #expect(policy.workloads == .enforce)
        #expect(policy.nodes == .appArmor)
    }

    @Test func `Fields that a policy leaves out have defaults, and a missing level is off`() throws {
        let text = PolicyText.policy("match: {namespaces: [a]}\nenforce: {forbid: [Privileged]}")
        let policy = try #require(try PolicyText.read(files: [("p.yaml", text)]).policies.first)
        #expect(policy.ruleset.name == "madeup/v2")
        #expect(policy.workloads == .warn)
        #expect(policy.enforce?.forbid == ["Privileged"])
        #expect(policy.warn == nil)
        #expect(policy.audit == nil)
        #expect(policy.nodes.isEmpty)
    }

    @Test(arguments: [-30, 0, 10]) func `A minimum may be any score that a Pod can have`(minimum: Int) throws {
        let text = PolicyText.policy("match: {namespaces: [a]}\nenforce: {minimumScore: \(minimum)}")
        let policy = try #require(try PolicyText.read(files: [("p.yaml", text)]).policies.first)
        #expect(policy.enforce?.minimumScore == minimum)
    }

    @Test func `Policies are in the order of files and documents, and empty documents are skipped`() throws {
        let first =
            "---\n# nothing\n---\n" + PolicyText.policy(named: "b", namespaces: "[b]") + "---\n"
            + PolicyText.policy(named: "a", namespaces: "[a]")
        let second = PolicyText.policy(named: "c", namespaces: "[c]")
        let reading = try PolicyText.read(files: [("1.yaml", first), ("2.yaml", second)])
        #expect(reading.policies.map(\.name) == ["b", "a", "c"])
    }

    @Test func `Without files there are no policies`() throws {
        #expect(try PolicyText.read(files: []).policies.isEmpty)
    }

    @Test func `A null is not a document, and a JSON node must not repeat a field`() {
        let at = Position(line: 1, column: 1)
        let again = Position(line: 2, column: 3)
        let kind = ManifestNode(.string("ScorePolicy"), at: at)
        let version = ManifestNode(.string("podscore.dev/v1alpha1"), at: at)
        let document = ManifestNode(
            .object([
                ManifestNode.Member(key: "apiVersion", keyPosition: at, value: version),
                ManifestNode.Member(key: "kind", keyPosition: at, value: kind),
                ManifestNode.Member(key: "kind", keyPosition: again, value: kind),
            ]),
            at: at
        )
        let reader = PolicyReader(rulesets: MadeUpRulesets.rulesets, defaultRuleset: MadeUpRulesets.current)
        let failure = #expect(throws: PolicyReadingFailure.self) {
            try reader.read([PolicySource(name: "p.json", documents: [ManifestNode(.null, at: at), document])])
        }
        #expect(
            failure?.problems.map(\.description) == [
                "p.json:1:1: the document lacks metadata",
                "p.json:1:1: the document lacks spec",
                "p.json:2:3: duplicate field \"kind\", first at 1:1",
            ]
        )
    }
}
