import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Testing

@testable import Metrics

@Suite struct ViolationCountersTests {
    private static func sample(policy: String = "p", _ levels: (effect: Effect, violations: [Violation])...) -> DecisionSample {
        .made(policy: policy) { $0.levels = levels.map { LevelVerdict($0.effect, $0.violations) } }
    }

    private static func lines(_ metrics: WebhookMetrics) -> [String] {
        metrics.lines("podscore_violations_total{").map { String($0.dropFirst("podscore_violations_total".count)) }
    }

    private static func policy(_ name: String, requiring rules: [String]) -> ScorePolicy {
        var level = ScorePolicy.Level()
        level.require = rules
        return ScorePolicy(name: name, namespaces: [], ruleset: .podscoreV1, enforce: level)
    }

    private static func set(_ policies: [ScorePolicy]) -> PolicySet {
        PolicySet(policies: policies, builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
    }

    @Test func `Each violation counts under its policy, rule and level, sorted`() throws {
        let metrics = WebhookMetrics()
        let standard = PodSecurityStandard(.baseline, .latest)
        let host = Violation.podSecurityStandard(standard, check: "baseline/hostNamespaces")
        let score = Violation.minimumScore(score: 1, minimum: 2)
        metrics.record(Self.sample((.deny, [.required(rule: "RunAsNonRoot"), host]), (.warn, [.required(rule: "RunAsNonRoot"), score])))
        metrics.record(Self.sample((.deny, [.required(rule: "RunAsNonRoot"), .forbidden(rule: "HostPID")]), (.audit, [])))
        metrics.record(Self.sample(policy: "a", (.audit, [.undecodable])))
        #expect(
            Self.lines(metrics) == [
                #"{policy="a",rule="undecodable",level="audit"} 1"#, #"{policy="p",rule="HostPID",level="enforce"} 1"#,
                #"{policy="p",rule="RunAsNonRoot",level="enforce"} 2"#, #"{policy="p",rule="RunAsNonRoot",level="warn"} 1"#,
                #"{policy="p",rule="baseline/hostNamespaces",level="enforce"} 1"#, #"{policy="p",rule="minimumScore",level="warn"} 1"#,
            ]
        )
    }

    @Test func `A dry run counts no violation`() {
        let metrics = WebhookMetrics()
        var sample = Self.sample((.deny, [.undecodable]))
        sample.isDryRun = true
        metrics.record(sample)
        #expect(Self.lines(metrics).isEmpty)
    }

    @Test func `Policies and rules without end keep the series bounded, and no count is lost`() throws {
        let metrics = WebhookMetrics()
        var counters = ViolationCounters()
        let levels: [Effect] = [.deny, .warn, .audit]
        for policy in 0..<200 {
            let verdicts = levels.map { level in LevelVerdict(level, (0..<100).map { .required(rule: "rule-\($0)") }) }
            counters.record(verdicts, policy: policy % 65)
            metrics.record(.made(policy: "p\(policy)") { $0.levels = verdicts })
        }
        #expect(counters.lists.reduce(0) { $0 + $1.count } == ViolationCounters.limit)
        #expect(counters.lists.joined().reduce(0) { $0 + $1.count } == 200 * 3 * 100)
        let lines = Self.lines(metrics)
        #expect(lines.count == ViolationCounters.limit)
        #expect(lines.contains { $0.hasPrefix(#"{policy="<other>",rule="rule-7",level="warn"}"#) })
        #expect(lines.contains { $0.hasPrefix(#"{policy="<other>",rule="<other>",level="warn"}"#) })
        let total = lines.reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
        #expect(total == 200 * 3 * 100)
    }

    @Test func `Violations of others do not take the series of a policy in force`() {
        let metrics = WebhookMetrics()
        metrics.keepLabels(of: Self.set([Self.policy("late", requiring: ["RunAsNonRoot", "CapDropAll"])]))
        for policy in 0..<60 {
            metrics.record(Self.sample(policy: "p\(policy)", (.deny, (0..<60).map { .required(rule: "rule-\($0)") })))
        }
        metrics.record(Self.sample(policy: "late", (.deny, [.required(rule: "CapDropAll")])))
        metrics.record(Self.sample(policy: "p59", (.deny, [.required(rule: "rule-59")])))
        let lines = Self.lines(metrics)
        #expect(lines.contains(#"{policy="late",rule="CapDropAll",level="enforce"} 1"#))
        #expect(!lines.contains { $0.hasPrefix(#"{policy="p59""#) })
        #expect(lines.count <= ViolationCounters.limit)
    }

    @Test func `Policies that were loaded and never violated give their room back`() {
        let metrics = WebhookMetrics()
        let rules = RuleCatalog.builtIn.map(\.id)
        for reload in 0..<100 {
            let policies = (0..<60).map { Self.policy("p\($0)", requiring: reload == 99 ? [] : rules) }
            metrics.keepLabels(of: Self.set(policies))
        }
        metrics.record(Self.sample(policy: "p39", (.warn, rules.map { .required(rule: $0) })))
        let lines = Self.lines(metrics)
        #expect(lines.count == rules.count && lines.allSatisfy { $0.hasPrefix(#"{policy="p39","#) })
    }

    @Test func `All rules and checks have room under the shared label`() {
        let ids = Set(Ruleset.all.flatMap { $0.entries.map(\.rule.id) } + StandardCheckCatalog.all.map(\.name))
        #expect(ids.count + 2 <= ViolationCounters.ruleLimit)
    }

    @Test func `The demands of a policy are the violations that a decision can have`() throws {
        var enforce = ScorePolicy.Level()
        enforce.ramp = [.init(date: CivilDate(daysSinceEpoch: 20_000), minimumScore: 7)]
        enforce.forbid = ["HostPID"]
        var warn = ScorePolicy.Level()
        warn.require = ["RunAsNonRoot"]
        warn.podSecurityStandard = PodSecurityStandard(.baseline, .latest)
        let policy = ScorePolicy(name: "p", namespaces: [], ruleset: .podscoreV1, enforce: enforce, warn: warn)
        let demands = policy.demands
        #expect(demands.map(\.effect) == [.deny, .warn])
        #expect(demands.first?.ids == ["HostPID", "minimumScore", "undecodable"])
        #expect(demands.last?.ids.first == "RunAsNonRoot")
        #expect(demands.last?.ids.contains("baseline/hostNamespaces") == true)
    }
}
