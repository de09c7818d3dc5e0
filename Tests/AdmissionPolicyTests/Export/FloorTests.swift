import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// What the floor denies, the webhook denies.
struct FloorTests {
    typealias Numbers = WaiverPropertyTests.Numbers

    private static let standards = [
        PodSecurityStandard(.baseline, .latest), PodSecurityStandard(.restricted, PodSecurityVersion(minor: 31)),
    ]

    /// Its scores are not in CEL, and its demands are judged by other checks, as those of kubesec's rulesets are.
    private static let lenient = Ruleset(
        name: "lenient",
        isReleased: true,
        zeroFails: true,
        controls: MadeUp.ruleset,
        entries: MadeUp.ruleset.entries.map { entry in Ruleset.Entry(entry.rule, points: 1, kinds: entry.kinds) { _ in .holds } }
    )

    private static func policy(
        _ name: String,
        _ namespaces: [String],
        lenientPercentage: Int,
        _ numbers: inout Numbers
    ) -> ScorePolicy {
        var level = ScorePolicy.Level.asking(
            numbers.chance(80) ? Int.random(in: -12...8, using: &numbers) : nil,
            require: ["NonRoot", "DropsAll", "RequestsCPU", "Confined"].filter { _ in numbers.chance(40) },
            forbid: ["Privileged", "HostPID", "HostFolder", "Cheap"].filter { _ in numbers.chance(40) },
            standard: numbers.chance(50) ? standards.randomElement(using: &numbers) : nil
        )
        if let minimum = level.minimumScore, numbers.chance(20) {
            level.ramp = [ScorePolicy.RampStep(date: CivilDate.today.advanced(byDays: 3), minimumScore: minimum + 1)]
        }
        var exempt = Exemptions()
        if numbers.chance(20) { exempt.users = ["jane"] }
        return ScorePolicy(
            name: name,
            namespaces: namespaces.map { NamePattern($0) },
            namespaceLabels: numbers.chance(50) ? .tighten : .ignore,
            ruleset: numbers.chance(lenientPercentage) ? lenient : MadeUp.ruleset,
            enforce: numbers.chance(90) ? level : nil,
            warn: .strict,
            workloads: ScorePolicy.Workloads.allCases.randomElement(using: &numbers) ?? .warn,
            exempt: exempt
        )
    }

    private static func policies(lenientPercentage: Int, _ numbers: inout Numbers) -> PolicySet {
        let waivers = (0..<3).map { number in
            var waiver = WaiverPropertyTests.waiver(number, &numbers)
            let patterns = [["payments"], ["pay-*"], ["*"], ["pay-eu", "kube-system"], ["*-eu"]]
            waiver.match.namespaces = (patterns.randomElement(using: &numbers) ?? []).map { NamePattern($0) }
            return waiver
        }
        return PolicySet(
            policies: [
                policy("exact", ["payments", "kube-system"], lenientPercentage: lenientPercentage, &numbers),
                policy("glob", ["pay-*"], lenientPercentage: lenientPercentage, &numbers),
                policy("all", ["*"], lenientPercentage: lenientPercentage, &numbers),
            ],
            waivers: waivers,
            builtInDefault: .builtInDefault(under: MadeUp.ruleset),
            ownNamespace: "podscore"
        )
    }

    private static func requests(_ numbers: inout Numbers) -> [AdmissionRequest] {
        let (pod, old) = (WaiverPropertyTests.pod(&numbers), WaiverPropertyTests.pod(&numbers))
        return [
            .create(.pod(pod)), .update(.pod(pod), from: .pod(old)), .create(.workload(.deployment, pod)),
            .update(.pod(pod), from: .pod(old), subResource: "ephemeralcontainers"),
            .update(.pod(pod), from: .pod(old), subResource: "resize"),
        ]
    }

    /// The violations for which the floor denies a request; the demands are judged as the compiled ones are.
    private static func violations(
        of request: AdmissionRequest,
        by policies: PolicySet,
        minimum: Int?,
        _ labels: NamespaceLabels
    ) -> [String] {
        let exporter = PolicyExporter(policies, scope: .floor(minimum: minimum), today: .today)
        return policies.policies.indices.flatMap { index -> [String] in
            let policy = policies.policies[index]
            guard let enforce = policy.enforce else { return [] }
            return exporter.floorParts(of: index, minimum: minimum).flatMap { part -> [String] in
                guard part.reach.contains(request.namespace, labels) else { return [] }
                var level = part.group.level(of: enforce)
                level.minimumScore = part.group.minimum?.score(in: request.namespace)
                let floor = ScorePolicy(
                    name: policy.name,
                    namespaces: [],
                    ruleset: policy.ruleset,
                    enforce: level,
                    workloads: policy.workloads == .enforce ? .enforce : .ignore,
                    exempt: policy.exempt
                )
                let decision = Decider(mode: .enforce, today: .today).decide(request, by: floor)
                guard decision.outcome == .deny else { return [] }
                let omitted = part.group.omittedChecks(of: enforce)
                return decision.violations.map(\.id).filter { !omitted.contains($0) }
            }
        }
    }

    private static let namespaces = ["payments", "pay-eu", "pay-us", "web", "web-eu", "kube-system", "podscore"]

    @Test(arguments: 0..<16) func `Whatever the floor denies, the webhook denies`(seed: Int) {
        var numbers = Numbers(state: UInt64(seed) &* 7_919)
        var denials = 0
        for _ in 0..<12 {
            let policies = Self.policies(lenientPercentage: 30, &numbers)
            let minimum = numbers.chance(70) ? Int.random(in: -12...8, using: &numbers) : nil
            for var request in Self.requests(&numbers) + Self.requests(&numbers) {
                request.namespace = Self.namespaces.randomElement(using: &numbers) ?? "web"
                let label = numbers.chance(30) ? "5" : nil
                let labels = NamespaceLabels([MinimumLabel.enforce.rawValue]) { _ in label }
                let violations = Self.violations(of: request, by: policies, minimum: minimum, labels)
                guard !violations.isEmpty else { continue }
                denials += 1
                let decision = Decider(mode: .enforce, today: .today).decide(request, by: policies, knowing: .labels(labels))
                #expect(decision.outcome == .deny, "\(violations) \(decision.violations) \(policies.waivers)")
            }
        }
        #expect(denials > 0)
    }

    @Test(arguments: 0..<8) func `Without waivers the floor with the policy's minimum denies what the webhook denies`(seed: Int) {
        var numbers = Numbers(state: UInt64(seed) &* 104_729)
        for _ in 0..<12 {
            let made = Self.policies(lenientPercentage: 0, &numbers)
            let policies = PolicySet(
                policies: made.policies,
                builtInDefault: made.builtInDefault,
                ownNamespace: made.ownNamespace
            )
            for var request in Self.requests(&numbers) {
                request.namespace = ["payments", "pay-eu", "web"].randomElement(using: &numbers) ?? "web"
                let decision = Decider(mode: .enforce, today: .today).decide(request, by: policies)
                let violations = Self.violations(of: request, by: policies, minimum: 1_000, .none)
                #expect((decision.outcome == .deny) == !violations.isEmpty, "\(decision.violations) \(violations)")
            }
        }
    }
}
