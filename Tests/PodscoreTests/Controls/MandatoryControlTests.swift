import AdmissionPolicy
import Foundation
import KubernetesAPI
import PodScoring
import Reports
import Scanning
import Testing

@testable import podscore

/// What is required and forbidden means the same under every ruleset, wherever it is asked.
@Suite struct MandatoryControlTests {
    /// 2027-01-01.
    private static let today = CivilDate(daysSinceEpoch: 20_819)

    /// Enforces one rule, and no score.
    static func policy(_ pair: ControlPair) -> ScorePolicy {
        var level = ScorePolicy.Level()
        if pair.rule.polarity == .positive { level.require = [pair.rule.id] } else { level.forbid = [pair.rule.id] }
        return ScorePolicy(name: "p", namespaces: [NamePattern("*")], ruleset: pair.ruleset, enforce: level, workloads: .enforce)
    }

    private static func decide(_ review: String, by policy: ScorePolicy) throws -> Decision {
        let request = try AdmissionReview(parsing: Array(review.utf8).span).request
        return Decider(mode: .enforce, today: today).decide(request, by: policy)
    }

    private static func scan(_ manifest: String, under ruleset: Ruleset, by policy: ScorePolicy? = nil) throws -> ScannedDocument {
        let policies = policy.map { PolicySet(policies: [], builtInDefault: $0, ownNamespace: "") }
        let scan = ManifestScan(ruleset: ruleset, policies: policies, defaultNamespace: "default", today: today)
        return try #require(scan.scan(Array(manifest.utf8), named: "f").first)
    }

    private static func json(_ document: ScannedDocument) throws -> [String: Any] {
        try #require((JSONSerialization.jsonObject(with: Data(KubesecJSON.encode([document]))) as? [[String: Any]])?.first)
    }

    @Test(arguments: [Ruleset.kubesecV2, .kubesecV20], RuleCatalog.builtIn)
    func `Every rule has a pair that kubesec does not tell apart, or a reason`(ruleset: Ruleset, rule: Rule) {
        let hasPair = ControlPair.all.contains { $0.ruleset === ruleset && $0.rule.id == rule.id }
        #expect(hasPair != (ControlPair.without[rule.id] != nil), "add a pair to ControlPair.swift")
    }

