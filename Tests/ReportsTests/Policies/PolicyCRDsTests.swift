import AdmissionPolicy
import Foundation
import PodScoring
import Reports
import Testing

struct PolicyCRDsTests {
    private static let current = PolicyCRDs(PolicySchema(rulesets: Ruleset.all, defaultRuleset: .podscoreV1))

    @Test func `docs/crds.yaml is up to date; run make docs`() {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/crds.yaml")
        let written = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        #expect(written == String(decoding: Self.current.yaml, as: UTF8.self), "run make docs")
    }

    @Test func `A list of JSON and documents of YAML have both kinds`() {
        let (json, yaml) = (String(decoding: Self.current.json, as: UTF8.self), String(decoding: Self.current.yaml, as: UTF8.self))
        #expect(json.hasPrefix("{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n"))
        #expect(yaml.hasPrefix("---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"))
        for name in ["scorepolicies.podscore.dev", "scorewaivers.podscore.dev"] {
            #expect(json.contains("\"name\": \"\(name)\""))
            #expect(yaml.contains("\n  name: \(name)\n"))
        }
    }

    @Test func `Helm finds no action in the CRDs`() {
        #expect(!String(decoding: Self.current.yaml, as: UTF8.self).contains("{{"))
    }
}
