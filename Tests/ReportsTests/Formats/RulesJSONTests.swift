import Foundation
import KubernetesAPI
import Manifests
import PodScoring
import Testing

@testable import Reports

/// `podscore rules --format json` and `--format yaml`.
@Suite struct RulesJSONTests {
    private struct Object: Decodable, Equatable {
        struct Exception: Decodable, Equatable { let `class`, condition: String }
        struct Points: Decodable, Equatable {
            let ruleset, selector: String
            let points: Int
            let kinds, implies: [String]
            let otherWorkloads: Bool
        }
        let id, reason, fix, `class`, example, selector, polarity, scope: String
        let nodeFeatures, adjustments, references, implies: [String]
        let classException: Exception?
        let appliesToWindows: Bool
        let limitation: String?
        let rulesets: [Points]
    }

    private static func list() throws -> [Object] {
        try JSONDecoder().decode([Object].self, from: Data(RulesJSON.list))
    }

    @Test func `The list has every rule in the order of the catalog, with the object that one rule has`() throws {
        let list = try Self.list()
        #expect(list.map(\.id) == RuleCatalog.builtIn.map(\.id))
        for (rule, listed) in zip(RuleCatalog.builtIn, list) {
            #expect(try JSONDecoder().decode(Object.self, from: Data(RulesJSON.object(of: rule))) == listed)
        }
        #expect(RulesJSON.list == RulesJSON.list)
    }

    @Test(arguments: RuleCatalog.builtIn.map(\.id))
    func `The object of a rule has all that its page says`(id: String) throws {
        let rule = try #require(RuleCatalog.rule(named: id))
        let object = try #require(try Self.list().first { $0.id == id })
        #expect(object.reason == rule.reason && object.fix == rule.fix && object.example == rule.example)
        #expect(object.class == rule.fixClass.rawValue && object.adjustments == rule.adjustments)
        #expect(object.classException?.condition == rule.fixClassException?.condition)
        #expect(object.references == rule.references && object.selector == rule.selector && object.implies == rule.implies)
        #expect(object.appliesToWindows == rule.appliesToWindows && object.limitation == rule.blindSpot)
        #expect(object.polarity == "\(rule.polarity)" && object.scope == "\(rule.scope)")
        #expect(object.rulesets.map(\.ruleset) == RuleFacts.points(of: rule).map(\.ruleset))
        #expect(object.rulesets.map(\.points) == RuleFacts.points(of: rule).map(\.points))
        #expect(object.rulesets.allSatisfy { !$0.kinds.isEmpty && !$0.selector.isEmpty })
    }

    @Test func `Kinds, exceptions and features of nodes are written out`() throws {
        let list = try Self.list()
        let nonRoot = try #require(list.first { $0.id == "RunAsNonRoot" })
        let own = try #require(nonRoot.rulesets.first { $0.ruleset.hasPrefix("podscore/v1") })
        #expect(own.kinds.contains("CronJob") && own.otherWorkloads)
        let kubesec = try #require(nonRoot.rulesets.first { $0.ruleset == "kubesec/v2" })
        #expect(kubesec.kinds == ["Pod", "Deployment", "StatefulSet", "DaemonSet"] && !kubesec.otherWorkloads)
        let exception = list.first { $0.id == "CapDropAny" }?.classException
        #expect(exception == .init(class: "manifest", condition: "where the container already drops ALL"))
        #expect(list.first { $0.id == "HostUsers" }?.nodeFeatures == ["userNamespaces"])
    }

    @Test func `YAML has the same content as JSON`() throws {
        let json = RulesJSON.object(of: .hostPathVolume)
        let yaml = RulesJSON.yaml(json)
        let nodes = [json, yaml].compactMap { bytes in ManifestStream(source: "", bytes: bytes).first { _ in true }?.node }
        let texts = nodes.map { node -> String in
            var text = YAMLText()
            text.write(node)
            return text.text
        }
        #expect(texts == Array(repeating: String(decoding: yaml, as: UTF8.self), count: 2))
        #expect(String(decoding: RulesJSON.yaml(RulesJSON.list), as: UTF8.self).hasPrefix("- id: WindowsHostProcess\n  reason: "))
    }
}