    @Test(arguments: ControlPair.all)
    func `kubesec is content with both objects of a pair, and the strict check with one`(pair: ControlPair) throws {
        for kind in pair.kind == "Pod" ? ["Pod", "Deployment"] : [pair.kind] {
            var scores: [Int] = []
            for side in [ControlPair.Side.violating, .meeting] {
                let manifest = pair.manifest(side, as: kind)
                let object = try AdmissionReview(parsing: Array(pair.review(side, as: kind).utf8).span).request.object.object
                let subject = try ScoringSubject(#require(object), context: .authored)
                let report = Scorer(pair.ruleset).score(subject)
                scores.append(report.score)
                #expect(report.outcome(ofRule: pair.rule.id)?.fails != true, "\(manifest)")
                let strict = Scorer(.podscoreV1).score(subject).outcome(ofRule: pair.rule.id)
                #expect(strict?.fails == (side == .violating), "\(manifest)")
            }
            #expect(scores[0] >= scores[1], "an update must be worse by the demand alone")
        }
    }

    @Test(arguments: ControlPair.all)
    func `A scan fails what violates the demand, and leaves kubesec's report as it is`(pair: ControlPair) throws {
        let policy = Self.policy(pair)
        let document = try Self.scan(pair.manifest(.violating), under: pair.ruleset, by: policy)
        #expect(document.fails)
        var written = try Self.json(document)
        let decision = try #require(written.removeValue(forKey: "decision") as? [String: Any])
        #expect(decision["violations"] as? [String] == [pair.rule.id])
        let controls = try #require(decision["mandatoryControls"] as? [[String: Any]])
        #expect(controls.map { $0["rule"] as? String } == [pair.rule.id])
        #expect(controls.map { $0["ruleset"] as? String } == ["podscore/v1 (unreleased)"])
        #expect(controls.allSatisfy { ($0["fix"] as? String)?.isEmpty == false && ($0["findings"] as? [Any])?.isEmpty == false })
        let plain = try Self.json(Self.scan(pair.manifest(.violating), under: pair.ruleset))
        #expect(written as NSDictionary == plain as NSDictionary)
        #expect(ReportFinding.list(of: document).contains { $0.rule == pair.rule.id && $0.level == .error })
        #expect(try !Self.scan(pair.manifest(.meeting), under: pair.ruleset, by: policy).fails)
    }

    @Test func `The table says what the strict check wants, with a score and without`() throws {
        let pairs = ControlPair.all.filter { $0.ruleset === Ruleset.kubesecV2 }
        for (id, row) in [
            ("RunAsNonRoot", #"    RunAsNonRoot  container "bare": set securityContext.runAsNonRoot: true"#),
            ("HostAliases", "    HostAliases  Pod: remove hostAliases"),
        ] {
            let pair = try #require(pairs.first { $0.rule.id == id })
            let document = try Self.scan(pair.manifest(.violating), under: pair.ruleset, by: Self.policy(pair))
            let text = String(decoding: TableReport().piece(of: [document]), as: UTF8.self)
            #expect(text.contains(row), "\(text)")
        }
    }

    @Test func `An explanation has the demand beside what the score's check says`() throws {
        let pair = try #require(ControlPair.all.first { $0.rule.id == "RunAsNonRoot" })
        let policy = Self.policy(pair)
        let request = try AdmissionReview(parsing: Array(pair.review(.violating).utf8).span).request
        let decision = Decider(mode: .enforce, today: Self.today).decide(request, by: policy)
        let policies = PolicySet(policies: [], builtInDefault: policy, ownNamespace: "")
        var explanation = PolicyExplanation(namespace: "default", policies: policies, on: Self.today)
        explanation.decided = [PolicyExplanation.Decided(title: "f", request: request, decision: decision, context: .admittedPod)]
        let written = try JSONSerialization.jsonObject(with: Data(explanation.json)) as? [String: Any]
        let rules = (written?["objects"] as? [[String: Any]])?.first?["rules"] as? [[String: Any]] ?? []
        let lines = rules.filter { $0["id"] as? String == "RunAsNonRoot" }
        #expect(lines.map { $0["holds"] as? Bool } == [true, false])
        #expect(lines.map { $0["ruleset"] as? String } == [nil, "podscore/v1 (unreleased)"])
        #expect(lines.map { $0["levels"] as? [String] } == [[], ["enforce"]])
        let words = explanation.text().split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        #expect(words.contains("[enforce; checked by podscore/v1 (unreleased)]"))
    }

    @Test(arguments: ControlPair.all)
    func `The webhook denies what violates the demand, and says where and what to do`(pair: ControlPair) throws {
        let denied = try Self.decide(pair.review(.violating), by: Self.policy(pair))
        #expect(denied.outcome == .deny)
        #expect(denied.violations.map(\.id) == [pair.rule.id])
        let cause = try #require(denied.response.denial?.causes.first { $0.reason == pair.rule.id })
        #expect(!cause.field.isEmpty)
        let fixClass = denied.controls?.failure(ofRule: pair.rule.id).flatMap { failure in
            denied.evaluation.map { failure.fixClass(in: $0.subject) }
        }
        let rule = "\(pair.rule.id)\(try #require(fixClass).tag) ("
        #expect(denied.response.denial?.message.contains(rule) == true, "\(denied.response.denial?.message ?? "")")
        #expect(try Self.decide(pair.review(.meeting), by: Self.policy(pair)).outcome == .allow)
    }

    @Test(arguments: ControlPair.all)
    func `An update that newly violates the demand is denied, and one that violates it as before is not`(pair: ControlPair) throws {
        let policy = Self.policy(pair)
        let kind = pair.kind == "Pod" ? "Deployment" : pair.kind
        let (old, bad) = (pair.manifest(.meeting, as: kind), pair.manifest(.violating, as: kind))
        #expect(try Self.decide(pair.review(.violating, from: old, as: kind), by: policy).outcome == .deny)
        let same = try Self.decide(pair.review(.violating, from: bad, as: kind, image: "r.example/a:2"), by: policy)
        #expect(same.outcome == .warn && same.violations.map(\.id) == [pair.rule.id])
        #expect(try Self.decide(pair.review(.meeting, from: bad, as: kind), by: policy).outcome == .allow)
    }
}
